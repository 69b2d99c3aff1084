import Glibc

extension Hindcast {
  /// Launches of one country that choose between windows and shares.
  public struct Trial: Hashable, Sendable {
    public let totals: RegionalTotals
    public let launches: [Int]
    public let horizons: [Int]

    public init(totals: RegionalTotals, launches: [Int], horizons: [Int]) {
      self.totals = totals
      self.launches = launches
      self.horizons = horizons
    }
  }

  /// Component rates in the order in which they do best beside a line.
  ///
  /// The measure is the mean, over trials and horizons, of the logarithm of MAPE divided by that of the
  /// line. A setting for one country is chosen honestly by trials of others.
  /// - Returns: candidates with their measures, below 0 where better than the line, best first; ties
  ///   keep the order given.
  /// - Throws: `tooFewYears` for launches the line or a candidate cannot start from.
  public static func ranked(
    _ candidates: [ComponentRates], beside line: TotalsLine, on trials: [Trial]
  ) throws(ProjectionError) -> [(rates: ComponentRates, measure: Double)] {
    var measures = [Double](repeating: 0, count: candidates.count)
    var terms = 0.0
    for trial in trials {
      for h in trial.horizons {
        terms += 1
        let base = try meanError(line, trial, horizon: h)
        for (k, candidate) in candidates.enumerated() {
          measures[k] += Glibc.log(try meanError(.components(candidate), trial, horizon: h) / base)
        }
      }
    }
    return candidates.indices.sorted { (measures[$0], $0) < (measures[$1], $1) }
      .map { (candidates[$0], measures[$0] / terms) }
  }

  /// Mean absolute error in per cent over the launches whose outcome is known.
  private static func meanError(
    _ line: TotalsLine, _ trial: Trial, horizon: Int
  ) throws(ProjectionError) -> Double {
    var sum = 0.0
    var count = 0.0
    for launch in trial.launches where launch + horizon <= trial.totals.lastYear {
      let path = try line.path(trial.totals, launch: launch, horizon: horizon)
      for r in trial.totals.regions.indices {
        let forecast = path[r * (horizon + 1) + horizon]
        sum += abs(100 * (forecast / trial.totals.population(r, launch + horizon) - 1))
        count += 1
      }
    }
    return sum / count
  }
}
