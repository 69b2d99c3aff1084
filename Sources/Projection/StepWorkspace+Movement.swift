import Kernel

/// The movement form: `(I + M/2) n1 = (I − M/2) n0` for up to twelve cohorts at once.
extension StepWorkspace {
  /// Solves a block and books it.
  ///
  /// With `D = diag(m + e + out)` and `O` the moves, iterates
  /// `n1 ← (I + D/2)⁻¹ ((I − D/2) n0 + O (n0 + n1)/2)`. Deaths and leavers are implicit, so the error
  /// shrinks by at least `½ out / (1 + ½ D)` in a pass: below one half whenever `D ≤ 2`, about 0.03 at
  /// the moving rates of regions. It stops when what is left, `κ / (1 − κ)` of the last change, is
  /// below 1e-15 of the largest cell, or after 100 passes, by which nothing is left but rounding.
  mutating func solve(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates,
    _ ledger: inout StepLedger
  ) {
    gather(block, columns, rates)
    begin(block, columns)
    setPeople(block, columns, 0..<regions, columns.weights, initial)
    for _ in 0..<100 {
      if pass(block, columns, columns.weights, initial, rates.level) { break }
    }
    bookLosses(
      width: block.groups.count, counted: columns.counted, group: block.groups.lowerBound, initial,
      current, mortality, emigration, dead: &ledger.deaths, abroad: &ledger.emigration)
    countMovers(block, columns)
    scatter(block, columns)
  }

  /// Everything that stays the same in all passes, how small a change is to be, and a first guess.
  private mutating func begin(_ block: CohortBlocks.Block, _ columns: CohortBlocks) {
    let width = block.groups.count
    for place in 0..<regions * width { current[place] = .zero }
    for t in block.terms {
      let term = columns.terms[t]
      addOutRates(
        rows: regions, groups: term.groups, width: width, columns.weights, offset: term.offset,
        outLevel, row: term.classIndex * regions, into: &current)
    }
    if isAbove(2, mortality, emigration, current, count: regions * width) {
      keepSplitsApart(block, columns)
    }
    let kappa = beginPasses(
      rows: regions, width: width, initial, mortality, emigration, current: &current,
      constant: &constant, inverse: &inverse, largest: &tolerance)
    for q in 0..<width {
      let change = tolerance[q] * (1e-15 * (1 - kappa) / max(kappa, 1e-3))
      tolerance[q] = change * change
    }
  }

  /// One pass over the destinations, eight at a time, each using what the pass has found before it;
  /// returns whether all changes were small enough.
  mutating func pass(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ weights: [SIMD4<Double>],
    _ initial: [SIMD4<Double>], _ level: [Double]
  ) -> Bool {
    let width = block.groups.count
    var isSettled = true
    for first in stride(from: 0, to: regions, by: 8) {
      let destinations = first..<min(first + 8, regions)
      for place in first * width..<destinations.upperBound * width {
        arrivals[place] = constant[place]
      }
      for t in block.terms {
        let term = columns.terms[t]
        addMoves(
          to: destinations, origins: regions, rates: level,
          matrix: term.classIndex * regions * regions, people: people, slot: term.slot,
          groups: term.groups.count, into: &arrivals, first: term.groups.lowerBound,
          groupsOfSums: width)
      }
      if !settle(destinations, width: width, arrivals, inverse, tolerance, in: &current) {
        isSettled = false
      }
      setPeople(block, columns, destinations, weights, initial)
    }
    return isSettled
  }

  /// People moving between regions by origin: weights times those of the start and of the end.
  mutating func setPeople(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ origins: Range<Int>,
    _ weights: [SIMD4<Double>], _ initial: [SIMD4<Double>]
  ) {
    for t in block.terms {
      let term = columns.terms[t]
      setMovers(
        origins, groups: term.groups, width: block.groups.count, weights, offset: term.offset,
        initial, current, into: &people, slot: term.slot)
    }
  }
}

