public import Demography
import Kernel

/// What can be said about coefficients when the rows fall into few clusters, or run between few areas.
///
/// Below some 30 clusters the usual clustered errors are too small. The cluster jackknife (CR3) errs on
/// the safe side and the restricted wild bootstrap holds its level with a dozen clusters; both stand
/// beside the clustered errors, in whose place they are to be read. With few areas the same holds of
/// dyadic errors, and more of errors that take flows as unrelated.
///
/// Cameron & Miller 2015; MacKinnon, Nielsen & Webb 2023.
public struct FewClusters: Hashable, Sendable {
  /// One coefficient.
  public struct Row: Hashable, Sendable {
    public let term: String
    public let estimate: Double
    /// Of the covariance the fit reports.
    public let standardError: Double
    /// Of the cluster jackknife; `nil` where one cluster alone identifies the coefficient.
    public let jackknifeError: Double?
    /// Of Student's t with `G − 1` degrees of freedom.
    public let jackknifePValue: Double?
    public let jackknifeLow: Double?
    public let jackknifeHigh: Double?
    /// Two-sided, of the bootstrap under the hypothesis that the coefficient is 0.
    public let bootstrapPValue: Double?
    /// `nil` where no value on this side is rejected at the level of the fit.
    public let bootstrapLow: Double?
    public let bootstrapHigh: Double?
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
  public let method: Method
  public let weights: BootstrapWeights
  /// Draws of the bootstrap; all there are where the weights are enumerated.
  public let draws: Int
  /// Clusters or areas without which some coefficient has no estimate.
  public let indispensable: [String]

  /// Largest number of rows times clusters for which both are computed.
  public static let limit = 20_000_000
  /// The same times coefficients with few areas where nobody asked for them: a second or two.
  public static let unaskedLimit = 4_000_000

  /// One row for each coefficient.
  public var table: Table {
    Table(
      "few_clusters",
      [
        .text("term", rows.map(\.term)), .real("estimate", rows.map(\.estimate)),
        .real("std_error", rows.map(\.standardError)),
        .real("std_error_cr3", rows.map(\.jackknifeError)),
        .real("p_value_cr3", rows.map(\.jackknifePValue)),
        .real("conf_low_cr3", rows.map(\.jackknifeLow)),
        .real("conf_high_cr3", rows.map(\.jackknifeHigh)),
        .real("p_value_bootstrap", rows.map(\.bootstrapPValue)),
        .real("conf_low_bootstrap", rows.map(\.bootstrapLow)),
        .real("conf_high_bootstrap", rows.map(\.bootstrapHigh)),
      ])
  }
}

extension RegressionFit {
  /// Jackknife and bootstrap where the fit's covariance rests on few of what is independent, fewer than
  /// 30: on clusters, of several columns the one with the fewest; on areas for dyadic covariances and for
  /// `hetero` and White's, which know of none. Otherwise `nil`.
  ///
  /// The columns of areas are those of a dyadic covariance, else two that name the same areas: among the
  /// columns of the effects, then among all columns of names.
  /// - Throws: as `fewClusters(by:)`.
  public func fewClusters(
    draws: Int = 9999, seed: UInt32 = 0, threads: Int? = nil
  ) throws -> FewClusters? {
    switch options.covariance {
    case .cluster(let columns):
      guard
        let column = columns.min(by: { (clusterCounts[$0] ?? 0) < (clusterCounts[$1] ?? 0) }),
        let count = clusterCounts[column], count < CovarianceEstimate.fewClusters
      else { return nil }
      return try fewClusters(by: column, draws: draws, seed: seed, threads: threads)
    case .dyadic, .hetero, .white:
      // Columns that nobody named may have empty cells; then the areas are not known.
      guard let ends, let areas = try? areas(ends.origin, ends.destination), areas.count > 2,
        areas.count < CovarianceEstimate.fewClusters
      else { return nil }
      return try fewClusters(
        areas, "\(ends.origin), \(ends.destination)", .areas,
        limit: FewClusters.unaskedLimit / (1 + coefficients.count),
        weights: nil, draws: draws, seed: seed, threads: threads)
    case .iid, .conley, .driscollKraay, .neweyWest: return nil
    }
  }

