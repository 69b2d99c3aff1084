public import Demography
import Kernel

/// What can be said about coefficients when the rows fall into few clusters, or run between few areas.
///
/// Below some 30 clusters the usual clustered errors are too small. The cluster jackknife (CR3) errs on
/// the safe side and the restricted wild bootstrap holds its level with a dozen clusters; both stand
/// beside the clustered errors, in whose place they are to be read. With few areas the same holds of
/// dyadic errors, and more of errors that take flows as unrelated. The bootstrap is of regressions whose
/// shape need not be fitted; full likelihoods and the negative binomial have the jackknife alone.
///
/// Cameron & Miller 2015; MacKinnon, Nielsen & Webb 2023.
public struct FewClusters: Hashable, Sendable {
  /// One coefficient.
  public struct Row: Hashable, Sendable {
    public let term: String
    /// Of a full likelihood the linear predictor, `count`, `zero` or `choice`; otherwise `nil`.
    public let part: String?
    public let estimate: Double
    /// Of the covariance the fit reports.
    public let standardError: Double
    /// Of the cluster jackknife; `nil` where one cluster alone identifies the coefficient.
    public let jackknifeError: Double?
    /// Of Student's t with `G − 1` degrees of freedom.
    public let jackknifePValue: Double?
    public let jackknifeLow: Double?
    public let jackknifeHigh: Double?
    /// Two-sided, of the bootstrap under the hypothesis that the coefficient is 0; `nil` without one.
    public let bootstrapPValue: Double?
    /// `nil` where no value on this side is rejected at the level of the fit.
    public let bootstrapLow: Double?
    public let bootstrapHigh: Double?

    /// - Parameters:
    ///   - degrees: of Student's t, sets less one.
    ///   - level: coverage of the intervals.
    init(
      _ coefficient: Coefficient, part: String? = nil, jackknifeError error: Double?, degrees: Int,
      level: Double, bootstrap: (pValue: Double, interval: ClosedRange<Double>)? = nil
    ) {
      let student = StudentT(degrees: Double(degrees))
      let reach = student.upperQuantile(0.5 * (1 - level))
      func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
      term = coefficient.term
      self.part = part
      estimate = coefficient.estimate
      standardError = coefficient.standardError
      jackknifeError = error
      let estimate = coefficient.estimate
      jackknifePValue = finite(error.map { 2 * student.complementary(abs(estimate / $0)) })
      jackknifeLow = error.map { estimate - reach * $0 }
      jackknifeHigh = error.map { estimate + reach * $0 }
      bootstrapPValue = finite(bootstrap?.pValue)
      bootstrapLow = finite(bootstrap?.interval.lowerBound)
      bootstrapHigh = finite(bootstrap?.interval.upperBound)
    }
  }

  /// How a set is left out.
  public enum Jackknife: String, Hashable, Sendable {
    /// By a fit to all other rows.
    case refit
    /// By one Newton step from the estimates towards that fit.
    case oneStep = "one_step"
  }

  /// How the bootstrap drew.
  public struct Bootstrap: Hashable, Sendable {
    public let method: Method
    public let weights: BootstrapWeights
    /// All there are where the weights are enumerated.
    public let draws: Int
  }

  /// How the p-values were made.
  public enum Method: String, Hashable, Sendable {
    /// Wild cluster bootstrap-t of a linear model (Cameron, Gelbach & Miller 2008).
    case wildCluster = "wild_cluster"
    /// Of scores at the restricted maximum (Kline & Santos 2012).
    case score
  }

  /// Of what each is independent of the others.
  public enum Unit: String, Hashable, Sendable {
    case clusters
    /// With the flows that leave or reach them.
    case areas
  }

  public let rows: [Row]
  /// The cluster column: of several the one with the fewest clusters; the columns of both ends.
  public let column: String
  public let unit: Unit
  public let clusters: Int
  public let jackknife: Jackknife
  /// `nil` where the family has none.
  public let bootstrap: Bootstrap?
  /// Clusters or areas without which some coefficient has no estimate.
  public let indispensable: [String]
  /// Clusters or areas without which one step, or a fit, leads to no maximum; then no coefficient has an error.
  public let stepless: [String]

  /// Largest number of rows times clusters for which both are computed.
  public static let limit = 20_000_000
  /// Largest number of rows times clusters times parameters for which full likelihoods are fitted again.
  public static let refitLimit = 4_000_000
  /// The same times coefficients with few areas where nobody asked for them: a second or two.
  public static let unaskedLimit = 4_000_000

  /// One row for each coefficient; without a bootstrap there are no columns of it, and `part` only of full
  /// likelihoods.
  public var table: Table {
    let parts = rows.compactMap(\.part)
    return Table(
      "few_clusters",
      (parts.isEmpty ? [] : [.text("part", parts)]) + [
        .text("term", rows.map(\.term)), .real("estimate", rows.map(\.estimate)),
        .real("std_error", rows.map(\.standardError)),
        .real("std_error_cr3", rows.map(\.jackknifeError)),
        .real("p_value_cr3", rows.map(\.jackknifePValue)),
        .real("conf_low_cr3", rows.map(\.jackknifeLow)),
        .real("conf_high_cr3", rows.map(\.jackknifeHigh)),
      ]
        + (bootstrap == nil
          ? []
          : [
            .real("p_value_bootstrap", rows.map(\.bootstrapPValue)),
            .real("conf_low_bootstrap", rows.map(\.bootstrapLow)),
            .real("conf_high_bootstrap", rows.map(\.bootstrapHigh)),
          ]))
  }
}

