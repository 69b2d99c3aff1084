public import Demography

extension Predicate {
  /// - Throws: `predicate.syntax`, `predicate.column` (with the nearest), `predicate.value`.
  public init(parsing text: String, at place: Place? = nil) throws(Fault) {
    var reader = try TokenReader(text, hasCodes: true, at: place)
    self = try Self.alternatives(&reader, depth: 0)
    guard reader.token == .end else { throw reader.fault("predicate.syntax", expected: "and, or") }
  }

  /// Reads the text or the map form.
  public init(_ document: Document) throws(Fault) {
    if let text = document.text {
      try self.init(parsing: text, at: document.place)
      return
    }
    guard case .map(let entries) = document.content else {
      throw Fault(
        .badConfiguration, "predicate.syntax",
        ["text": "", "found": "list", "expected": "MEASURE == POP", "position": "1"],
        at: document.place)
    }
    var parts: [Predicate] = []
    for entry in entries {
      let column = try Self.column(entry.key, at: entry.keyPlace)
      let values = entry.value.items.compactMap(\.text)
      parts.append(try Self.equality(column, values, at: entry.value.place))
    }
    self = parts.count == 1 ? parts[0] : .all(parts)
  }

  private static func alternatives(_ reader: inout TokenReader, depth: Int) throws(Fault)
    -> Predicate
  {
    var parts = [try conjunction(&reader, depth: depth)]
    while try reader.take(word: "or") { parts.append(try conjunction(&reader, depth: depth)) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private static func conjunction(_ reader: inout TokenReader, depth: Int) throws(Fault)
    -> Predicate
  {
    var parts = [try condition(&reader, depth: depth)]
    while try reader.take(word: "and") { parts.append(try condition(&reader, depth: depth)) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private static func condition(_ reader: inout TokenReader, depth: Int) throws(Fault) -> Predicate
  {
    guard depth < TokenReader.depthLimit else {
      throw reader.fault("predicate.syntax", expected: "≤ \(TokenReader.depthLimit) (")
    }
    if try reader.take(word: "not") { return .not(try condition(&reader, depth: depth + 1)) }
    if try reader.take("(") {
      let inner = try alternatives(&reader, depth: depth + 1)
      try reader.need(")")
      return inner
    }
    let columnFault = reader.fault("predicate.column", expected: "")
    let name = try reader.needWord("MEASURE")
    let column = try column(name, at: columnFault.place)
    if try reader.take(word: "in") {
      return try equality(column, list(&reader), at: columnFault.place)
    }
    if try reader.take(word: "not") {
      guard try reader.take(word: "in") else {
        throw reader.fault("predicate.syntax", expected: "in")
      }
      return .not(try equality(column, list(&reader), at: columnFault.place))
    }
    guard case .symbol(let symbol) = reader.token else {
      throw reader.fault("predicate.syntax", expected: "==, !=, in, <, <=, >, >=")
    }
    try reader.advance()
    switch symbol {
    case "==": return try equality(column, [reader.needWord("POP")], at: columnFault.place)
    case "!=": return .not(try equality(column, [reader.needWord("POP")], at: columnFault.place))
    default:
      guard let comparison = Comparison(rawValue: symbol) else {
        throw reader.fault("predicate.syntax", expected: "==, !=, in, <, <=, >, >=")
      }
      return try order(column, comparison, reader.needWord("2018"), at: columnFault.place)
    }
  }

  private static func list(_ reader: inout TokenReader) throws(Fault) -> [String] {
    try reader.need("(")
    var values = [try reader.needWord("POP")]
    while try reader.take(",") { values.append(try reader.needWord("POP")) }
    try reader.need(")")
    return values
  }

  private static func column(_ name: String, at place: Place?) throws(Fault) -> Observation.Column {
    if let column = Observation.Column(rawValue: name) { return column }
    let known = Observation.Column.allCases.map(\.rawValue)
    throw Fault(
      .badConfiguration, "predicate.column",
      ["column": name, "nearest": nearest(to: name, in: known) ?? ""], at: place)
  }

  private static func equality(
    _ column: Observation.Column, _ values: [String], at place: Place?
  ) throws(Fault) -> Predicate {
    if column == .period {
      var periods: [Period] = []
      for value in values { periods.append(try period(value, at: place)) }
      return .period(isOne: periods)
    }
    let prefixes = values.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
    let exact = values.filter { !$0.hasSuffix("*") }
    if prefixes.isEmpty { return .isOne(of: exact, column) }
    if exact.isEmpty { return .begins(with: prefixes, column) }
    return .any([.isOne(of: exact, column), .begins(with: prefixes, column)])
  }

  private static func order(
    _ column: Observation.Column, _ comparison: Comparison, _ value: String, at place: Place?
  ) throws(Fault) -> Predicate {
    if column == .period { return .ordered(comparison, try period(value, at: place)) }
    guard Observation.numberColumns.contains(column), let number = Double(value), number.isFinite
    else {
      throw Fault(
        .badConfiguration, "predicate.value", ["column": column.rawValue, "value": value], at: place
      )
    }
    return .number(column, comparison, number)
  }

  private static func period(_ text: String, at place: Place?) throws(Fault) -> Period {
    if let period = Period(text) { return period }
    throw Fault(
      .badConfiguration, "predicate.value",
      ["column": Observation.Column.period.rawValue, "value": text], at: place)
  }
}
