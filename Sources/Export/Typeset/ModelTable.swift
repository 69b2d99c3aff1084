public import Words

/// Models side by side, as articles show them: coefficients with their standard errors under them in
/// brackets, then what is known of each fit.
public struct ModelTable: Hashable, Sendable {
  /// One coefficient.
  public struct Term: Hashable, Sendable {
    public let name: String
    public let estimate: Double
    public let standardError: Double
    public let pValue: Double

    public init(name: String, estimate: Double, standardError: Double, pValue: Double) {
      self.name = name
      self.estimate = estimate
      self.standardError = standardError
      self.pValue = pValue
    }
  }

  /// What stands in a line of the lower part.
  public enum Fact: Hashable, Sendable {
    case text(String)
    case count(Int)
    /// To so many places.
    case number(Double, places: Int)
    /// Not defined for the model.
    case none
  }

  /// One line of the lower part; its name stands in the language files under `compare.<key>`.
  public struct Line: Hashable, Sendable {
    public let key: String
    public let value: Fact

    public init(_ key: String, _ value: Fact) {
      self.key = key
      self.value = value
    }
  }

  /// One column.
  public struct Model: Hashable, Sendable {
    public let name: String
    public let terms: [Term]
    /// The same keys in the same order for every model.
    public let lines: [Line]

    public init(name: String, terms: [Term], lines: [Line]) {
      self.name = name
      self.terms = terms
      self.lines = lines
    }
  }

  public let models: [Model]
  /// Whether stars mark p-values below 0.1, 0.05 and 0.01.
  public let hasStars: Bool

  public init(_ models: [Model], hasStars: Bool) {
    precondition(Set(models.map { $0.lines.map(\.key) }).count == 1, "models with other lines")
    self.models = models
    self.hasStars = hasStars
  }

  /// The table in a language.
  public func typeset(_ language: Language, notes: [String] = []) -> TypesetTable {
    let words = Wordbook(language)
    let format = NumberFormat(language)
    var names: [String] = []
    for term in models.flatMap(\.terms) where !names.contains(term.name) { names.append(term.name) }
    let terms = names.flatMap { name -> [[String]] in
      let found = models.map { model in model.terms.first { $0.name == name } }
      return [
        [name] + found.map { $0.map { estimate($0, format) } ?? "" },
        [""] + found.map { $0.map { "(\(Self.number($0.standardError, format)))" } ?? "" },
      ]
    }
    let facts = models[0].lines.enumerated().map { k, line in
      [words("compare.\(line.key)")] + models.map { Self.fact($0.lines[k].value, format) }
    }
    let heads = models.indices.map { TerminalTable.Column("(\($0 + 1))", alignment: .right) }
    return TypesetTable(
      [TerminalTable.Column("")] + heads,
      groups: [[[""] + models.map(\.name)], terms, facts],
      notes: (hasStars ? [words("compare.stars")] : []) + notes)
  }

  private func estimate(_ term: Term, _ format: NumberFormat) -> String {
    guard hasStars, term.pValue.isFinite else { return Self.number(term.estimate, format) }
    let stars =
      term.pValue < 0.01 ? "***" : term.pValue < 0.05 ? "**" : term.pValue < 0.1 ? "*" : ""
    return Self.number(term.estimate, format) + stars
  }

  /// Four places, or three digits and more where that would show nothing.
  private static func number(_ value: Double, _ format: NumberFormat) -> String {
    let size = abs(value)
    if size >= 1000 { return format.decimal(value, 1) }
    return size >= 0.001 || value == 0 ? format.decimal(value, 4) : format.cell(value)
  }

  private static func fact(_ fact: Fact, _ format: NumberFormat) -> String {
    switch fact {
    case .text(let text): text
    case .count(let count): format.whole(Double(count))
    case .number(let value, let places): format.decimal(value, places)
    case .none: "–"
    }
  }
}
