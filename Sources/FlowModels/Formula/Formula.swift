import Demography

/// What a regression of flows explains by what: `flow ~ log(distance) + contig | orig + dest^year`.
///
/// On the left the response; after `~` the regressors; after `|` the fixed effects, `^` joining
/// several columns into one effect. Without fixed effects there is an intercept.
public struct Formula: Hashable, Sendable {
  /// One regressor, or the response, and how it is written.
  public struct Term: Hashable, Sendable {
    /// As the author wrote it, without spaces: `log(distance)`.
    public let name: String
    let expression: Expression
    let place: Place
  }

  /// One fixed effect: a level for every combination of the values of its columns.
  public struct Effect: Hashable, Sendable {
    /// `orig`, or `dest^year`.
    public let name: String
    public let columns: [String]
    let place: Place
  }

  public let text: String
  public let response: Term
  public let terms: [Term]
  public let effects: [Effect]
  /// `false` with fixed effects, which contain it, and after `0` among the regressors.
  public let hasIntercept: Bool

  /// Reads a formula.
  ///
  /// Regressors are columns, `log()`, `exp()`, `sqrt()` of them, `I()` around arithmetic
  /// (`+ - * / ^`), products `a:b`, and `1` or `0` for with and without intercept.
  /// - Throws: `Faults` of kind usage with the column of the formula.
  public static func parse(_ text: String) throws -> Formula {
    var parser = try FormulaParser(text)
    return try parser.formula()
  }
}

/// Arithmetic over the columns of one row.
indirect enum Expression: Hashable, Sendable {
  case column(String, Place)
  case number(Double)
  case call(Function, Expression)
  case binary(Operator, Expression, Expression)

  enum Function: String, Hashable, Sendable, CaseIterable { case log, exp, sqrt }
  enum Operator: Character, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
  }

  /// Every column that is read, with the place in the formula where it is named.
  var columns: [(name: String, place: Place)] {
    switch self {
    case .column(let name, let place): [(name, place)]
    case .number: []
    case .call(_, let argument): argument.columns
    case .binary(_, let left, let right): left.columns + right.columns
    }
  }
}
