import Demography

/// Rates by age as columns of a file.
public struct AgeRates: Hashable, Sendable {
  /// Which columns, or expressions of them, hold what.
  public enum Source: Hashable, Sendable {
    /// Rates per person, all ages counting the same.
    case rates(String)
    /// Moves and the persons, or person-years, they come from: ages count by their Poisson likelihood.
    case counts(moves: String, exposure: String)
  }

  /// Exact ages, or the middles of intervals, as the file has them.
  public let ages: [Double]
  /// Per unit of exposure, or as given.
  public let rates: [Double]
  public let criterion: RogersCastroFit.Criterion
  /// Lines of the file with an empty cell, which are left out.
  public let missing: [Int]

  /// - Parameter age: a column, or an expression such as `age + 0.5` for completed years.
  /// - Throws: `Faults`: no such column, a cell that is no number; `schedule.bad-exposure`.
  public init(_ data: FlowData, age: String, _ source: Source) throws {
    let texts =
      switch source {
      case .rates(let rate): [age, rate]
      case .counts(let moves, let exposure): [age, moves, exposure]
      }
    let expressions = try texts.map { try FormulaParser.expression($0, "ages").expression }
    let columns = try data.inputs(of: expressions)
    let values = expressions.map { $0.values(columns, count: data.count) }
    let isMissing = (0..<data.count).map { row in columns.values.contains { $0[row].isNaN } }
    let known = isMissing.indices.filter { !isMissing[$0] }
    missing = isMissing.indices.filter { isMissing[$0] }.map { data.line(of: $0) }
    ages = known.map { values[0][$0] }
    guard values.count > 2 else {
      rates = known.map { values[1][$0] }
      criterion = .leastSquares
      return
    }
    for row in known where !(values[2][row] > 0 && values[2][row].isFinite) {
      throw Fault(
        .badData, "schedule.bad-exposure",
        ["age": text(values[0][row]), "found": text(values[2][row])])
    }
    rates = known.map { values[1][$0] / values[2][$0] }
    criterion = .poisson(exposures: known.map { values[2][$0] })
  }
}

extension RogersCastroFit.Form {
  /// The form with this many parameters: 7, 9, 11 or 13; `nil` for others.
  public init?(parameters: Int) {
    switch parameters {
    case 7: self.init()
    case 9: self.init(hasOldest: true)
    case 11: self.init(hasRetirement: true)
    case 13: self.init(hasRetirement: true, hasOldest: true)
    default: return nil
    }
  }
}
