import Demography

extension Reader {
  /// The groups of `flow_ages: broad`: children, the young who move most, other workers, the old.
  private static let broadAges = [0, 15, 30, 65]

  /// Reads `flow_ages: [0, 15, 30, 65]`, the age each group of published flows begins with, or `broad` for
  /// just these; 0 need not be said.
  ///
  /// - Returns: ascending from 0, each once; `nil` where the file says nothing.
  mutating func flowAges(_ node: Document) -> [Int]? {
    guard let value = node["flow_ages"] else { return nil }
    let open = (ages - 1) * ageWidth
    if value.text == "broad" {
      if open >= 65 { return Self.broadAges }
      reportAge("65", upTo: open, at: value.place)
      return nil
    }
    guard !value.items.isEmpty, value.text == nil || value.integer != nil else {
      report(
        "scenario.not-permitted",
        [
          "key": "flow_ages", "value": value.text ?? "", "permitted": "broad, [0, 15, 30, 65]",
          "nearest": "broad",
        ], at: value.place)
      return nil
    }
    var first: Set<Int> = [0]
    for item in value.items {
      guard let age = item.integer, (0...open).contains(age) else {
        reportAge(item.text ?? "", upTo: open, at: item.place)
        continue
      }
      guard age % ageWidth == 0 else {
        report(
          "scenario.age-width", ["value": String(age), "width": String(ageWidth)], at: item.place)
        continue
      }
      first.insert(age)
    }
    return first.sorted()
  }

  private mutating func reportAge(_ value: String, upTo open: Int, at place: Place) {
    report(
      "scenario.out-of-range",
      ["key": "flow_ages", "value": value, "lower": "0", "upper": String(open)], at: place)
  }
}
