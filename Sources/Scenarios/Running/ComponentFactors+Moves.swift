import Kernel

// Totals of moves by origin, destination and pair.

extension ComponentFactors {
  /// Iterative proportional fitting of the moves of a step to all totals together: pairs with totals of
  /// their own get a factor each, the others that of their origin times that of their destination. A net
  /// takes moves in times x and moves out over x, so that a region that gains does it both ways. A pair
  /// without moves keeps none. Each scaling is the projection on its total that is nearest in information,
  /// and in turn they find the moves that are nearest to the free ones. Deming & Stephan (1940); Csiszár
  /// (1975); Smith, Tayman & Swanson (2013), chapter 10.
  mutating func approach(_ moves: [Double], isFirst: Bool) -> Miss? {
    let isHard = manner.mode == .hard
    let worst = isFirst ? nil : farthest(moves)
    guard isFirst || (isHard && worst != nil) else { return nil }
    var fit = PairFit(self, moves)
    if let miss = fit.run() { return miss }
    let way = isHard ? 1 : manner.weight
    for k in values.indices {
      values[k] *= way == 1 ? fit.factors[k] : power(fit.factors[k], way)
    }
    return isHard ? beyond(moves) ?? worst : nil
  }

  /// The total that moves are farthest from; `nil` where all are met.
  private func farthest(_ moves: [Double]) -> Miss? {
    var worst: Miss?
    for (part, total) in parts + (total.map { [(.all, $0)] } ?? []) {
      let found = Self.sum(moves, part, regions)
      let error = Self.distance(moves, part, regions, found, total)
      guard !(error <= Self.closeness) else { continue }
      worst = Self.worse(
        worst,
        Miss(
          part: part, wanted: total, found: found,
          reason: Self.gross(moves, part, regions) > 0 ? .reach : .nothing, error: error))
    }
    return worst
  }

  /// A factor that is larger than any that is allowed.
  private func beyond(_ moves: [Double]) -> Miss? {
    let n = regions
    for (part, total) in parts + (total.map { [(.all, $0)] } ?? []) {
      let largest: Double
      switch part {
      case .pair(let i, let j):
        let place = pairs.firstIndex { $0.from == i && $0.to == j } ?? 0
        largest = values[2 * n + place]
      default:
        // A pair with a total of its own has a factor of its own.
        let own = Set(
          parts.compactMap { part, _ in
            if case .pair(let i, let j) = part { j * n + i } else { nil }
          })
        largest =
          (0..<n * n).filter {
            moves[$0] > 0 && !own.contains($0) && Self.holds(part, from: $0 % n, to: $0 / n)
          }
          .map { values[$0 % n] * values[n + $0 / n] }.max() ?? 1
      }
      guard largest > Self.mostFactor else { continue }
      return Miss(
        part: part, wanted: total, found: Self.sum(moves, part, n), reason: .reach,
        error: .infinity)
    }
    return nil
  }

  /// How far a total is from what was found: relative, that of a net to the moves in and out.
  static func distance(
    _ moves: [Double], _ part: Constraint.Part, _ n: Int, _ found: Double, _ wanted: Double
  ) -> Double {
    guard case .net = part else { return abs(found / wanted - 1) }
    return abs(found - wanted) / gross(moves, part, n)
  }

  static func holds(_ part: Constraint.Part, from i: Int, to j: Int) -> Bool {
    switch part {
    case .all: true
    case .region(let r), .origin(let r): r == i
    case .destination(let r): r == j
    case .pair(let from, let to): from == i && to == j
    case .net(let r): (r == i) != (r == j)
    }
  }

  /// Moves that count in a total, with either sign.
  static func gross(_ moves: [Double], _ part: Constraint.Part, _ n: Int) -> Double {
    guard case .net(let r) = part else { return sum(moves, part, n) }
    return sum(moves, .destination(r), n) + sum(moves, .origin(r), n)
  }

  static func sum(_ moves: [Double], _ part: Constraint.Part, _ n: Int) -> Double {
    switch part {
    case .all: moves.reduce(0, +)
    case .region(let r), .origin(let r): (0..<n).reduce(0) { $0 + moves[$1 * n + r] }
    case .destination(let r): (0..<n).reduce(0) { $0 + moves[r * n + $1] }
    case .pair(let i, let j): moves[j * n + i]
    case .net(let r): sum(moves, .destination(r), n) - sum(moves, .origin(r), n)
    }
  }
}

/// One fit of a table of moves to the totals of a component.
private struct PairFit {
  private let n: Int
  private let total: Double?
  private let parts: [(part: Constraint.Part, total: Double)]
  private let moves: [Double]
  /// Moves between pairs without a total of their own, scaled in place.
  private var cells: [Double]
  /// Totals of pairs by origin and by destination.
  private var pairOut: [Double]
  private var pairIn: [Double]
  /// Of origins, destinations, pairs.
  var factors: [Double]
  /// Pairs whose own total does not hold in the year, by their place.
  private var free: [(place: Int, from: Int, to: Int)] = []

