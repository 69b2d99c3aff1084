public import Demography
import Kernel

/// Forecasts of series and of their sums over longer spans, which agree in time and, where the series are a
/// hierarchy, among each other.
public struct TemporalForecast: Sendable {
  /// One span of one series.
  public struct Row: Hashable, Sendable {
    public let series: String
    /// Steps in the span.
    public let length: Int
    public let first: Period
    public let last: Period
    /// Label of the model of the series of such spans.
    public let model: String
    /// What that model gives by itself.
    public let base: Double
    public let mean: Double
    /// In the order of the levels; empty where a model has no distribution or no level was asked for.
    public let intervals: [Interval]
  }

  /// Series by series, longer spans first, in the order of time.
  public let rows: [Row]
  public let reconciliation: Reconciliation
  /// Largest distance of a sum from its parts: in the base forecasts, in the coherent means, over all draws.
  public let gaps: (base: Double, means: Double, draws: Double)

  /// The largest gap that is rounding: 1e-9 of the largest mean.
  public var bound: Double {
    1e-9 * rows.reduce(0) { max($0, abs($1.mean), abs($1.base)) }
  }

  /// Whether means and draws add up.
  public var isCoherent: Bool { gaps.means <= bound && gaps.draws <= bound }
}

/// How series are forecast at several lengths of span and made to agree: temporal hierarchies (Athanasopoulos,
/// Hyndman, Kourentzes and Petropoulos 2017, EJOR 262), with a cross-section both at once (Di Fonzo and
/// Girolimetto 2023, International Journal of Forecasting 39).
public struct TemporalForecaster: Sendable {
  public let hierarchy: Hierarchy
  public let factors: [Int]
  public let model: any SeriesModel
  public let method: Reconciliation.Method
  public let isNonNegative: Bool
  /// How many spans of the longest length.
  public let cycles: Int
  /// Coverages in per cent.
  public let levels: [Double]
  public let draws: Int
  public let seed: UInt32

  /// - Parameters:
  ///   - hierarchy: of the series; of a single one without others, itself.
  ///   - factors: lengths in steps, falling, each a divisor of the first, the last 1.
  /// - Precondition: positive `cycles` and `draws`; bounds only for methods that project; no middle-out.
  public init(
    _ hierarchy: Hierarchy, factors: [Int], model: any SeriesModel, method: Reconciliation.Method,
    isNonNegative: Bool = false, cycles: Int, levels: [Double], draws: Int, seed: UInt32
  ) {
    precondition(cycles > 0 && draws > 0, "\(cycles) cycles, \(draws) draws")
    precondition(method != .middleOut, "no middle in time")
    self.hierarchy = hierarchy
    self.factors = factors
    self.model = model
    self.method = method
    self.isNonNegative = isNonNegative
    self.cycles = cycles
    self.levels = levels
    self.draws = draws
    self.seed = seed
  }