/// Cohorts of which more would leave than the linear model can take (`m + e + out > 2`) go in shorter
/// steps. Nothing is clamped; the ledger counts them.
extension StepWorkspace {
  /// Takes such cohorts out of the block at hand; `current` holds the out-rates.
  private mutating func keepSplitsApart(_ block: CohortBlocks.Block, _ columns: CohortBlocks) {
    let width = block.groups.count
    var steepest = [SIMD4<Double>](repeating: .zero, count: width)
    for i in 0..<regions {
      for q in 0..<width {
        let place = i * width + q
        let all = mortality[place] + emigration[place] + current[place]
        steepest[q] = Self.larger(steepest[q], all)
      }
    }
    for q in 0..<width where any(steepest[q] .> 2) {
      let group = block.groups.lowerBound + q
      for lane in 0..<4 where steepest[q][lane] > 2 {
        func values(_ x: [SIMD4<Double>]) -> [Double] {
          (0..<regions).map { x[$0 * width + q][lane] }
        }
        if columns.counted[group][lane] > 0 {
          splits.append(
            Split(
              cell: Int(columns.cells[group][lane]),
              classes: columns.classes(of: lane, group: q, block: block),
              start: values(initial), mortality: values(mortality), emigration: values(emigration)))
        }
        for i in 0..<regions { initial[i * width + q][lane] = 0 }
      }
    }
  }

  /// Solves the cohorts kept apart and books them.
  mutating func solveSplits(_ level: [Double], length: Int, _ ledger: inout StepLedger) {
    for split in splits {
      let end = solve(split, level, &ledger)
      for i in 0..<regions { self.end[i * length + split.cell] = end[i] }
    }
    ledger.splitCohorts += splits.count
    splits.removeAll(keepingCapacity: true)
  }

  /// Takes one cohort through the step in as many equal pieces as it needs.
  private func solve(
    _ split: Split, _ level: [Double], _ ledger: inout StepLedger
  ) -> [Double] {
    let n = regions
    var moves = [Double](repeating: 0, count: n * n)
    var all = zip(split.mortality, split.emigration).map { $0 + $1 }
    for (g, weights) in split.classes {
      for i in 0..<n {
        // Weights are for the sum of start and end.
        all[i] += 2 * weights[i] * outLevel[g * n + i]
        for j in 0..<n { moves[j * n + i] += 2 * weights[i] * level[(g * n + j) * n + i] }
      }
    }
    var parts = 1
    while all.max()! / Double(parts) > 2 { parts *= 2 }
    let share = 1 / Double(parts)
    var persons = split.start
    for _ in 0..<parts {
      let next = advanced(persons, moves, all, share)
      for i in 0..<n {
        let lived = 0.5 * share * (persons[i] + next[i])
        ledger.deaths[i] += split.mortality[i] * lived
        ledger.emigration[i] += split.emigration[i] * lived
        for (g, weights) in split.classes {
          movers(ledger: &ledger, g, i, 2 * weights[i] * lived, level)
        }
      }
      persons = next
    }
    return persons
  }

  private func movers(
    ledger: inout StepLedger, _ g: Int, _ i: Int, _ moving: Double, _ level: [Double]
  ) {
    for j in 0..<regions {
      let place = (g * regions + j) * regions + i
      let moved = level[place] * moving
      ledger.flows[place] += moved
      ledger.internalOut[i] += moved
      ledger.internalIn[j] += moved
    }
  }

  /// The iteration of `solve` for one cohort and a part of the step.
  private func advanced(
    _ persons: [Double], _ moves: [Double], _ all: [Double], _ share: Double
  ) -> [Double] {
    let n = regions
    let largest = persons.max() ?? 0
    var next = persons
    for _ in 0..<100 {
      var change = 0.0
      let lived = (0..<n).map { 0.5 * share * (persons[$0] + next[$0]) }
      for j in 0..<n {
        var arrivals = 0.0
        for i in 0..<n { arrivals += moves[j * n + i] * lived[i] }
        let half = 0.5 * share * all[j]
        let value = ((1 - half) * persons[j] + arrivals) / (1 + half)
        change = max(change, abs(value - next[j]))
        next[j] = value
      }
      if change <= 1e-15 * largest { break }
    }
    return next
  }
}
