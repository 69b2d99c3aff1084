/// Intermediate values of one step; nothing in it outlives the step.
public struct StepWorkspace: Sendable {
  /// One cohort handled on its own: newborns and cohorts whose step is split.
  struct Single: Sendable {
    var start = 0.0
    var end = 0.0
    var mortality = 0.0
    var emigration = 0.0
    var out = 0.0
    var exposure = 0.0
    var next = 0.0
  }

  let regions: Int
  let blocks: Int
  /// Persons of each region at the start of the step.
  var start: [Double]
  /// `[sex · regions + region]`.
  var newborns: [Double]
  var single: [Single]
  /// All by `region · blocks + block`.
  var initial: [SIMD8<Double>]
  var final: [SIMD8<Double>]
  var mortality: [SIMD8<Double>]
  var emigration: [SIMD8<Double>]
  /// By region, for the block at hand.
  var constant: [SIMD8<Double>]
  var inverse: [SIMD8<Double>]
  var current: [SIMD8<Double>]
  /// Moving persons by term and region, for the block at hand.
  var moving: [SIMD8<Double>]
  /// Exposure of each class by origin, weights included.
  var movers: [Double]
  /// Out-rate of each class and origin at intensity 1.
  var outLevel: [Double]
  private var splitColumns: [Int] = []
  /// Ends of the split cohorts, by split and region, until `collect` has booked the others.
  private var splitEnds: [Double] = []

  init(_ columns: CohortColumns) {
    regions = columns.regions
    blocks = columns.blockCount
    let n = columns.regions
    start = [Double](repeating: 0, count: n)
    newborns = [Double](repeating: 0, count: 2 * n)
    single = [Single](repeating: Single(), count: n)
    let zeros = [SIMD8<Double>](repeating: .zero, count: n * columns.blockCount)
    initial = zeros
    final = zeros
    mortality = zeros
    emigration = zeros
    constant = [SIMD8<Double>](repeating: .zero, count: n)
    inverse = constant
    current = constant
    moving = [SIMD8<Double>](repeating: .zero, count: n * columns.widestBlock)
    movers = [Double](repeating: 0, count: n * columns.classCount)
    outLevel = movers
  }

  mutating func set(
    region: Int, column: Int, persons: Double, mortality m: Double, emigration e: Double
  ) {
    let place = region * blocks + column / 8
    let lane = column % 8
    initial[place][lane] = persons
    mortality[place][lane] = m
    emigration[place][lane] = e
  }

  func survivors(region: Int, column: Int) -> Double {
    final[region * blocks + column / 8][column % 8]
  }

  mutating func setSingle(region: Int, persons: Double, mortality m: Double, emigration e: Double) {
    single[region].start = persons
    single[region].mortality = m
    single[region].emigration = e
  }
}

extension StepWorkspace {
  /// Solves `(I + M/2) n1 = (I − M/2) n0` for eight cohorts at once.
  ///
  /// With `D = diag(m + e + out)` and `O` the moves, iterates
  /// `n1 ← (I + D/2)⁻¹ ((I − D/2) n0 + O (n0 + n1)/2)`. Deaths and leavers are implicit, so the error
  /// shrinks by at least `½ out / (1 + ½ D)` in a pass: below one half whenever `D ≤ 2`, about 0.03 at
  /// the moving rates of regions. It stops when what is left, `κ / (1 − κ)` of the last change, is
  /// below 1e-15 of the largest cell.
  mutating func solveBlock(_ block: Int, _ columns: CohortColumns, _ level: [Double]) {
    if block == 0 { prepareOutLevels(columns, level) }
    let n = regions
    let terms = columns.firstTerm[block]..<columns.firstTerm[block + 1]
    var largest = SIMD8<Double>.zero
    var contraction = SIMD8<Double>.zero
    for i in 0..<n {
      var out = SIMD8<Double>.zero
      for t in terms {
        let term = columns.terms[t]
        out += columns.weights[term.offset + i] * outLevel[term.classIndex * n + i]
      }
      let place = i * blocks + block
      let halfDiagonal = 0.5 * (mortality[place] + emigration[place] + out)
      if any(halfDiagonal .> 1) { noteSplits(halfDiagonal, block) }
      constant[i] = (1 - halfDiagonal) * initial[place]
      let reciprocal = 1 / (1 + halfDiagonal)
      inverse[i] = reciprocal
      let shrink = 0.5 * out * reciprocal
      contraction.replace(with: shrink, where: shrink .> contraction)
      let gone = 0.5 * (mortality[place] + emigration[place])
      current[i] = initial[place] * (1 - gone) / (1 + gone)
      largest.replace(with: initial[place], where: initial[place] .> largest)
    }
    let kappa = contraction.max()
    let tolerance = largest * (1e-15 * (1 - kappa) / max(kappa, 1e-3))
    fillMoving(block, columns, terms)
    var passes = 0
    while true {
      let change = Self.update(
        block, terms, columns, level, initial: initial, constant: constant, inverse: inverse,
        moving: &moving, current: &current)
      passes += 1
      if all(change .<= tolerance) || passes == 100 { break }
    }
    for i in 0..<n { final[i * blocks + block] = current[i] }
  }

