/// How much wider intervals have to be to hold what they promise, learnt from rolling-origin errors.
///
/// Each error is measured in half-widths of the model's own interval on its side. Split conformal:
/// the factor for a level is the ⌈(N + 1) level⌉-th smallest of N such scores, pooled over the
/// sibling series of a plan (Vovk, Gammerman and Shafer 2005; Lei et al. 2018, JASA 113), for every step by
/// itself: a model may well be too sure of the next step and right about the tenth. It never narrows,
/// grows with the level, and says nothing (factor of the level below) where N is too small for the level
/// to be reached.
struct Calibration: Hashable, Sendable {
  /// Factors by level, ascending, and step.
  private let factors: [(level: Double, steps: [Double])]

  static func == (a: Calibration, b: Calibration) -> Bool {
    a.factors.map(\.level) == b.factors.map(\.level)
      && a.factors.map(\.steps) == b.factors.map(\.steps)
  }

  func hash(into hasher: inout Hasher) {
    for entry in factors {
      hasher.combine(entry.level)
      hasher.combine(entry.steps)
    }
  }

  /// - Parameters:
  ///   - scores: for each level a list for each step.
  ///   - levels: per cent.
  /// - Returns: `nil` when there is no score at all.
  init?(levels: [Double], scores: [[[Double]]]) {
    guard scores.contains(where: { $0.contains { !$0.isEmpty } }) else { return nil }
    var below: [Double] = []
    var result: [(level: Double, steps: [Double])] = []
    for index in levels.indices.sorted(by: { levels[$0] < levels[$1] }) {
      var steps: [Double] = []
      for (step, pool) in scores[index].enumerated() {
        let rank = Int((Double(pool.count + 1) * levels[index] / 100).rounded(.up))
        var factor = step < below.count ? below[step] : 1
        if rank >= 1, rank <= pool.count { factor = max(1, pool.sorted()[rank - 1]) }
        steps.append(factor)
      }
      result.append((levels[index], steps))
      below = steps
    }
    factors = result
  }

  /// What rolling-origin results teach: how many half-widths of 80 and 95 per cent they were off, pooled
  /// over all of them step by step. Steps without a value teach nothing.
  /// - Returns: `nil` when there is no score at all.
  init?(_ results: [OriginResult], horizon: Int) {
    func scores(_ reach: KeyPath<OriginResult, [Double]>) -> [[Double]] {
      (0..<horizon).map { step in
        results.filter { !$0.actual[step].isNaN }.map { $0[keyPath: reach][step] }
          .filter { !$0.isNaN }
      }
    }
    self.init(levels: [80, 95], scores: [scores(\.reach80), scores(\.reach95)])
  }

  /// At least 1. A level between two learnt ones takes the upper one's factor, a step beyond the
  /// learnt ones the last.
  func factor(level: Double, step: Int) -> Double {
    let entry = factors.first { $0.level >= level } ?? factors.last
    guard let steps = entry?.steps, let last = steps.last else { return 1 }
    return step < steps.count ? steps[step] : last
  }
}
