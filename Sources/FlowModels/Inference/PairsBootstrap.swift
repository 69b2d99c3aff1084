public import Demography
import Kernel

/// Coefficients of fits to rows drawn with replacement: what errors rest on no formula at all.
///
/// Rows, whole clusters, or areas are drawn, as many as there are; a flow then comes as often as its two
/// areas meet (Davezies, D'Haultfœuille & Guyonvarch 2021), that within an area as often as the area. Every
/// draw is a full fit, fixed effects and the search for separated rows included.
public struct PairsBootstrap: Hashable, Sendable {
  /// What is drawn.
  public enum Unit: Hashable, Sendable {
    case rows
    /// Of a column, `a^b` or `pair(a,b)`.
    case clusters(String)
    case areas(origin: String, destination: String)

    /// As it is asked for.
    public var text: String {
      switch self {
      case .rows: "rows"
      case .clusters(let column): column
      case .areas(let origin, let destination): "areas(\(origin),\(destination))"
      }
    }

    /// Reads `rows`, `areas(a,b)` or the name of a column.
    public init(_ text: String) {
      if text == "rows" {
        self = .rows
      } else if let ends = ClusterName.areas(text) {
        self = .areas(origin: ends.0, destination: ends.1)
      } else {
        self = .clusters(text)
      }
    }
  }

  /// One coefficient.
  public struct Row: Hashable, Sendable {
    public let term: String
    public let estimate: Double
    /// Of the covariance the fit reports.
    public let standardError: Double
    /// Standard deviation of the draws.
    public let bootstrapError: Double
    /// Mean of the draws less the estimate.
    public let bias: Double
    /// Quantiles of the draws at the level of the fit.
    public let low: Double
    public let high: Double
    /// Draws that do not determine the coefficient and are left out of its figures.
    public let without: Int
  }

  public let rows: [Row]
  /// Of what is drawn.
  public let units: Int
  public let draws: Int

  /// Largest number of rows times draws.
  public static let limit = 500_000_000

  /// One row for each coefficient.
  public var table: Table {
    Table(
      "bootstrap",
      [
        .text("term", rows.map(\.term)), .real("estimate", rows.map(\.estimate)),
        .real("std_error", rows.map(\.standardError)),
        .real("std_error_bootstrap", rows.map(\.bootstrapError)),
        .real("bias_bootstrap", rows.map(\.bias)),
        .real("conf_low_bootstrap", rows.map(\.low)),
        .real("conf_high_bootstrap", rows.map(\.high)),
        .integer("draws_without", rows.map(\.without)),
      ])
  }
}

extension RegressionFit {
  /// Draws rows with replacement and fits again.
  ///
  /// - Parameters:
  ///   - draws: draw k has a stream of its own.
  ///   - threads: the result has the same bits for any number.
  /// - Throws: `Faults` of the column; `fit.one-cluster`; `fit.bootstrap-too-large` where rows times draws
  ///   are over the limit, `fit.few-clusters-family` for a family that is not fitted again.
  public func pairsBootstrap(
    over unit: PairsBootstrap.Unit, draws: Int, seed: UInt32, threads: Int? = nil
  ) throws -> PairsBootstrap {
    precondition(draws > 1, "\(draws) draws")
    guard let refit = estimation.refit else {
      throw Fault(.usage, "fit.few-clusters-family", ["family": model])
    }
    guard options.weighting != .frequency else {
      throw Fault(.usage, "fit.resample-frequency", ["option": "--bootstrap"])
    }
    guard observations * draws <= PairsBootstrap.limit else {
      throw Fault(
        .incomplete, "fit.bootstrap-too-large",
        [
          "rows": "\(observations)", "draws": "\(draws)", "limit": "\(PairsBootstrap.limit)",
        ])
    }
    let sets = try sets(of: unit)
    let count = sets?.count ?? observations
    guard count > 1 else { throw Fault(.usage, "fit.one-cluster", ["column": unit.text]) }
    let key = StreamKey(seed: seed, stream: "flows.pairs-bootstrap")
    let found = parallelMap(draws, threads: threads) { k -> [Double?] in
      var stream = RandomStream(key, unit: UnitKey(number: 0), draw: k, time: 0)
      var counts = [Int](repeating: 0, count: count)
      for _ in 0..<count { counts[min(count - 1, Int(stream.uniform() * Double(count)))] += 1 }
      var design = estimation.design
      let times = design.rows.indices.map { sets?.multiplicity(counts, row: $0) ?? counts[$0] }
      design.weights = times.indices.map { Double(times[$0]) * (design.weights?[$0] ?? 1) }
      design.keep(times.map { $0 > 0 })
      return ClusterJackknife.coefficients(of: self, refittedTo: design, refit: refit)
    }
    let tail = 0.5 * (1 - options.level)
    let rows = coefficients.enumerated().map { k, coefficient in
      let values = found.compactMap { $0[k] }
      let isKnown = values.count > 1
      let ends = isKnown ? Statistics.quantiles(values, [tail, 1 - tail]) : [.nan, .nan]
      return PairsBootstrap.Row(
        term: coefficient.term, estimate: coefficient.estimate,
        standardError: coefficient.standardError,
        bootstrapError: isKnown ? Statistics.standardDeviation(values) : .nan,
        bias: isKnown ? Statistics.mean(values) - coefficient.estimate : .nan,
        low: ends[0], high: ends[1], without: draws - values.count)
    }
    return PairsBootstrap(rows: rows, units: count, draws: draws)
  }

  /// - Returns: `nil` for the rows themselves.
  private func sets(of unit: PairsBootstrap.Unit) throws -> RowSets? {
    switch unit {
    case .rows: nil
    case .clusters(let column): RowSets(try estimation.grouping(column))
    case .areas(let origin, let destination):
      RowSets(
        origin: try estimation.grouping(origin), destination: try estimation.grouping(destination))
    }
  }
}
