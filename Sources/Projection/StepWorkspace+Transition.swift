import Kernel

/// The transition form: cohorts are survived, then moved once by shares of the age at the end.
extension StepWorkspace {
  /// Moves the cohorts of a block and books them.
  ///
  /// - Complexity: O(regions²) for each group of four cohorts.
  mutating func moveSurvivors(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates,
    _ ledger: inout StepLedger
  ) {
    gather(block, columns, rates)
    // By the age at the end a cohort has one class.
    let term = columns.terms[block.terms.lowerBound]
    let width = block.groups.count
    let counted = Array(columns.counted[block.groups])
    ledger.overdrawnCells += Self.survive(
      counted, initial, mortality, into: &current, deaths: &ledger.deaths)
    let outs = Array(outLevel[term.classIndex * regions..<(term.classIndex + 1) * regions])
    ledger.overdrawnCells += Self.leave(
      counted, emigration, columns.weights, term.offset, outs, staying: &current, movable: &people,
      emigrants: &ledger.emigration)
    countMovers(block, columns)
    addMoves(
      to: 0..<regions, origins: regions, rates: rates.level,
      matrix: term.classIndex * regions * regions, people: people, slot: 0, groups: width,
      into: &current, first: 0, groupsOfSums: width)
    scatter(block, columns)
  }

  /// Survivors, and the dead by region.
  ///
  /// - Returns: how many cells have a mortality above 2, of which no share of survivors is left.
  private static func survive(
    _ counted: [SIMD4<Double>], _ initial: [SIMD4<Double>], _ mortality: [SIMD4<Double>],
    into survivors: inout [SIMD4<Double>], deaths: inout [Double]
  ) -> Int {
    let counted = counted.span
    let initial = initial.span
    let mortality = mortality.span
    var survivors = survivors.mutableSpan
    var overdrawn = 0
    var place = 0
    for i in deaths.indices {
      var dead = SIMD4<Double>.zero
      for q in counted.indices {
        let m = mortality[place]
        if any(m .> 2) { overdrawn += count(0.5 * m, counted[q]) }
        let alive = initial[place] * ((2 - m) / (2 + m))
        dead += counted[q] * (initial[place] - alive)
        survivors[place] = alive
        place += 1
      }
      deaths[i] += dead.sum()
    }
    return overdrawn
  }

  /// Takes those who leave out of the survivors; movers at level 1, and the emigrants by region.
  ///
  /// - Returns: how many cells more than all survivors would leave.
  private static func leave(
    _ counted: [SIMD4<Double>], _ emigration: [SIMD4<Double>], _ weights: [SIMD4<Double>],
    _ offset: Int, _ out: [Double], staying: inout [SIMD4<Double>],
    movable: inout [SIMD4<Double>], emigrants: inout [Double]
  ) -> Int {
    let counted = counted.span
    let emigration = emigration.span
    let weights = weights.span
    var staying = staying.mutableSpan
    var movable = movable.mutableSpan
    var overdrawn = 0
    var place = 0
    for i in out.indices {
      var abroad = SIMD4<Double>.zero
      for q in counted.indices {
        let survivors = staying[place]
        let weight = weights[offset + place]
        movable[place] = weight * survivors
        abroad += counted[q] * survivors * emigration[place]
        let gone = emigration[place] + weight * out[i]
        if any(gone .> 1) { overdrawn += count(gone, counted[q]) }
        staying[place] = survivors * (1 - gone)
        place += 1
      }
      emigrants[i] += abroad.sum()
    }
    return overdrawn
  }

  private static func count(_ gone: SIMD4<Double>, _ counted: SIMD4<Double>) -> Int {
    (0..<4).count { gone[$0] > 1 && counted[$0] > 0 }
  }
}
