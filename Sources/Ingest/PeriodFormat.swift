public import Demography

/// How a source writes periods, and what a date in it stands for.
public struct PeriodFormat: Sendable, Hashable {
  /// The spelling.
  public enum Spelling: String, Sendable, Hashable, CaseIterable {
    case sdmx
    case year = "yyyy"
    case yearMonth = "yyyymm"
    case yearMonthDay = "yyyymmdd"
    case yearDashMonth = "yyyy-mm"
    case yearDashMonthDashDay = "yyyy-mm-dd"
    case yearDashQuarter = "yyyy-q"
    case dayPointMonthPointYear = "dd.mm.yyyy"
    case monthPointYear = "mm.yyyy"
  }

  /// What the last month of the period read stands for.
  public enum Span: String, Sendable, Hashable, CaseIterable {
    /// The period as it was read.
    case period
    case month
    /// The quarter that ends with the month.
    case quarter
    /// The year that ends with the month.
    case year
    /// January to that month, a year-to-date release (`CUM` = 1).
    case yearToDate = "ytd"
    case day
  }

  public var spelling: Spelling
  public var span: Span

  public init(_ spelling: Spelling = .sdmx, span: Span = .period) {
    self.spelling = spelling
    self.span = span
  }

  /// The period a text stands for; `nil` when it is not of this form or, for quarters and years, does
  /// not end one.
  public func period(_ text: String) -> Period? {
    guard let read = parsed(text) else { return nil }
    if span == .period { return read }
    let last = Day(number: read.endDay.number - 1)
    switch span {
    case .period: return read
    case .day: return .day(read.firstDay)
    case .month: return .month(last.year, last.month)
    case .quarter:
      guard last.month % 3 == 0 else { return nil }
      return .quarter(last.year, last.month / 3)
    case .year:
      guard last.month == 12 else { return nil }
      return .year(last.year)
    case .yearToDate: return Period(start: last.year * 12, length: last.month, unit: .month)
    }
  }

  private func parsed(_ text: String) -> Period? {
    let text = text.trimmed
    switch spelling {
    case .sdmx: return Period(text)
    case .year: return numbers(text, widths: [4...4]).map { .year($0[0]) }
    case .yearMonth: return month(numbers(cut(text, [4, 2]), widths: [4...4, 2...2]))
    case .yearDashMonth: return month(numbers(text, by: "-", widths: [4...4, 1...2]))
    case .monthPointYear:
      return month(numbers(text, by: ".", widths: [1...2, 4...4]).map { [$0[1], $0[0]] })
    case .yearDashQuarter:
      guard let parts = numbers(text, by: "-", widths: [4...4, 1...1]), (1...4).contains(parts[1])
      else { return nil }
      return .quarter(parts[0], parts[1])
    case .yearMonthDay: return day(numbers(cut(text, [4, 2, 2]), widths: [4...4, 2...2, 2...2]))
    case .yearDashMonthDashDay:
      return day(numbers(text, by: "-", widths: [4...4, 1...2, 1...2]))
    case .dayPointMonthPointYear:
      return day(numbers(text, by: ".", widths: [1...2, 1...2, 4...4]).map { $0.reversed() })
    }
  }

  private func month(_ parts: [Int]?) -> Period? {
    guard let parts, (1...12).contains(parts[1]) else { return nil }
    return .month(parts[0], parts[1])
  }

  private func day(_ parts: [Int]?) -> Period? {
    guard let parts, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else { return nil }
    let day = Day(year: parts[0], month: parts[1], day: parts[2])
    return day.month == parts[1] ? .day(day) : nil
  }

  /// The text in pieces of these lengths, parted by `-`; the text itself when it is of another length.
  private func cut(_ text: String, _ lengths: [Int]) -> String {
    guard text.count == lengths.reduce(0, +) else { return text }
    var rest = text[...]
    return lengths.map { length in
      defer { rest = rest.dropFirst(length) }
      return String(rest.prefix(length))
    }.joined(separator: "-")
  }

  private func numbers(
    _ text: String, by separator: Character = "-", widths: [ClosedRange<Int>]
  ) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == widths.count else { return nil }
    var numbers: [Int] = []
    for (part, width) in zip(parts, widths) {
      guard width.contains(part.count), part.allSatisfy({ ("0"..."9").contains($0) }),
        let number = Int(part)
      else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
