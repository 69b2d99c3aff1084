public import Demography

/// What a scenario file says must hold, or wants to be warned of: `checks: [{assert: …}, {warn_if: …}]`.
///
/// Both are looked at in every variant, in each area and year of the comparison. An `assert` must hold in
/// every draw, or the run is refused; a `warn_if` warns where it holds in more than half of the draws. A
/// probability of its own stands inside: `p(temporary_stock[KZ-75] > 60000) > 0.2`.
public struct Check: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case assert
    case warn = "warn_if"
  }

  public let kind: Kind
  /// As it stands in the file.
  public let text: String
  public let condition: Condition
  public let place: Place
}

/// Two sums that are compared.
public struct Condition: Hashable, Sendable {
  public enum Comparator: String, Hashable, Sendable, CaseIterable {
    // The longer marks first, as they are read.
    case atLeast = ">="
    case atMost = "<="
    case equal = "=="
    case unequal = "!="
    case above = ">"
    case below = "<"

    /// - Parameter slack: values that are no further apart count as equal.
    func holds(_ a: Double, _ b: Double, slack: Double) -> Bool {
      switch self {
      case .atLeast: a >= b - slack
      case .atMost: a <= b + slack
      case .equal: abs(a - b) <= slack
      case .unequal: abs(a - b) > slack
      case .above: a > b + slack
      case .below: a < b - slack
      }
    }
  }

  public let left: Expression
  public let comparator: Comparator
  public let right: Expression

  var references: [Expression.Reference] { left.references + right.references }
}
