import Kernel

/// The records of all draws of one variant.
struct DrawStore: Sendable {
  let layout: RecordLayout
  let draws: Int
  /// Record of draw k at `k · layout.length`.
  private let values: [Double]

  init(_ simulation: Simulation, draws: Int, threads: Int?) {
    layout = simulation.layout
    self.draws = draws
    values = parallelFill(slabs: draws, length: simulation.layout.length, threads: threads) {
      k, slab in
      simulation.run(draw: k, record: &slab)
    }
  }

  subscript(draw k: Int, place: Int) -> Double { values[k * layout.length + place] }

  /// The sum of some places in every draw.
  func sums(_ places: [Int]) -> [Double] {
    (0..<draws).map { k in
      var sum = 0.0
      for place in places { sum += values[k * layout.length + place] }
      return sum
    }
  }

  /// The largest residual of a regional account in any year of any draw.
  var largestResidual: Double {
    (0..<draws).reduce(0) { max($0, self[draw: $1, layout.checkStart]) }
  }

  /// Cohorts whose step was split, over all draws.
  var splitCohorts: Double {
    (0..<draws).reduce(0) { $0 + self[draw: $1, layout.checkStart + 1] }
  }
}

/// What a reader is shown of a sample of draws.
struct Summary: Sendable {
  let mean: Double
  let lower95: Double
  let lower80: Double
  let median: Double
  let upper80: Double
  let upper95: Double
  let probabilityAboveZero: Double

  init(_ draws: [Double]) {
    let sorted = draws.sorted()
    func quantile(_ p: Double) -> Double {
      let place = p * Double(sorted.count - 1)
      let below = Int(place)
      guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
      return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }
    mean = draws.reduce(0, +) / Double(draws.count)
    lower95 = quantile(0.025)
    lower80 = quantile(0.1)
    median = quantile(0.5)
    upper80 = quantile(0.9)
    upper95 = quantile(0.975)
    let above = sorted.count - (sorted.firstIndex { $0 > 0 } ?? sorted.count)
    probabilityAboveZero = Double(above) / Double(sorted.count)
  }
}
