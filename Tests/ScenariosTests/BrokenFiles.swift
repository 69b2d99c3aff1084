import Testing

/// Scenario files with a fault, or several, and what is said of each.
///
/// The head stands before the body, so the body begins on line 5. `said` holds one line a fault:
/// `line:column what | hint`.
struct BrokenFile: CustomTestStringConvertible {
  let name: String
  let text: String
  let said: [String]

  var testDescription: String { name }

  static let head = """
    schema: agyn.scenario/1
    id: broken
    title: {en: Broken}
    baseline: {ref: toy}

    """

  /// A file with the usual head.
  init(_ name: String, _ body: String, _ said: String...) {
    self.name = name
    text = Self.head + body
    self.said = said
  }

  init(_ name: String, whole: String, _ said: String...) {
    self.name = name
    text = whole
    self.said = said
  }

  /// A file with one lever in flow style on line 6.
  init(_ name: String, lever: String, _ said: String...) {
    self.name = name
    text = Self.head + "levers:\n  - {\(lever)}\n"
    self.said = said
  }

  /// A file with a sound lever on line 6 and more from line 7 on.
  init(_ name: String, after: String, _ said: String...) {
    self.name = name
    text = Self.head + "levers:\n  - {\(Self.sound)}\n" + after
    self.said = said
  }

  static let sound =
    "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1.1}}"
}