  /// People moving between regions by term and origin: rates times the mean of start and end.
  private mutating func fillMoving(_ block: Int, _ columns: CohortColumns, _ terms: Range<Int>) {
    var slot = 0
    for t in terms {
      let offset = columns.terms[t].offset
      for i in 0..<regions {
        moving[slot + i] =
          0.5 * columns.weights[offset + i] * (initial[i * blocks + block] + current[i])
      }
      slot += regions
    }
  }

  /// One pass over the destinations, two at a time, each using what the pass has found before it;
  /// returns the largest change of each column.
  private static func update(
    _ block: Int, _ terms: Range<Int>, _ columns: CohortColumns, _ level: [Double],
    initial: [SIMD8<Double>], constant: [SIMD8<Double>], inverse: [SIMD8<Double>],
    moving: inout [SIMD8<Double>], current: inout [SIMD8<Double>]
  ) -> SIMD8<Double> {
    let n = columns.regions
    let blocks = columns.blockCount
    let rates = level.span
    var people = moving.mutableSpan
    var change = SIMD8<Double>.zero
    var j = 0
    while j < n {
      // With an odd number of regions the last one stands alone.
      let other = min(j + 1, n - 1)
      var first = SIMD8<Double>.zero
      var second = SIMD8<Double>.zero
      var slot = 0
      for t in terms {
        let base = columns.terms[t].classIndex * n
        let a = (base + j) * n
        let b = (base + other) * n
        for i in 0..<n {
          let leaving = people[slot + i]
          first += rates[a + i] * leaving
          second += rates[b + i] * leaving
        }
        slot += n
      }
      settle((constant[j] + first) * inverse[j], in: &current[j], &change)
      if other > j {
        settle((constant[other] + second) * inverse[other], in: &current[other], &change)
      }
      slot = 0
      for t in terms {
        let offset = columns.terms[t].offset
        for k in j...other {
          people[slot + k] =
            0.5 * columns.weights[offset + k] * (initial[k * blocks + block] + current[k])
        }
        slot += n
      }
      j += 2
    }
    return change
  }

  private static func settle(
    _ next: SIMD8<Double>, in place: inout SIMD8<Double>, _ change: inout SIMD8<Double>
  ) {
    let difference = next - place
    let magnitude = difference.replacing(with: -difference, where: difference .< 0)
    change.replace(with: magnitude, where: magnitude .> change)
    place = next
  }

  mutating func prepareOutLevels(_ columns: CohortColumns, _ level: [Double]) {
    let n = regions
    splitColumns.removeAll(keepingCapacity: true)
    splitEnds.removeAll(keepingCapacity: true)
    for k in movers.indices { movers[k] = 0 }
    for g in 0..<columns.classCount {
      for i in 0..<n { outLevel[g * n + i] = 0 }
      for j in 0..<n {
        let row = (g * n + j) * n
        for i in 0..<n { outLevel[g * n + i] += level[row + i] }
      }
    }
  }

  private mutating func noteSplits(_ halfDiagonal: SIMD8<Double>, _ block: Int) {
    for lane in 0..<8 where halfDiagonal[lane] > 1 && !splitColumns.contains(block * 8 + lane) {
      splitColumns.append(block * 8 + lane)
    }
  }
}

extension StepWorkspace {
  /// Solves anew, in shorter steps, the cohorts in which more would leave than the linear model can
  /// take (`m + e + out > 2`). Nothing is clamped; the ledger counts them.
  mutating func solveSplitCohorts(
    _ columns: CohortColumns, _ level: [Double], _ ledger: inout StepLedger
  ) {
    guard !splitColumns.isEmpty else { return }
    splitColumns.sort()
    ledger.splitCohorts = splitColumns.count
    for column in splitColumns {
      let lane = column % 8
      for i in 0..<regions {
        let place = i * blocks + column / 8
        setSingle(
          region: i, persons: initial[place][lane], mortality: mortality[place][lane],
          emigration: emigration[place][lane])
      }
      solveSingle(columns.singleTerms(column: column), level, pieces: 1, &ledger)
      for i in 0..<regions {
        let place = i * blocks + column / 8
        splitEnds.append(single[i].end)
        // The account of this cohort is booked already; `collect` must see nobody here.
        initial[place][lane] = 0
        final[place][lane] = 0
      }
    }
  }

