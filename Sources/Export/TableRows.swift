import Demography

/// The rows of a table by column name, read once, for code that goes through them.
struct TableRows: RandomAccessCollection {
  struct Row {
    fileprivate let index: Int
    fileprivate let texts: [String: [String?]]
    fileprivate let numbers: [String: [Double?]]

    /// The cell's text; empty where it is missing or there is no such column.
    func text(_ column: String) -> String { texts[column]?[index] ?? "" }
    /// The cell's number; `nil` where it is missing, no number, or there is no such column.
    func number(_ column: String) -> Double? { numbers[column]?[index] ?? nil }
    func flag(_ column: String) -> Bool { text(column) == "true" }
  }

  private let texts: [String: [String?]]
  private let numbers: [String: [Double?]]
  let startIndex = 0
  let endIndex: Int

  init(_ table: Table) {
    let names = table.columns.map(\.name)
    texts = Dictionary(uniqueKeysWithValues: names.map { ($0, table.texts($0)) })
    numbers = Dictionary(uniqueKeysWithValues: names.map { ($0, table.numbers($0)) })
    endIndex = table.rowCount
  }

  subscript(index: Int) -> Row { Row(index: index, texts: texts, numbers: numbers) }
}

extension Sequence where Element: Hashable {
  /// The elements without repetition, in order of first appearance.
  func distinct() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

/// A period's text as years and parts of a year, for an axis: `2024-Q3` is 2024.5.
/// `nil` for a text that is no period.
func decimalYear(_ text: String) -> Double? {
  guard let day = Period(text)?.firstDay else { return nil }
  let start = Day(year: day.year, month: 1, day: 1).number
  let end = Day(year: day.year + 1, month: 1, day: 1).number
  let exact = Double(day.year) + Double(day.number - start) / Double(end - start)
  return (exact * 1000).rounded() / 1000
}
