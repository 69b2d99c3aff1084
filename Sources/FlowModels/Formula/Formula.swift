import Demography

/// What a regression of flows explains by what: `flow ~ log(distance) + contig | orig + dest^year`.
///
/// On the left the response; after `~` the regressors; after `|` the fixed effects, `^` joining
/// several columns into one effect. `orig[year]` is an effect of `orig` and a slope of `year` for each
/// of its levels, `orig[[year]]` the slopes alone; several slopes stand in `orig[x, y]`. Without fixed
/// effects there is an intercept.
public struct Formula: Hashable, Sendable {
  /// One regressor, or the response, and how it is written.
  public struct Term: Hashable, Sendable {
    /// As the author wrote it, without spaces: `log(distance)`.
    public let name: String
    let expression: Expression
    let place: Place
    /// Whose levels the term stands for, `i(year, log(distance))`; `expression` is then what they are
    /// multiplied by.
    var factor: Factor?
  }

  /// One fixed effect: a level for every combination of the values of its columns.
  public struct Effect: Hashable, Sendable {
    /// `orig`, `dest^year`, or `orig[[year]]` for slopes.
    public let name: String
    public let columns: [String]
    let place: Place
    /// What the value of a level is multiplied by, a slope of its own for each; `nil` for 1.
    var slope: Term?
    public var hasSlope: Bool { slope != nil }
  }

  public let text: String
  public let response: Term
  public internal(set) var terms: [Term]
  public internal(set) var effects: [Effect]
  /// `false` with fixed effects, which contain it, and after `0` among the regressors.
  public let hasIntercept: Bool
  /// Parts of the linear predictor whose coefficient is 1.
  public internal(set) var offsets: [Term] = []
  /// The `i(…)` whose levels have become terms.
  var factors: [Factor] = []
  /// By what each row counts; `nil` for 1.
  public internal(set) var weights: Term?

  /// Reads a formula.
  ///
  /// Regressors are columns, `log()`, `exp()`, `sqrt()` of them, `I()` around arithmetic
  /// (`+ - * / ^`), products `a:b`, `a*b` for `a + b + a:b`, `i(factor)` and `i(factor, x, ref = v)`
  /// for one regressor a level, `offset()` for a part with coefficient 1, and `1` or `0` for with
  /// and without intercept.
  ///
  /// - Parameters:
  ///   - offset: a further part with coefficient 1, an expression as inside `offset()`.
  ///   - weights: an expression; a row of weight w counts in the estimates as w equal rows. Standard
  ///     errors take it as a probability weight, as R fixest does: a row stays one observation, its
  ///     score counts w times. Those of `iid` without a small-sample factor are the same for w rows.
  /// - Throws: `Faults` of kind usage with the column of the formula.
  public static func parse(
    _ text: String, offset: String? = nil, weights: String? = nil
  ) throws -> Formula {
    var parser = try FormulaParser(text)
    var formula = try parser.formula()
    if let offset { formula.offsets.append(try FormulaParser.expression(offset, "offset")) }
    formula.weights = try weights.map { try FormulaParser.expression($0, "weights") }
    return formula
  }

  /// The regressors alone with an intercept: neither effects nor offsets nor weights.
  var regressorsAlone: Formula {
    Formula(
      text: text, response: response, terms: terms, effects: [], hasIntercept: true, offsets: [],
      factors: [], weights: nil)
  }
}

/// Arithmetic over the columns of one row.
indirect enum Expression: Hashable, Sendable {
  case column(String, Place)
  case number(Double)
  case call(Function, Expression)
  case binary(Operator, Expression, Expression)
  /// 1 in rows of a level of a column of texts, 0 in others.
  case level(String, String, Place)

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
    case .number, .level: []
    case .call(_, let argument): argument.columns
    case .binary(_, let left, let right): left.columns + right.columns
    }
  }

  /// One level of a column, and the key of its 1s and 0s.
  struct Level {
    let column: String
    let value: String
    let place: Place
    var key: String { "\(column)::\(value)" }
  }

  /// Every level that is read.
  var levels: [Level] {
    switch self {
    case .level(let column, let value, let place):
      [Level(column: column, value: value, place: place)]
    case .number, .column: []
    case .call(_, let argument): argument.levels
    case .binary(_, let left, let right): left.levels + right.levels
    }
  }
}