  private mutating func restoreSplitCohorts() {
    for (k, column) in splitColumns.enumerated() {
      for i in 0..<regions {
        final[i * blocks + column / 8][column % 8] = splitEnds[k * regions + i]
      }
    }
  }

  /// Takes one cohort through the step, in as many equal pieces as the guard asks, and books it.
  mutating func solveSingle(
    _ terms: [CohortColumns.SingleTerm], _ level: [Double], pieces: Int?,
    _ ledger: inout StepLedger
  ) {
    let n = regions
    var steepest = 0.0
    for i in 0..<n {
      var out = 0.0
      for term in terms { out += term.weights[i] * outLevel[term.classIndex * n + i] }
      single[i].out = out
      steepest = max(steepest, single[i].mortality + single[i].emigration + out)
    }
    var parts = 1
    while steepest / Double(parts) > 2 { parts *= 2 }
    if parts > 1 && pieces == nil { ledger.splitCohorts += 1 }
    let share = 1 / Double(parts)
    for i in 0..<n { single[i].end = single[i].start }
    for _ in 0..<parts {
      for i in 0..<n {
        single[i].exposure = single[i].end
        single[i].next = single[i].end
      }
      iterateSingle(terms, level, share)
      bookSingle(terms, level, share, &ledger)
      for i in 0..<n { single[i].end = single[i].next }
    }
  }

  /// The iteration of `solveBlock` for one cohort; `exposure` holds the start of the piece.
  private mutating func iterateSingle(
    _ terms: [CohortColumns.SingleTerm], _ level: [Double], _ share: Double
  ) {
    let n = regions
    var largest = 0.0
    for i in 0..<n { largest = max(largest, single[i].exposure) }
    for _ in 0..<100 {
      var change = 0.0
      for i in 0..<n { moving[i][0] = 0.5 * share * (single[i].exposure + single[i].next) }
      for j in 0..<n {
        var arrivals = 0.0
        for term in terms {
          let row = (term.classIndex * n + j) * n
          for i in 0..<n { arrivals += level[row + i] * term.weights[i] * moving[i][0] }
        }
        let half = 0.5 * share * (single[j].mortality + single[j].emigration + single[j].out)
        let next = ((1 - half) * single[j].exposure + arrivals) / (1 + half)
        change = max(change, abs(next - single[j].next))
        single[j].next = next
      }
      if change <= 1e-15 * largest { return }
    }
  }

  private mutating func bookSingle(
    _ terms: [CohortColumns.SingleTerm], _ level: [Double], _ share: Double,
    _ ledger: inout StepLedger
  ) {
    let n = regions
    for i in 0..<n {
      let lived = 0.5 * share * (single[i].exposure + single[i].next)
      ledger.deaths[i] += single[i].mortality * lived
      ledger.emigration[i] += single[i].emigration * lived
      for term in terms {
        for j in 0..<n {
          let place = (term.classIndex * n + j) * n + i
          let moved = level[place] * term.weights[i] * lived
          guard moved != 0 else { continue }
          ledger.flows[place] += moved
          ledger.internalOut[i] += moved
          ledger.internalIn[j] += moved
        }
      }
    }
  }

  /// Books deaths, emigrants and moves of all cohorts solved in blocks.
  mutating func collect(_ columns: CohortColumns, _ level: [Double], _ ledger: inout StepLedger) {
    let n = regions
    for i in 0..<n {
      var deaths = SIMD8<Double>.zero
      var emigrants = SIMD8<Double>.zero
      for block in 0..<blocks {
        let place = i * blocks + block
        let lived = 0.5 * (initial[place] + final[place])
        deaths += mortality[place] * lived
        emigrants += emigration[place] * lived
        for t in columns.firstTerm[block]..<columns.firstTerm[block + 1] {
          let term = columns.terms[t]
          movers[term.classIndex * n + i] += (columns.weights[term.offset + i] * lived).sum()
        }
      }
      ledger.deaths[i] += deaths.sum()
      ledger.emigration[i] += emigrants.sum()
    }
    for g in 0..<columns.classCount {
      for j in 0..<n {
        for i in 0..<n {
          let place = (g * n + j) * n + i
          let moved = level[place] * movers[g * n + i]
          ledger.flows[place] += moved
          ledger.internalOut[i] += moved
          ledger.internalIn[j] += moved
        }
      }
    }
    restoreSplitCohorts()
  }
}
