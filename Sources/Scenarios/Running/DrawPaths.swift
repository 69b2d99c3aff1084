import Kernel
import Projection

/// The chance in every draw: how components deviate in each year and region, and by what the flows of the
/// draw differ from their estimate. It depends on seed, draw and identity only, so all settings of a
/// question share it.
struct DrawPaths: Sendable {
  private let source: ChanceSource
  private let years: Int
  private let length: Int
  private let values: [Double]

  /// - Parameter years: years that may be asked for.
  init(_ source: ChanceSource, years: Int, draws: Int, threads: Int?) {
    self.source = source
    self.years = years
    let (width, pairs) = (source.width, source.pairs)
    length = years * width + pairs + 1
    values = parallelFill(slabs: draws, length: length, threads: threads) { draw, slab in
      var deviations = [Double](repeating: 0, count: width)
      var factors = deviations
      for step in 0..<years {
        source.advance(&deviations, into: &factors, step: step, draw: draw)
        for k in 0..<width { slab[step * width + k] = factors[k] }
      }
      let flows = source.flows(draw)
      for k in 0..<pairs { slab[years * width + k] = flows.ratios[k] }
      slab[years * width + pairs] = flows.error
    }
  }

  /// Factors of a year by component, then region.
  func setFactors(_ factors: inout [Double], year step: Int, draw: Int) {
    let start = draw * length + step * source.width
    for k in factors.indices { factors[k] = values[start + k] }
  }

  /// As `ChanceSource.flows`.
  func flows(_ draw: Int) -> (ratios: [Double], error: Double) {
    let start = draw * length + years * source.width
    return (Array(values[start..<start + source.pairs]), values[start + source.pairs])
  }
}

/// Where the chance of a draw comes from: keyed normals and the error of the flow estimate.
struct ChanceSource: Sendable {
  private let baseline: Baseline
  private let flowBaseline: FlowBaseline?
  private let seed: UInt32
  private let regions: Int
  /// The streams of each component, its own alone where components do not go together.
  private let streams: [[KeyedDeviation.Source]]
  private let units: [UnitKey]

  init(_ baseline: Baseline, _ inputs: BaselineInputs, seed: UInt32) {
    self.baseline = baseline
    // Paths of pairs bring all that is uncertain about moves.
    let isByPair = baseline.paths[.internal]?.isByPair == true
    flowBaseline = isByPair ? nil : inputs.flows.flatMap { $0.isUncertain ? $0 : nil }
    self.seed = seed
    let places = baseline.places
    regions = places.codes.count
    streams = Baseline.Component.allCases.map { component in
      baseline.correlation.parts(of: component).map { part in
        KeyedDeviation.Source(
          StreamKey(seed: seed, stream: "projection.\(part.component.rawValue)"),
          weight: part.weight)
      }
    }
    // The groups of a region deviate together.
    units = (places.regionOf.map { places.regions[$0] } + ["*"]).map { UnitKey($0) }
  }

  /// Factors of a year: components, each with its regions.
  var width: Int { Baseline.Component.allCases.count * regions }
  /// Ratios of a draw's flows to the estimate; 0 where the estimate is certain.
  var pairs: Int { flowBaseline == nil ? 0 : regions * regions }

  /// Moves the deviations on by a year and gives the factors they bring, with the drift of each input, or
  /// those of the sample paths.
  ///
  /// - Parameter draw: `nil` on the median path, where nothing deviates and paths are at their median.
  func advance(
    _ deviations: inout [Double], into factors: inout [Double], step: Int, draw: Int?
  ) {
    for (c, component) in Baseline.Component.allCases.enumerated() {
      let drift = power(1 + (baseline.inputs[component.rawValue]?.changePerYear ?? 0), Double(step))
      var moved = Array(deviations[c * regions..<(c + 1) * regions])
      if let draw, let deviation = baseline.deviations[component] {
        deviation.advance(
          &moved, sources: streams[c], units: units, draw: draw, year: baseline.launch + step)
      }
      let own = baseline.paths[component]
      let paths = own?.isByPair == true ? nil : own
      for r in 0..<regions {
        deviations[c * regions + r] = moved[r]
        factors[c * regions + r] =
          paths?.factor(draw: draw, year: baseline.launch + step, region: r)
          ?? drift * exponential(moved[r])
      }
    }
  }

  /// Flows of a draw over the estimate, `to · from`, origin fastest, 1 where there are none; with the error
  /// where they do not meet their margins, and 1 for all ratios.
  func flows(_ draw: Int) -> (ratios: [Double], error: Double) {
    guard let flowBaseline else { return ([], 0) }
    var ratios = [Double](repeating: 1, count: pairs)
    let drawn: [Double]
    do {
      drawn = try flowBaseline.matrix(seed: seed, draw: draw)
    } catch {
      guard case .marginsNotMet(_, let error) = error else { return (ratios, .infinity) }
      return (ratios, error)
    }
    let places = baseline.places
    let n = flowBaseline.areas.count
    // Flows of everybody are those of each group.
    func row(_ place: Int) -> Int { n == regions ? place : places.regionOf[place] }
    for j in 0..<regions {
      for i in 0..<regions where row(i) != row(j) {
        let cell = row(j) * n + row(i)
        guard flowBaseline.values[cell] > 0 else { continue }
        ratios[j * regions + i] = drawn[cell] / flowBaseline.values[cell]
      }
    }
    return (ratios, 0)
  }
}

/// What the settings of a question have in common.
struct SharedDraws: Sendable {
  /// `nil` on the median path.
  let paths: DrawPaths?
  /// The baseline's run whose constraint every setting takes; `nil` where there is no constraint.
  let reference: DrawStore?
}
