public import Demography

/// Explains failed sums by one wrong digit.
///
/// When total − Σ parts = ±d·10ᵏ with one digit d, every part (and the total) in which one digit can be
/// changed to restore the sum is a candidate. The candidate whose change brings it nearest to the value
/// of the date before stands first.
public struct MisprintRule: RuleAboutRules {
  public static let card = Card(
    catalogue: "rule", id: "misprint",
    reference: "de Waal, Pannekoek and Scholtus 2011, Handbook of Statistical Data Editing, ch. 2",
    parameters: [.init("of", standard: "")])

  private let ruleID: String

  public init(_ fields: inout RuleFields) { ruleID = fields.requiredText("of") }

  public var columns: Set<Observation.Column> { [.value] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    let failures = (context.findings[ruleID] ?? []).filter {
      $0.outcome == .failed && !$0.isRefusal && !$0.observations.isEmpty
    }
    for failure in failures {
      let candidates = Self.candidates(failure, context.observations)
      guard let best = candidates.first else {
        tally.pass()
        continue
      }
      let others = candidates.dropFirst()
        .map { "\($0.name) \(text($0.printed)) → \(text($0.instead))" }
      tally.fail(
        Finding(
          period: failure.period, area: failure.area, left: best.name, best.printed,
          right: best.name, best.instead,
          detail: Detail(
            "rule.detail.misprint",
            [
              "part": best.name, "printed": text(best.printed), "instead": text(best.instead),
              "others": others.joined(separator: "; "),
            ]), observations: [best.observation]))
    }
  }

  private struct Candidate {
    let observation: Observation
    let name: String
    let printed: Double
    let instead: Double
    /// How much nearer the change brings the value to the date before, in logarithms.
    let gain: Double
  }

  /// - Parameter failure: of a sum; its observations are the total and the parts.
  private static func candidates(
    _ failure: Finding, _ observations: [Observation]
  ) -> [Candidate] {
    guard let difference = failure.difference, let step = SingleDigit(difference) else { return [] }
    var candidates: [Candidate] = []
    for (index, row) in failure.observations.enumerated() {
      guard let printed = row.scaledValue else { continue }
      let isTotal = index == 0
      let sign = isTotal ? -1 : 1
      guard let instead = step.changed(printed, sign: sign) else { continue }
      let before = previous(row, observations)
      candidates.append(
        Candidate(
          observation: row, name: label(row, failure.observations), printed: printed,
          instead: instead, gain: gain(printed, instead, before)))
    }
    return candidates.sorted { a, b in a.gain == b.gain ? a.name < b.name : a.gain > b.gain }
  }

  /// The codes in which a row differs from the others of its sum.
  private static func label(_ row: Observation, _ all: [Observation]) -> String {
    Observation.Column.key
      .filter { column in Set(all.map { $0[column] }).count > 1 }
      .map { row[$0] }.joined(separator: " ")
  }

  private static func gain(_ printed: Double, _ instead: Double, _ before: Double?) -> Double {
    guard let before, before > 0, printed > 0, instead > 0 else { return 0 }
    // Ratios to the value before, the larger over the smaller.
    func distance(_ value: Double) -> Double { max(value / before, before / value) }
    return distance(printed) - distance(instead)
  }

  /// The value of the same series at the latest date before.
  private static func previous(_ row: Observation, _ observations: [Observation]) -> Double? {
    let columns = Observation.Column.key(without: [.period])
    let key = columns.map { row[$0] }
    return
      observations
      .filter { $0.measure == row.measure && $0.period < row.period }
      .filter { other in columns.map { other[$0] } == key && other.value != nil }
      .max { $0.period < $1.period }?.scaledValue
  }
}

/// A whole number that is one digit times a power of ten.
private struct SingleDigit {
  private let digit: Int
  private let power: Int
  private let isNegative: Bool

  init?(_ number: Double) {
    guard number == number.rounded(), number != 0, abs(number) < 1e15 else { return nil }
    var digit = Int(abs(number))
    var power = 1
    while digit % 10 == 0 {
      digit /= 10
      power *= 10
    }
    guard digit < 10 else { return nil }
    self.digit = digit
    self.power = power
    isNegative = number < 0
  }

  /// The number with one digit changed by this much; `nil` when that takes more than one digit.
  func changed(_ number: Double, sign: Int) -> Double? {
    guard number == number.rounded(), number >= 0, number < 1e15 else { return nil }
    let change = (isNegative ? -1 : 1) * sign * digit
    let old = Int(number) / power % 10
    guard (0...9).contains(old + change) else { return nil }
    return number + Double(change * power)
  }
}
