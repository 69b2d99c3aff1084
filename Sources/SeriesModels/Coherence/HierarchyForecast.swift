public import Demography
public import Kernel

/// Forecasts of every series of a hierarchy, each by its own model, and what makes them agree.
public struct HierarchyForecast: Sendable {
  public let reconciliation: Reconciliation
  /// Periods ahead.
  public let periods: [Period]
  /// Fits in the order of the hierarchy's names.
  public let fits: [any FittedSeries]
  /// Forecasts that each model gives by itself.
  public let base: [Forecast]
  /// Coherent means, series by step.
  public let means: Matrix
  /// Coherent intervals, one list a series and step, in the order of the levels; `nil` where a model has no
  /// distribution or no level was asked for.
  public let intervals: [[[Interval]]]?
  /// Largest distance of a sum from its parts: in the past that was given, in the base forecasts, in the
  /// coherent means and over all draws.
  public let gaps: (history: Double, base: Double, means: Double, draws: Double)

  public var hierarchy: Hierarchy { reconciliation.hierarchy }

  /// The largest gap that is rounding: 1e-9 of the largest mean, of each model's own or coherent.
  public var bound: Double {
    let own = base.flatMap(\.steps).reduce(0) { max($0, abs($1.mean)) }
    return 1e-9 * max(means.largestMagnitude, own)
  }

  /// Whether means and draws add up.
  public var isCoherent: Bool { gaps.means <= bound && gaps.draws <= bound }
}

/// How a hierarchy is forecast.
public struct HierarchyForecaster: Sendable {
  public let hierarchy: Hierarchy
  public let model: any SeriesModel
  public let method: Reconciliation.Method
  /// Series from which middle-out begins.
  public let middle: [String]
  public let isNonNegative: Bool
  public let horizon: Int
  /// Coverages in per cent.
  public let levels: [Double]
  public let draws: Int
  public let seed: UInt32

  /// - Precondition: positive `horizon` and `draws`; bounds only for methods that project.
  public init(
    _ hierarchy: Hierarchy, model: any SeriesModel, method: Reconciliation.Method,
    middle: [String] = [], isNonNegative: Bool = false, horizon: Int, levels: [Double],
    draws: Int, seed: UInt32
  ) {
    precondition(horizon > 0 && draws > 0, "horizon \(horizon), \(draws) draws")
    self.hierarchy = hierarchy
    self.model = model
    self.method = method
    self.middle = middle
    self.isNonNegative = isNonNegative
    self.horizon = horizon
    self.levels = levels
    self.draws = draws
    self.seed = seed
  }