extension RegressionFit {
  /// Jackknife and bootstrap where the fit's covariance rests on few of what is independent, fewer than
  /// 30: on clusters, of several columns the one with the fewest; on areas for dyadic covariances and for
  /// `hetero` and White's, which know of none. Otherwise `nil`.
  ///
  /// The columns of areas are those of a dyadic covariance, else two that name the same areas: among the
  /// columns of the effects, then among all columns of names. What is found does not depend on the order of
  /// the columns, in the file or in the covariance.
  /// - Throws: as `fewClusters(by:)`; `fit.few-areas-unclear` where columns of different areas fit as well.
  public func fewClusters(
    draws: Int = 9999, seed: UInt32 = 0, threads: Int? = nil
  ) throws -> FewClusters? {
    guard
      let found = try FewSets.behind(
        options.covariance, effects: formula.effects, estimation.data, rows: rows)
    else { return nil }
    let limit =
      found.unit == .areas
      ? FewClusters.unaskedLimit / (1 + coefficients.count) : FewClusters.limit
    return try fewClusters(
      found, limit: limit, weights: nil, draws: draws, seed: seed, threads: threads)
  }

  /// Jackknife and bootstrap over the clusters of a column, however many.
  ///
  /// - Parameters:
  ///   - column: `a^b` for joined columns, `pair(a,b)` for pairs without direction, `areas(a,b)` for the
  ///     areas at both ends.
  ///   - weights: `BootstrapWeights.standard` where absent.
  ///   - draws: of the bootstrap; the draw b has a stream of its own.
  ///   - threads: the result has the same bits for any number.
  /// - Throws: `Faults` of the column; `fit.one-cluster`; `fit.few-clusters-too-large` where rows times
  ///   clusters are over the limit, `fit.few-clusters-family` for a family that is not fitted again.
  /// - Complexity: a fit for each cluster and for each coefficient, and a partialling for each pair of
  ///   them.
  public func fewClusters(
    by column: String, weights: BootstrapWeights? = nil, draws: Int = 9999, seed: UInt32 = 0,
    threads: Int? = nil
  ) throws -> FewClusters {
    try fewClusters(
      FewSets(column, estimation.data, rows: rows), limit: FewClusters.limit, weights: weights,
      draws: draws, seed: seed, threads: threads)
  }

  /// - Parameter limit: of rows times sets.
  private func fewClusters(
    _ few: FewSets, limit: Int, weights: BootstrapWeights?, draws: Int, seed: UInt32,
    threads: Int?
  ) throws -> FewClusters {
    guard let refit = estimation.refit ?? estimation.jackknifeRefit else {
      throw Fault(.usage, "fit.few-clusters-family", ["family": model])
    }
    try few.require(limit: limit, rows: observations)
    let sets = few.sets
    let jackknife = ClusterJackknife(self, sets, refit: refit, threads: threads)
    var how: FewClusters.Bootstrap?
    var bootstrap: WildClusterBootstrap?
    if let refit = estimation.refit {
      let weights = weights ?? .standard(clusters: sets.count)
      let drawn = Self.drawn(weights, draws: draws, clusters: sets.count, seed: seed)
      do {
        bootstrap = try WildClusterBootstrap(
          self, sets, draws: drawn, isEnumerated: weights == .enumerated, refit: refit,
          threads: threads)
      } catch let error as FitError {
        throw error.fault
      }
      how = FewClusters.Bootstrap(
        method: model == LinearFlowModel.id ? .wildCluster : .score, weights: weights,
        draws: drawn.count)
    }
    return FewClusters(
      rows: coefficients.enumerated().map { k, coefficient in
        FewClusters.Row(
          coefficient, jackknifeError: jackknife.errors[k], degrees: sets.count - 1,
          level: options.level,
          bootstrap: bootstrap.map { ($0.pValues[k], $0.intervals[k]) })
      },
      column: few.column, unit: few.unit, clusters: sets.count, jackknife: .refit,
      bootstrap: how, indispensable: jackknife.indispensable, stepless: [])
  }

  private static func drawn(
    _ weights: BootstrapWeights, draws: Int, clusters: Int, seed: UInt32
  ) -> [[Double]] {
    precondition(
      draws > 0 && (weights != .enumerated || clusters <= BootstrapWeights.largestEnumeration),
      "\(draws) draws, \(weights) of \(clusters) clusters")
    let key = StreamKey(seed: seed, stream: "flows.few-clusters")
    return (0..<weights.count(asked: draws, clusters: clusters)).map {
      weights.weights(draw: $0, clusters: clusters, key: key)
    }
  }
}
