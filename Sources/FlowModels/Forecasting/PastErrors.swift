import Glibc
import Kernel

/// How far a forecaster has been from the truth at past origins, and what that says of the next
/// time.
///
/// Goals, in order: 1 honest at any size of flow, 2 honest when there are few origins, 3 simple.
/// Errors
/// `ln(y + ½) − ln(f + ½)` of all pairs and origins at one horizon are pooled in classes of the
/// forecast's size:
/// as many classes of equal count as hold 60 errors each, eight at most. What all pairs share in a
/// period
/// makes the pooled errors of few origins too narrow for the next one, so intervals are stretched
/// about
/// their median: with each origin left out in turn, λ is the stretch at which the others' intervals
/// would
/// have held 80 and 95 per cent of its flows, and `1 + (λ − 1)(n − 1)/n` is taken, since n origins
/// err by less
/// than n − 1 do. Between these levels the stretch is interpolated, outside it is constant. With
/// one
/// origin nothing can be left out and there is no stretch.
struct PastErrors: Sendable {
  /// Of one origin: logarithms of forecast and truth, pairs with both known.
  struct Origin: Sendable {
    let forecasts: [Double]
    let truths: [Double]
  }

  static let levels = [0.8, 0.95]

  private let classes: SizeClasses
  /// At the two levels.
  let stretches: [Double]
  let origins: Int

  /// - Parameter origins: at least one with at least one pair.
  init(_ origins: [Origin]) {
    self.origins = origins.count
    classes = SizeClasses(origins)
    stretches = Self.levels.map { Self.stretch(origins, level: $0) }
  }

  /// The errors of a forecaster at the origins `firstOrigin … last − horizon`; `nil` when there are
  /// none.
  init?(
    _ forecaster: any LearnedFlowForecaster, on panel: FlowPanel, horizon: Int, firstOrigin: Int
  ) throws {
    let origins = try stride(from: firstOrigin, through: panel.last - horizon, by: 1).map { t in
      let medians = try forecaster.medians(after: panel.through(t), horizon: horizon)
      let truth = panel.flows(in: t + horizon)
      let used = truth.indices.filter { !truth[$0].isNaN && !medians[$0].isNaN }
      return Origin(
        forecasts: used.map { Glibc.log(medians[$0] + 0.5) },
        truths: used.map { Glibc.log(truth[$0] + 0.5) })
    }.filter { !$0.forecasts.isEmpty }
    if origins.isEmpty { return nil }
    self.init(origins)
  }

  /// Quantiles of the flow whose median forecast is `median`, in persons.
  func quantiles(of median: Double, _ probabilities: [Double]) -> [Double] {
    let log = Glibc.log(median + 0.5)
    let errors = classes.errors(at: log)
    let centre = Statistics.quantile(sorted: errors, 0.5)
    return probabilities.map { p in
      let error = Statistics.quantile(sorted: errors, p) - centre
      return max(0, Glibc.exp(log + centre + stretch(abs(2 * p - 1)) * error) - 0.5)
    }
  }

  private func stretch(_ level: Double) -> Double {
    let part = (level - Self.levels[0]) / (Self.levels[1] - Self.levels[0])
    return stretches[0] + min(1, max(0, part)) * (stretches[1] - stretches[0])
  }

  private static func stretch(_ origins: [Origin], level: Double) -> Double {
    guard origins.count > 1 else { return 1 }
    var reaches: [Double] = []
    for left in origins.indices {
      var others = origins
      let own = others.remove(at: left)
      let classes = SizeClasses(others)
      for (forecast, truth) in zip(own.forecasts, own.truths) {
        let errors = classes.errors(at: forecast)
        let ends = [0.5 * (1 - level), 0.5, 0.5 * (1 + level)].map {
          Statistics.quantile(sorted: errors, $0)
        }
        let error = truth - forecast - ends[1]
        let reach = error < 0 ? ends[1] - ends[0] : ends[2] - ends[1]
        reaches.append(error == 0 ? 0 : abs(error) / reach)
      }
    }
    let needed = Statistics.quantile(reaches, level)
    // Infinite where past errors have no spread at all: nothing to stretch.
    guard needed.isFinite else { return 1 }
    return 1 + (needed - 1) * Double(origins.count - 1) / Double(origins.count)
  }
}

/// Pooled errors by size of the forecast.
private struct SizeClasses {
  /// Smallest forecast of each class but the first.
  private var bounds: [Double] = []
  /// Ascending errors of each class.
  private var errors: [[Double]] = []

  init(_ origins: [PastErrors.Origin]) {
    let all = origins.flatMap { zip($0.forecasts, $0.truths).map { (size: $0, error: $1 - $0) } }
      .sorted { ($0.size, $0.error) < ($1.size, $1.error) }
    let count = max(1, min(8, all.count / 60))
    for k in 1..<max(2, count) where count > 1 {
      let bound = all[all.count * k / count].size
      // Sizes that recur, as 0 does, may fill more than one class; those are one.
      if bound > all[0].size, bounds.last.map({ bound > $0 }) ?? true { bounds.append(bound) }
    }
    errors = [[Double]](repeating: [], count: bounds.count + 1)
    for (size, error) in all { errors[place(size)].append(error) }
    for k in errors.indices { errors[k].sort() }
  }

  func errors(at size: Double) -> [Double] { errors[place(size)] }

  private func place(_ size: Double) -> Int { bounds.count { $0 <= size } }
}