  /// Fits every series, forecasts it and reconciles means and joint draws.
  ///
  /// A sum that is not given is made from its parts, missing where one of them is. Intervals are quantiles of
  /// draws that are coherent one by one (Panagiotelis, Gamakumara, Athanasopoulos and Hyndman 2023, EJOR 306):
  /// each series' own distribution, tied together by the correlations of one-step errors, reconciled by the
  /// same method. Steps are drawn apart from each other.
  ///
  /// - Parameters:
  ///   - series: all bottom series, and any of the sums, on the same steps.
  ///   - threads: `nil` for all cores; results are the same bits for any.
  ///   - progress: called with the number of fitted series, from any thread.
  /// - Throws: `Faults`: series that are missing, unknown or not fitted, all together; `SeriesError` faults of
  ///   steps that differ; `CoherenceError` faults of the method.
  public func run(
    _ series: [TimeSeries], threads: Int? = nil,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> HierarchyForecast {
    let all = try hierarchy.completed(series)
    let fits = try ModelBatch(model, horizon: horizon, levels: [], seed: UInt64(seed))
      .wholeFits(all, threads: threads, progress: progress)
    let futures = parallelMap(fits.count, threads: threads) {
      fits[$0].predictive(horizon, seed: UInt64(seed))
    }
    do throws(CoherenceError) {
      return try agreed(all, fits, futures, threads: threads)
    } catch {
      throw error.fault
    }
  }

  private func agreed(
    _ all: [TimeSeries], _ fits: [any FittedSeries], _ futures: [Predictive], threads: Int?
  ) throws(CoherenceError) -> HierarchyForecast {
    let history = Matrix(all.map(\.values))
    let past = Matrix(fits.map(\.fittedValues))
    let reconciliation = try Reconciliation(
      method, of: hierarchy, middle: middle, isNonNegative: isNonNegative, history: history,
      fitted: past)
    let base = Matrix(futures.map(\.means))
    let means = try reconciliation.reconcile(base)
    let sampled = try intervals(futures, reconciliation, errors: history - past, threads)
    let constraints = hierarchy.constraints
    return HierarchyForecast(
      reconciliation: reconciliation,
      periods: (0..<horizon).map { all[0].period(all[0].count + $0) }, fits: fits,
      base: zip(fits, futures).map {
        $1.forecast(of: $0.series, label: $0.label, levels: levels, calibration: nil)
      },
      means: means, intervals: sampled?.intervals,
      gaps: (
        constraints.gap(history.selectingColumns(history.wholeColumns)), constraints.gap(base),
        constraints.gap(means), sampled?.gap ?? 0
      ))
  }

  private func intervals(
    _ futures: [Predictive], _ reconciliation: Reconciliation, errors: Matrix, _ threads: Int?
  ) throws(CoherenceError) -> (intervals: [[[Interval]]], gap: Double)? {
    let quantiles = futures.compactMap { $0.quantiles(draws) }
    guard !levels.isEmpty, quantiles.count == futures.count else { return nil }
    let joint = try JointDraws(errors: errors, names: hierarchy.names, seed: seed)
    let constraints = hierarchy.constraints
    let steps = try parallelMap(horizon, threads: threads) { step throws(CoherenceError) in
      let coherent = try reconciliation.reconcile(
        joint.draws(quantiles.map { $0[step] }, step: step + 1))
      return (
        intervals: coherent.rowIntervals(levels), gap: constraints.gap(coherent)
      )
    }
    return (
      hierarchy.names.indices.map { i in steps.map { $0.intervals[i] } },
      steps.reduce(0) { max($0, $1.gap) }
    )
  }
}

extension ModelBatch {
  /// A fit of every series.
  /// - Throws: `Faults` of all that cannot be fitted.
  func wholeFits(
    _ all: [TimeSeries], threads: Int?, progress: @escaping @Sendable (Int) -> Void
  ) throws -> [any FittedSeries] {
    var fits: [any FittedSeries] = []
    var faults: [Fault] = []
    for outcome in run(all, threads: threads, progress: progress) {
      switch outcome.result {
      case .success(let success): fits.append(success.fit)
      case .failure(let error): faults.append(error.fault)
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return fits
  }
}

extension Matrix {
  /// Central intervals of the numbers of each row.
  func rowIntervals(_ levels: [Double]) -> [[Interval]] {
    (0..<rows).map { i in
      let sorted = row(i).sorted()
      return levels.map { level in
        let tail = (1 - level / 100) / 2
        return Interval(
          level: level, lower: Statistics.quantile(sorted: sorted, tail),
          upper: Statistics.quantile(sorted: sorted, 1 - tail))
      }
    }
  }

  /// Columns without a missing value.
  var wholeColumns: [Int] {
    (0..<columns).filter { t in !column(t).contains(where: \.isNaN) }
  }
}

extension Hierarchy {
  /// A series for each name, those that are not given summed from their parts.
  func completed(_ series: [TimeSeries]) throws -> [TimeSeries] {
    var given: [String: TimeSeries] = [:]
    var faults: [Fault] = []
    let known = Set(names)
    for one in series {
      given[one.id] = one
      if !known.contains(one.id) {
        faults.append(
          Fault(
            .badData, "hierarchy.unknown",
            ["series": one.id, "nearest": nearest(to: one.id, in: names) ?? ""]))
      }
    }
    let parts = bottom.map { names[$0] }
    for name in parts where given[name] == nil {
      faults.append(Fault(.badData, "hierarchy.missing", ["series": name]))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    let first: TimeSeries
    do { first = try TimeSeries.first(ofSameSteps: series) } catch { throw error.fault }
    let values = parts.compactMap { given[$0]?.values }
    return names.indices.map { i in
      given[names[i]]
        ?? TimeSeries(
          id: names[i], clock: first.clock, values: sum(i, ofParts: values), season: first.season)
    }
  }

  /// Missing where one of its own parts is.
  private func sum(_ i: Int, ofParts values: [[Double]]) -> [Double] {
    let parts = values.indices.filter { summing[i, $0] != 0 }
    return (values.first ?? []).indices.map { t in
      parts.reduce(0) { $0 + summing[i, $1] * values[$1][t] }
    }
  }
}