  init(_ wanted: ComponentFactors, _ moves: [Double]) {
    n = wanted.regions
    total = wanted.total
    parts = wanted.parts
    self.moves = moves
    cells = moves
    pairOut = [Double](repeating: 0, count: n)
    pairIn = pairOut
    factors = [Double](repeating: 1, count: wanted.values.count)
    for (p, pair) in wanted.pairs.enumerated() {
      let cell = pair.to * n + pair.from
      guard let own = parts.first(where: { $0.part == .pair(from: pair.from, to: pair.to) })?.total
      else {
        free.append((p, pair.from, pair.to))
        continue
      }
      if moves[cell] > 0 { factors[2 * n + p] = own / moves[cell] }
      pairOut[pair.from] += own
      pairIn[pair.to] += own
      cells[cell] = 0
    }
  }

  /// - Returns: a total that cannot be met beside the others.
  mutating func run() -> ComponentFactors.Miss? {
    for case (.pair(let i, let j), let total) in parts where moves[j * n + i] <= 0 {
      return miss(.pair(from: i, to: j), total, 0, .nothing)
    }
    let margins = (total.map { [(part: .all, total: $0)] } ?? []) + parts
    var worst: ComponentFactors.Miss?
    for _ in 0..<1000 {
      worst = nil
      for (part, total) in margins {
        var wanted = total
        switch part {
        case .pair, .region: continue
        case .all: wanted -= pairOut.reduce(0, +)
        case .origin(let i): wanted -= pairOut[i]
        case .destination(let j): wanted -= pairIn[j]
        case .net(let r): wanted -= pairIn[r] - pairOut[r]
        }
        let held = total - wanted
        let found = ComponentFactors.sum(cells, part, n)
        let gross = ComponentFactors.gross(cells, part, n)
        if gross <= 0 && abs(wanted) <= 1e-9 * abs(total) { continue }
        if gross <= 0 { return miss(part, total, held, held != 0 ? .contradiction : .nothing) }
        guard let factor = factor(part, to: wanted, from: found) else {
          return miss(part, total, held, .contradiction)
        }
        let error = ComponentFactors.distance(cells, part, n, found, wanted)
        if error > 1e-12 {
          worst = ComponentFactors.worse(
            worst,
            .init(
              part: part, wanted: total, found: held + found, reason: .contradiction,
              error: error))
        }
        scale(part, by: factor)
      }
      if worst == nil { break }
    }
    if let worst, worst.error > 1e-9 {
      return miss(worst.part, worst.wanted, worst.found, .contradiction)
    }
    for (place, i, j) in free { factors[2 * n + place] = factors[i] * factors[n + j] }
    return nil
  }

  /// What brings a part to what is wanted of it; of a net what its moves in are multiplied and its moves
  /// out divided by: `in x² − wanted x − out = 0`. `nil` where no factor above zero does.
  private func factor(
    _ part: Constraint.Part, to wanted: Double, from found: Double
  ) -> Double? {
    guard case .net(let r) = part else { return wanted > 0 ? wanted / found : nil }
    let come = ComponentFactors.sum(cells, .destination(r), n)
    let leave = ComponentFactors.sum(cells, .origin(r), n)
    let root = (wanted * wanted + 4 * come * leave).squareRoot()
    // Of both forms of the root the one without a difference of like numbers.
    let x = wanted > 0 ? (wanted + root) / (2 * come) : 2 * leave / (root - wanted)
    return x > 0 && x < .infinity ? x : nil
  }

  private mutating func scale(_ part: Constraint.Part, by factor: Double) {
    if case .net(let r) = part {
      factors[r] /= factor
      factors[n + r] *= factor
      for i in 0..<n where i != r {
        cells[r * n + i] *= factor
        cells[i * n + r] /= factor
      }
      return
    }
    switch part {
    case .all: for i in 0..<n { factors[i] *= factor }
    case .origin(let i): factors[i] *= factor
    case .destination(let j): factors[n + j] *= factor
    case .region, .pair, .net: break
    }
    for j in 0..<n {
      for i in 0..<n where ComponentFactors.holds(part, from: i, to: j) {
        cells[j * n + i] *= factor
      }
    }
  }

  private func miss(
    _ part: Constraint.Part, _ wanted: Double, _ found: Double,
    _ reason: ComponentFactors.Miss.Reason
  ) -> ComponentFactors.Miss {
    .init(part: part, wanted: wanted, found: found, reason: reason, error: .infinity)
  }
}
