import Demography

extension FlowData {
  /// A cell read as a number.
  enum Cell: Hashable {
    case number(Double)
    case missing
    case notANumber

    /// `NA`, `NaN`, `.`, `..` and an empty cell are missing; `TRUE` and `FALSE` are 1 and 0.
    init(_ text: String) {
      if let number = Double(text), number.isFinite {
        self = .number(number)
        return
      }
      self =
        switch text {
        case "", "NA", "NaN", "nan", ".", "..", "null", "NULL": .missing
        case "TRUE", "True", "true": .number(1)
        case "FALSE", "False", "false": .number(0)
        default: .notANumber
        }
    }
  }

  func cell(row: Int, column: Int) -> Cell {
    switch columns[column] {
    case .words(let codes, let words): Cell(words[Int(codes[row])])
    case .numbers(let numbers): numbers[row].isNaN ? .missing : .number(numbers[row])
    }
  }

  /// A column of numbers, NaN where missing.
  /// - Throws: `Faults` with every cell that is no number (the first hundred).
  func numbers(_ column: Int) throws -> [Double] {
    guard case .words(let codes, let words) = columns[column] else {
      if case .numbers(let numbers) = columns[column] { return numbers }
      return []
    }
    let cells = words.map { Cell($0) }
    let values = cells.map { cell in
      if case .number(let number) = cell { number } else { Double.nan }
    }
    if cells.contains(.notANumber) {
      let faults = codes.indices.lazy.filter { cells[Int(codes[$0])] == .notANumber }.prefix(100)
        .map { row in
          Fault(
            .badData, "flows.not-a-number",
            ["found": words[Int(codes[row])], "column": columnNames[column]],
            at: place(row: row, column: column))
        }
      guard faults.isEmpty else { throw Faults(Array(faults)) }
    }
    return codes.map { values[Int($0)] }
  }

  /// The codes of a column and the text of each code, sorted; numbers are told apart by their text.
  func coded(_ column: Int) -> (codes: [Int32], words: [String]) {
    switch columns[column] {
    case .words(let codes, let words): return (codes, words)
    case .numbers(let numbers):
      let distinct = Array(Set(numbers.lazy.filter { !$0.isNaN }))
      let texts = distinct.map { Demography.text($0) }
      let order = texts.indices.sorted { texts[$0] < texts[$1] }
      // Missing first: the empty text.
      var codeOf: [Double: Int32] = [:]
      codeOf.reserveCapacity(distinct.count)
      for (position, index) in order.enumerated() { codeOf[distinct[index]] = Int32(position + 1) }
      return (
        numbers.map { $0.isNaN ? 0 : codeOf[$0] ?? 0 }, [""] + order.map { texts[$0] }
      )
    }
  }
}

extension String {
  /// Without white space at either end.
  var trimmed: String { withoutSpacesAround }
}
