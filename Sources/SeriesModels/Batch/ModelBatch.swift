import Kernel
import Synchronization

/// One model fitted to many series, which may share the width of their intervals.
public struct ModelBatch: Sendable {
  public let model: any SeriesModel
  public let horizon: Int
  /// Per cent.
  public let levels: [Double]
  /// Past forecasts of each series that teach how wide intervals have to be; 0 for the model's own.
  public let origins: Int
  /// Intervals from the errors of past forecasts in place of the model's own; `nil` for none.
  public let conformal: ConformalIntervals?
  public let seed: UInt64

  /// - Precondition: `horizon` is positive and `origins` not negative, and positive with `conformal` but for
  ///   `ensemble`.
  public init(
    _ model: any SeriesModel, horizon: Int, levels: [Double], calibratedBy origins: Int = 0,
    conformal: ConformalIntervals? = nil, seed: UInt64
  ) {
    precondition(
      conformal == nil || origins > 0 || conformal == .ensemble, "no past forecasts")
    self.conformal = conformal
    precondition(horizon > 0 && origins >= 0, "horizon \(horizon), \(origins) origins")
    self.model = model
    self.horizon = horizon
    self.levels = levels
    self.origins = origins
    self.seed = seed
  }

  /// A series with its model, or why there is none.
  public struct Outcome: Sendable {
    public let result: Result<Fitted, SeriesError>
  }

  public struct Fitted: Sendable {
    public let fit: any FittedSeries
    public let forecast: Forecast
    /// Whether conformal intervals should have been all values and are as wide as the largest error seen.
    public var isWidest = false
  }

  /// Fits and forecasts every series; none stops another.
  ///
  /// With `origins`, each series is also forecast from that many earlier ends, one step apart, the last
  /// `horizon` steps before its own. How many half-widths those forecasts were off, pooled over all
  /// series step by step, widens all intervals of the batch where they proved too narrow (split
  /// conformal; never narrower). Series too short for it teach nothing and are widened all the same.
  ///
  /// - Parameters:
  ///   - threads: `nil` for all cores; results are the same bits for any.
  ///   - progress: called after every series with how many are done, from any thread.
  /// - Returns: in the order of the series.
  public func run(
    _ series: [TimeSeries], threads: Int? = nil,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> [Outcome] {
    let count = Counter()
    let drafts = parallelMap(series.count, threads: threads) { k in
      defer { progress(count.next()) }
      return draft(series[k])
    }
    if let conformal { return outcomes(drafts, conformal) }
    let calibration =
      origins > 0 ? Calibration(drafts.flatMap(\.past), horizon: horizon) : nil
    var tails = TailQuantiles()
    return drafts.map { draft in
      Outcome(
        result: draft.fit.map { fit, predictive in
          Fitted(
            fit: fit,
            forecast: predictive.forecast(
              of: fit.series, label: fit.label, levels: levels, calibration: calibration,
              tails: &tails))
        })
    }
  }

  /// With `conformal`, errors at the same origins are the only ground of the intervals: a series with too few of
  /// them for a level has no forecast.
  private func outcomes(_ drafts: [Draft], _ conformal: ConformalIntervals) -> [Outcome] {
    let all = drafts.flatMap(\.errors)
    return drafts.map { draft in
      Outcome(
        result: draft.fit.flatMap { fit, predictive in
          do throws(ConformalError) {
            let found = try conformal.found(
              predictive, of: fit.series, label: fit.label, levels: levels, own: draft.errors,
              all: all, least: model.least)
            return .success(
              Fitted(fit: fit, forecast: found.forecast, isWidest: found.isWidest))
          } catch {
            return .failure(
              .levelUnreachable(
                series: fit.series.id, isPooled: conformal == .pooled, error))
          }
        })
    }
  }

  private struct Draft: Sendable {
    let fit: Result<(any FittedSeries, Predictive), SeriesError>
    let past: [OriginResult]
    /// Of the steps ahead, by origin.
    let errors: [PastErrors]
  }

  private func draft(_ series: TimeSeries) -> Draft {
    do throws(SeriesError) {
      let fit = try model.fit(series)
      let ahead = fit.predictive(horizon, seed: seed)
      guard ahead.medians.allSatisfy(\.isFinite) else {
        throw .notFitted(series: series.id, model: model is KeptModel ? fit.label : model.name)
      }
      if conformal == .ensemble {
        guard let errors = fit.leaveOneOutErrors(horizon) else {
          throw .noParts(series: series.id, model: fit.label)
        }
        let rows = 0..<(errors.map(\.count).max() ?? 0)
        return Draft(
          fit: .success((fit, ahead)), past: [],
          errors: rows.map { row in
            PastErrors(errors: errors.map { row < $0.count ? $0[row] : .nan })
          })
      }
      // Where the last values are missing, the steps ahead begin that much later.
      let missing = series.values.reversed().prefix(while: \.isNaN).count
      let rolling = Backtest(
        horizon: horizon + (conformal == nil ? 0 : missing), origins: origins, minimumTrain: 8,
        reselectEvery: 1, seed: seed)
      let past = rolling.runs(model, on: series.trimmed)
      return Draft(
        fit: .success((fit, ahead)), past: past,
        errors: past.map { PastErrors($0, passed: rolling.horizon - horizon, ahead: ahead) })
    } catch {
      return Draft(fit: .failure(error), past: [], errors: [])
    }
  }
}

/// Counts from any thread.
final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}