  /// Spans end with the last value: of a series of months to June the longest are years to June. Values before the
  /// first whole one of them are left out.
  ///
  /// - Parameter series: all bottom series, and any of the sums, on the same steps.
  /// - Throws: as `HierarchyForecaster.run`; the fault of `.tooShort` without two of the longest span.
  public func run(
    _ series: [TimeSeries], threads: Int? = nil,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> TemporalForecast {
    let all = try hierarchy.completed(series)
    let longest = factors[0]
    guard all[0].count >= 2 * longest else {
      throw SeriesError.tooShort(
        series: all[0].id, model: model.name, observed: all[0].count, needed: 2 * longest
      ).fault
    }
    let spans = all.flatMap { one in factors.map { one.summed(over: $0, within: longest) } }
    let batch = ModelBatch(
      model, horizon: cycles * longest, levels: [], seed: UInt64(seed))
    let fits = try batch.wholeFits(spans, threads: threads, progress: progress)
    let futures = parallelMap(fits.count, threads: threads) {
      fits[$0].predictive(
        cycles * longest / factors[$0 % factors.count], seed: UInt64(seed))
    }
    do throws(CoherenceError) {
      return try agreed(all, spans, fits, futures, threads)
    } catch {
      throw error.fault
    }
  }

  private func agreed(
    _ all: [TimeSeries], _ spans: [TimeSeries], _ fits: [any FittedSeries],
    _ futures: [Predictive], _ threads: Int?
  ) throws(CoherenceError) -> TemporalForecast {
    let both = hierarchy.across(.temporal(factors: factors))
    let history = table(spans.map(\.values))
    let past = table(fits.map(\.fittedValues))
    let reconciliation = try Reconciliation(
      method, of: both, isNonNegative: isNonNegative, history: history, fitted: past)
    let base = table(futures.map(\.means))
    let means = try reconciliation.reconcile(base)
    let constraints = both.constraints
    let sampled = try intervals(futures, reconciliation, both, errors: history - past, threads)
    return TemporalForecast(
      rows: rows(all, fits, base, means, sampled?.intervals), reconciliation: reconciliation,
      gaps: (constraints.gap(base), constraints.gap(means), sampled?.gap ?? 0))
  }

  /// Values of each series of spans, whole cycles, as spans within a cycle by cycle.
  private func table(_ values: [[Double]]) -> Matrix {
    var rows: [[Double]] = []
    for (k, own) in values.enumerated() {
      let parts = factors[0] / factors[k % factors.count]
      for part in 0..<parts {
        rows.append(stride(from: part, to: own.count, by: parts).map { own[$0] })
      }
    }
    return Matrix(rows)
  }

  private func intervals(
    _ futures: [Predictive], _ reconciliation: Reconciliation, _ both: Hierarchy, errors: Matrix,
    _ threads: Int?
  ) throws(CoherenceError) -> (intervals: [[[Interval]]], gap: Double)? {
    let quantiles = futures.compactMap { $0.quantiles(draws) }
    guard !levels.isEmpty, quantiles.count == futures.count else { return nil }
    let joint = try JointDraws(errors: errors, names: both.names, seed: seed)
    let constraints = both.constraints
    let found = try parallelMap(cycles, threads: threads) { cycle throws(CoherenceError) in
      var own: [[Double]] = []
      for (k, steps) in quantiles.enumerated() {
        let parts = factors[0] / factors[k % factors.count]
        for part in 0..<parts { own.append(steps[cycle * parts + part]) }
      }
      let coherent = try reconciliation.reconcile(joint.draws(own, step: cycle + 1))
      return (intervals: coherent.rowIntervals(levels), gap: constraints.gap(coherent))
    }
    return (found.map(\.intervals), found.reduce(0) { max($0, $1.gap) })
  }

  private func rows(
    _ all: [TimeSeries], _ fits: [any FittedSeries], _ base: Matrix, _ means: Matrix,
    _ intervals: [[[Interval]]]?
  ) -> [TemporalForecast.Row] {
    var rows: [TemporalForecast.Row] = []
    var first = 0
    for (i, one) in all.enumerated() {
      for (k, length) in factors.enumerated() {
        let parts = factors[0] / length
        for span in 0..<cycles * parts {
          let (cycle, row) = (span / parts, first + span % parts)
          let start = one.count + span * length
          rows.append(
            TemporalForecast.Row(
              series: one.id, length: length, first: one.period(start),
              last: one.period(start + length - 1), model: fits[i * factors.count + k].label,
              base: base[row, cycle], mean: means[row, cycle],
              intervals: intervals?[cycle][row] ?? []))
        }
        first += parts
      }
    }
    return rows
  }
}

extension TimeSeries {
  /// Sums over spans of `length` steps, whole spans of `cycle` back from the last value; missing where a part is.
  fileprivate func summed(over length: Int, within cycle: Int) -> TimeSeries {
    let skipped = count % cycle
    let sums = stride(from: skipped, to: count, by: length).map { start in
      values[start..<(start + length)].reduce(0, +)
    }
    return TimeSeries(
      id: length == 1 ? id : "\(id) \(length)", clock: clock, values: sums,
      season: season % length == 0 ? season / length : 1)
  }
}