  /// The columns of both ends of a flow; `nil` where no two columns name the same areas.
  private var ends: (origin: String, destination: String)? {
    if case .dyadic(let origin, let destination) = options.covariance {
      return (origin, destination)
    }
    let named = formula.effects.flatMap(\.columns)
    return estimation.data.ends(among: named) ?? estimation.data.ends(among: nil)
  }

  private func areas(_ origin: String, _ destination: String) throws -> RowSets {
    RowSets(
      origin: try estimation.grouping(origin), destination: try estimation.grouping(destination))
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
    if let ends = ClusterName.areas(column) {
      return try fewClusters(
        areas(ends.0, ends.1), "\(ends.0), \(ends.1)", .areas, limit: FewClusters.limit,
        weights: weights,
        draws: draws, seed: seed, threads: threads)
    }
    return try fewClusters(
      RowSets(estimation.grouping(column)), column, .clusters, limit: FewClusters.limit,
      weights: weights,
      draws: draws, seed: seed, threads: threads)
  }

  /// - Parameter limit: of rows times sets.
  private func fewClusters(
    _ sets: RowSets, _ column: String, _ unit: FewClusters.Unit, limit: Int,
    weights: BootstrapWeights?, draws: Int, seed: UInt32, threads: Int?
  ) throws -> FewClusters {
    guard let refit = estimation.refit else {
      throw Fault(.usage, "fit.few-clusters-family", ["family": model])
    }
    guard sets.count > 1 else { throw Fault(.usage, "fit.one-cluster", ["column": column]) }
    guard sets.count * observations <= limit else {
      throw Fault(
        .incomplete, "fit.few-clusters-too-large",
        [
          "rows": "\(observations)", "clusters": "\(sets.count)",
          "limit": "\(limit)",
        ])
    }
    let weights = weights ?? .standard(clusters: sets.count)
    precondition(
      draws > 0
        && (weights != .enumerated || sets.count <= BootstrapWeights.largestEnumeration),
      "\(draws) draws, \(weights) of \(sets.count) clusters")
    let key = StreamKey(seed: seed, stream: "flows.few-clusters")
    let drawn = (0..<weights.count(asked: draws, clusters: sets.count)).map {
      weights.weights(draw: $0, clusters: sets.count, key: key)
    }
    let jackknife = ClusterJackknife(self, sets, refit: refit, threads: threads)
    let bootstrap: WildClusterBootstrap
    do {
      bootstrap = try WildClusterBootstrap(
        self, sets, draws: drawn, isEnumerated: weights == .enumerated, refit: refit,
        threads: threads)
    } catch let error as FitError {
      throw error.fault
    }
    return FewClusters(
      rows: rows(jackknife, bootstrap, degrees: sets.count - 1), column: column, unit: unit,
      clusters: sets.count,
      method: model == LinearFlowModel.id ? .wildCluster : .score,
      weights: weights, draws: drawn.count, indispensable: jackknife.indispensable)
  }

  private func rows(
    _ jackknife: ClusterJackknife, _ bootstrap: WildClusterBootstrap, degrees: Int
  ) -> [FewClusters.Row] {
    let student = StudentT(degrees: Double(degrees))
    let critical = student.upperQuantile(0.5 * (1 - options.level))
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    return coefficients.enumerated().map { k, coefficient in
      let (estimate, error) = (coefficient.estimate, jackknife.errors[k])
      return FewClusters.Row(
        term: coefficient.term, estimate: estimate, standardError: coefficient.standardError,
        jackknifeError: error,
        jackknifePValue: error.flatMap { finite(2 * student.complementary(abs(estimate / $0))) },
        jackknifeLow: error.map { estimate - critical * $0 },
        jackknifeHigh: error.map { estimate + critical * $0 },
        bootstrapPValue: finite(bootstrap.pValues[k]),
        bootstrapLow: finite(bootstrap.intervals[k].lowerBound),
        bootstrapHigh: finite(bootstrap.intervals[k].upperBound))
    }
  }
}
