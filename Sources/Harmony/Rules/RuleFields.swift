public import Demography

/// The fields of one rule, read strictly: what is missing, of the wrong kind or unknown is collected,
/// so that all faults of a file are told together.
public struct RuleFields {
  private let document: Document
  private var known: Set<String> = []
  public private(set) var faults: [Fault] = []

  init(_ document: Document) { self.document = document }

  /// The value under a key; the key counts as known from now on.
  public mutating func value(_ key: String) -> Document? {
    known.insert(key)
    return document[key].flatMap { $0.isNull ? nil : $0 }
  }

  mutating func report(_ code: String, _ arguments: [String: String], at place: Place? = nil) {
    faults.append(Fault(.badConfiguration, code, arguments, at: place ?? document.place))
  }

  mutating func add(_ more: [Fault]) { faults += more }

  private mutating func missing(_ key: String) { report("rule.field_missing", ["key": key]) }

  private mutating func wrong(_ key: String, _ value: Document, expected: String) {
    report(
      "rule.field_wrong", ["key": key, "value": value.text ?? "…", "expected": expected],
      at: value.place)
  }

  public mutating func text(_ key: String) -> String? { value(key)?.text }

  public mutating func requiredText(_ key: String) -> String {
    guard let value = value(key) else {
      missing(key)
      return ""
    }
    if let text = value.text, !text.isEmpty { return text }
    wrong(key, value, expected: "text")
    return ""
  }

  /// The texts of a list; `nil` when there is no such key.
  public mutating func texts(_ key: String) -> [String]? {
    guard let value = value(key) else { return nil }
    let texts = value.items.compactMap(\.text)
    if texts.count != value.items.count { wrong(key, value, expected: "[…]") }
    return texts
  }

  public mutating func number(_ key: String) -> Double? {
    guard let value = value(key) else { return nil }
    if let number = value.number, number.isFinite { return number }
    wrong(key, value, expected: "number")
    return nil
  }

  public mutating func integers(_ key: String) -> [Int]? {
    guard let value = value(key) else { return nil }
    let integers = value.items.compactMap(\.integer)
    if integers.count != value.items.count { wrong(key, value, expected: "1, 2, …") }
    return integers
  }

  public mutating func period(_ key: String) -> Period? {
    guard let value = value(key) else { return nil }
    if let period = value.text.flatMap({ Period($0) }) { return period }
    wrong(key, value, expected: "2024, 2024-Q1, 2024-03")
    return nil
  }

  public mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, standard: Choice?
  ) -> Choice? where Choice.RawValue == String {
    guard let value = value(key) else {
      if standard == nil { missing(key) }
      return standard
    }
    if let choice = value.text.flatMap(Choice.init(rawValue:)) { return choice }
    wrong(key, value, expected: Choice.allCases.map(\.rawValue).joined(separator: ", "))
    return standard
  }

  public mutating func column(_ key: String, standard: Observation.Column) -> Observation.Column {
    columns(key)?.first ?? standard
  }

  public mutating func requiredColumn(_ key: String) -> Observation.Column {
    guard let column = columns(key)?.first else {
      if document[key] == nil { missing(key) }
      return .value
    }
    return column
  }

  public mutating func columns(_ key: String) -> [Observation.Column]? {
    guard let value = value(key) else { return nil }
    let names = Observation.Column.allCases.map(\.rawValue)
    var columns: [Observation.Column] = []
    for item in value.items {
      if let column = item.text.flatMap(Observation.Column.init(rawValue:)) {
        columns.append(column)
      } else {
        let name = item.text ?? ""
        report(
          "predicate.column",
          ["column": name, "nearest": nearest(to: name, in: names) ?? ""], at: item.place)
      }
    }
    return columns
  }

  public mutating func predicate(_ key: String) -> Predicate? {
    guard let value = value(key) else { return nil }
    do {
      return try Predicate(value)
    } catch {
      faults.append(error)
      return nil
    }
  }

  public mutating func requiredPredicate(_ key: String) -> Predicate {
    let predicate = predicate(key)
    if predicate == nil, document[key] == nil { missing(key) }
    return predicate ?? .always
  }

  /// - Returns: `nil` when it is missing or cannot be read; both are reported.
  public mutating func expression(_ key: String) -> Expression? {
    guard let value = value(key) else {
      missing(key)
      return nil
    }
    guard let text = value.text else {
      wrong(key, value, expected: "\"NET == FLOW_IN - FLOW_OUT\"")
      return nil
    }
    do {
      return try Expression(parsing: text, at: value.place)
    } catch {
      faults.append(error)
      return nil
    }
  }

  public mutating func names(_ key: String) -> Names? {
    guard let value = value(key) else { return nil }
    guard let kk = value["kk"]?.text, let ru = value["ru"]?.text, let en = value["en"]?.text else {
      wrong(key, value, expected: "{kk: …, ru: …, en: …}")
      return nil
    }
    return Names(kk: kk, ru: ru, en: en)
  }

  /// The keys that nobody asked for, each with the nearest known one.
  mutating func reportUnknown() { faults += document.unknownKeys(known.sorted()) }
}
