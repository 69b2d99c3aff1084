import Demography
import Glibc
import Kernel

/// One choice of every assumption of an OD specification, and the flows that follow from it.
struct ODAssumptions {
  let exponent: Double
  let adjacency: Double
  let national: Double
  let shares: [Double?]
  /// Share of each known cell.
  let cells: [Double]

  /// The values of the specification.
  init(_ specification: ODSpecification, _ inputs: ODInputs) {
    exponent = specification.exponent.value
    adjacency = specification.adjacency.value
    national = inputs.nationalShare.value
    shares = inputs.shares.map { $0?.value }
    cells = inputs.cells.map(\.share.value)
  }

  /// Each assumption uniform in its range, adjacency uniform in its logarithm.
  ///
  /// A number depends only on the seed, the specification's id, the assumption's name, the draw and the
  /// attempt, never on the order in which draws are asked for.
  init(
    _ specification: ODSpecification, _ inputs: ODInputs, seed: UInt32, draw k: Int, attempt: Int
  ) {
    let key = StreamKey(seed: seed, stream: "od.\(specification.id)")
    func uniform(_ name: String, _ range: ClosedRange<Double>) -> Double {
      var stream = RandomStream(key, unit: UnitKey(name), draw: k, time: attempt)
      return range.lowerBound + (range.upperBound - range.lowerBound) * stream.uniform()
    }
    exponent = uniform("exponent", specification.exponent.range)
    let ratio = specification.adjacency.range
    adjacency = exp(uniform("adjacency", log(ratio.lowerBound)...log(ratio.upperBound)))
    national = uniform("national", inputs.nationalShare.range)
    shares = inputs.shares.enumerated().map { i, share in
      share.map { uniform("share \(inputs.areas[i])", $0.range) }
    }
    cells = inputs.cells.map { cell in
      let base = cell.isOfArrivals ? "arrivals" : "departures"
      return uniform(
        "cell \(inputs.areas[cell.origin]) \(inputs.areas[cell.destination]) \(base)",
        cell.share.range)
    }
  }

  /// Totals of moves between areas, and moves inside each.
  struct Margins {
    let arrivals: [Double]
    let departures: [Double]
    let inside: [Double]
    /// Share of the areas of which none is known.
    let uniformShare: Double
  }

  /// Areas without a share of their own get one common share, by which the national one is met.
  func margins(_ inputs: ODInputs) throws(ODFailure) -> Margins {
    var known = 0.0
    var rest = 0.0
    for (i, arrivals) in inputs.arrivals.enumerated() {
      if let share = shares[i] { known += share * arrivals } else { rest += arrivals }
    }
    let wanted = national * Statistics.sum(inputs.arrivals)
    let uniform = rest > 0 ? (wanted - known) / rest : 0
    guard rest == 0 || (0...1).contains(uniform) else {
      throw .shareImpossible(national: national, uniform: uniform)
    }
    let between = inputs.arrivals.indices.map { (shares[$0] ?? uniform) * inputs.arrivals[$0] }
    let inside = between.indices.map { inputs.arrivals[$0] - between[$0] }
    let departures = inside.indices.map { inputs.departures[$0] - inside[$0] }
    if let i = departures.firstIndex(where: { $0 < 0 }) {
      throw .insideExceedsDepartures(
        area: i, inside: inside[i], departures: inputs.departures[i])
    }
    return Margins(
      arrivals: between, departures: departures, inside: inside, uniformShare: uniform)
  }

  /// Gravity seed `O_i D_j f(d_ij) a^adjacent`, known cells fixed, balanced to the margins.
  func balance(
    _ specification: ODSpecification, _ inputs: ODInputs, _ margins: Margins
  ) throws(ODFailure) -> Balanced {
    let n = inputs.areas.count
    var seed = [Double](repeating: 0, count: n * n)
    for j in 0..<n {
      for i in 0..<n where i != j {
        let cell = j * n + i
        let distance = max(inputs.distances[cell], specification.minimumDistance)
        let deterrence =
          switch specification.deterrence {
          case .power: pow(distance, -exponent)
          case .exponential: exp(-exponent * distance / 1000)
          }
        seed[cell] =
          margins.departures[i] * margins.arrivals[j] * deterrence
          * (inputs.isAdjacent[cell] ? adjacency : 1)
      }
    }
    var lower = [Double](repeating: 0, count: n * n)
    var upper = [Double](repeating: .infinity, count: n * n)
    for (known, share) in zip(inputs.cells, cells) {
      let cell = known.destination * n + known.origin
      let total =
        known.isOfArrivals ? margins.arrivals[known.destination] : margins.departures[known.origin]
      lower[cell] = share * total
      upper[cell] = share * total
    }
    do {
      return try Balancing.fit(
        seed: seed, rows: margins.departures, columns: margins.arrivals, lower: lower,
        upper: upper, tolerance: specification.tolerance)
    } catch {
      throw .balancing(error)
    }
  }
}

/// Why a choice of assumptions gives no table.
enum ODFailure: Error {
  case shareImpossible(national: Double, uniform: Double)
  case insideExceedsDepartures(area: Int, inside: Double, departures: Double)
  case balancing(BalancingError)

  func fault(_ areas: [String]) -> Fault {
    switch self {
    case .shareImpossible(let national, let uniform):
      Fault(
        .badConfiguration, "od.share-impossible",
        ["national": text(national), "uniform": text(uniform)])
    case .insideExceedsDepartures(let i, let inside, let departures):
      Fault(
        .badConfiguration, "od.inside-exceeds-departures",
        ["area": areas[i], "inside": text(inside), "departures": text(departures)])
    case .balancing(let error): error.fault(origins: areas, destinations: areas)
    }
  }
}
