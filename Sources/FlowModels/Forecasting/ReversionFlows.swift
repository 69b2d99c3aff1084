public import Demography
import Glibc

/// Flows stay as they are, but for a share of their distance from the level of the last periods.
///
/// On the logarithm `l = ln(y + ½)`, whatever the horizon, the median forecast of a pair is
/// `l_T + w (m − l_T)`, where m is the mean of l over the last k periods. The level is one of two:
/// `own`,
/// of the flows as they were, or `structural`, of the tables of those periods after each was fitted
/// to the totals of
/// origins and destinations of the last (what a pair is beyond its two areas reverts; totals stay).
///
/// Persistence is hard to beat (Welch & Raftery 2022), and what pairs share in one period makes
/// thousands
/// of them no more than one observation. Therefore level, k and w are those whose mean absolute
/// error,
/// relative to that of persistence, is the least at the past origin *where it is the greatest*; and
/// of that w only
/// the share `(n − 1)/n` is taken, n the number of these origins. With one origin, or where nothing
/// beats
/// persistence everywhere, this is persistence.
public struct ReversionFlows: FlowForecaster {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow_forecast", id: "reversion",
      reference: "Muth 1960; Welch & Raftery 2022; Raymer, Abel & Rogers 2012")
  }

  public func learned(from panel: FlowPanel, horizon: Int, firstOrigin: Int)
    -> any LearnedFlowForecaster
  {
    let origins = Array(stride(from: max(1, firstOrigin), through: panel.last - horizon, by: 1))
    guard origins.count > 1 else { return Reversion.none(origins: origins.count) }
    let trials = origins.map { t in
      ReversionTrial(panel.through(t), truth: panel.flows(in: t + horizon))
    }
    var best = Reversion.none(origins: origins.count)
    var least = 1.0
    for level in ReversionLevel.all {
      for step in 1...20 {
        let weight = Double(step) / 20
        let worst = trials.reduce(0) { max($0, $1.relativeError(level, weight)) }
        // Less by more than rounding, so that equal candidates give way to the first.
        if worst < least - 1e-9 {
          least = worst
          best = Reversion(level: level, weight: weight, origins: origins.count)
        }
      }
    }
    return best
  }
}

/// Which level flows revert to.
struct ReversionLevel: Hashable {
  let isStructural: Bool
  /// Periods in the mean, the last included; `Int.max` for all.
  let periods: Int

  static let all = [true, false].flatMap { structural in
    [2, 3, Int.max].map { ReversionLevel(isStructural: structural, periods: $0) }
  }

  /// The level of each pair, as `ln(y + ½)`; `nil` where tables could not be fitted to the last
  /// totals.
  func logs(_ panel: FlowPanel) -> [Double]? {
    let first = periods < panel.periods.count ? panel.periods.count - periods : 0
    let last = PersistentFlows().medians(after: panel, horizon: 1).map { $0 + 0.5 }
    var sums = [Double](repeating: 0, count: panel.pairs.count)
    var counts = sums
    for t in first...panel.last {
      var table = panel.flows(in: t).map { $0 + 0.5 }
      if isStructural && t < panel.last {
        let fitted = PairScaling(panel).scaled(table, to: last, tolerance: 1e-10, sweeps: 2_000)
        guard let fitted else { return nil }
        table = fitted
      }
      for pair in table.indices where !table[pair].isNaN {
        sums[pair] += Glibc.log(table[pair])
        counts[pair] += 1
      }
    }
    // A pair unknown in all these periods keeps its last known flow.
    return sums.indices.map { counts[$0] > 0 ? sums[$0] / counts[$0] : Glibc.log(last[$0]) }
  }
}

/// What candidates would have forecast at one past origin.
struct ReversionTrial {
  private let logs: [Double]
  private let levels: [ReversionLevel: [Double]]
  private let truth: [Double]
  private let persistent: Double

  init(_ panel: FlowPanel, truth: [Double]) {
    let last = PersistentFlows().medians(after: panel, horizon: 1)
    let used = truth.indices.filter { !truth[$0].isNaN && !last[$0].isNaN }
    logs = used.map { Glibc.log(last[$0] + 0.5) }
    self.truth = used.map { truth[$0] }
    var levels: [ReversionLevel: [Double]] = [:]
    for level in ReversionLevel.all {
      levels[level] = level.logs(panel).map { all in used.map { all[$0] } }
    }
    self.levels = levels
    persistent = used.reduce(0) { $0 + abs(truth[$1] - last[$1]) }
  }

  /// Mean absolute error relative to persistence; infinite where the level does not exist or
  /// nothing moved.
  func relativeError(_ level: ReversionLevel, _ weight: Double) -> Double {
    guard let level = levels[level], persistent > 0 else { return .infinity }
    var error = 0.0
    for k in logs.indices {
      error += abs(Glibc.exp(logs[k] + weight * (level[k] - logs[k])) - 0.5 - truth[k])
    }
    return error / persistent
  }
}

/// Reversion with its level and weight.
struct Reversion: LearnedFlowForecaster {
  let level: ReversionLevel
  /// w before the share `(n − 1)/n`.
  let weight: Double
  let origins: Int

  static func none(origins: Int) -> Reversion {
    Reversion(level: ReversionLevel.all[0], weight: 0, origins: origins)
  }

  private var share: Double {
    origins > 1 ? weight * Double(origins - 1) / Double(origins) : 0
  }

  var constants: [(name: String, value: Double)] {
    [
      ("structural", level.isStructural ? 1 : 0),
      ("periods", level.periods == .max ? .infinity : Double(level.periods)),
      ("weight", share), ("origins", Double(origins)),
    ]
  }

  func medians(after panel: FlowPanel, horizon: Int) -> [Double] {
    let last = PersistentFlows().medians(after: panel, horizon: horizon)
    guard share > 0 else { return last }
    guard let level = level.logs(panel) else { return last.map { _ in .nan } }
    return zip(last, level).map { flow, level in
      let log = Glibc.log(flow + 0.5)
      return max(0, Glibc.exp(log + share * (level - log)) - 0.5)
    }
  }
}
