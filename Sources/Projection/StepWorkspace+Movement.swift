import Kernel

/// The movement form: `(I + M/2) n1 = (I − M/2) n0` for up to twelve cohorts at once.
extension StepWorkspace {
  /// What the passes may leave of the largest cell before the account is closed.
  private static let guessedError = 1e-12
  /// Regions from which on every second pass is extrapolated, which takes as long as half a dozen
  /// destinations do.
  private static let manyRegions = 64

  /// Solves a block and books it.
  ///
  /// With `D = diag(m + e + out)` and `O` the moves, iterates
  /// `n1 ← (I + D/2)⁻¹ ((I − D/2) n0 + O (n0 + n1)/2)`. Deaths and leavers are implicit, so the error
  /// shrinks by at least `½ out / (1 + ½ D)` in a pass: below one half whenever `D ≤ 2`, about 0.03 at
  /// the moving rates of regions. With many regions every second pass is followed by a step the way the
  /// last two changes point, which saves one pass in seven where people move much. The first guess
  /// is made of the arrivals of the block before, which saves two passes of six where ages are alike and one
  /// where they scatter. It stops when what is left, `κ / (1 − κ)` of the last change, is below 1e-12 of the
  /// largest cell, or after 100 passes. Then everybody who moves is booked where they leave and where they
  /// arrive, which closes the account and leaves of the error `½ out` at most.
  ///
  /// A cell far below the largest can be guessed far too high, and would end below zero by what is taken
  /// off. Then the passes start again from `(I + D/2)⁻¹ (I − D/2) n0`, as if nobody arrived: they rise
  /// from there and never above the solution, so that no cell gives more than arrives in it.
  mutating func solve(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates,
    _ ledger: inout StepLedger
  ) {
    gather(block, columns, rates)
    begin(block, columns)
    iterate(block, columns, rates, extrapolates: regions >= Self.manyRegions)
    if !finish(block, columns, rates, unlessBelowZero: true) {
      for place in 0..<regions * block.groups.count {
        current[place] = constant[place] * inverse[place]
      }
      iterate(block, columns, rates, extrapolates: false)
      _ = finish(block, columns, rates, unlessBelowZero: false)
    }
    countMovers(block, columns, columns.countWeights, exposed)
  }

  /// Passes until the changes are small enough.
  private mutating func iterate(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates, extrapolates: Bool
  ) {
    let places = regions * block.groups.count
    setPeople(block, columns, columns.weights, initial)
    for k in 0..<100 {
      if extrapolates { keepIterate(places, isSecond: k % 2 == 1) }
      if pass(block, columns, initial, rates.level) { break }
      if extrapolates && k % 2 == 1 {
        extrapolateBlock(
          regions: regions, width: block.groups.count, first, second, current: &current)
        setPeople(block, columns, columns.weights, initial)
      }
    }
  }

  private mutating func keepIterate(_ places: Int, isSecond: Bool) {
    for place in 0..<places {
      if isSecond { second[place] = current[place] } else { first[place] = current[place] }
    }
  }

  /// Closes the account of the block; returns whether it was booked.
  private mutating func finish(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates,
    unlessBelowZero: Bool
  ) -> Bool {
    finishBlock(
      cells(of: block, columns), columns.cells, counted: columns.counted, rates: rates.level,
      terms: columns.moves, block.terms, initial: initial, current: current, mortality: mortality,
      emigration: emigration, leaving: halfOut, constant: constant, people: people,
      arrivals: &arrivals, both: &exposed, dead: &dead, abroad: &abroad, end: &end,
      unlessBelowZero: unlessBelowZero)
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
      regions: regions, width: width, initial, mortality, emigration, hasBefore: before == width,
      arrivals: arrivals, exposed: exposed, current: &current, constant: &constant,
      inverse: &inverse, leaving: &halfOut, largest: &tolerance)
    before = width
    for q in 0..<width {
      let change = tolerance[q] * (Self.guessedError * (1 - kappa) / max(kappa, 1e-3))
      tolerance[q] = change * change
    }
  }

  /// One pass over the destinations; returns whether all changes were small enough.
  mutating func pass(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ initial: [SIMD4<Double>],
    _ level: [Double]
  ) -> Bool {
    passOverBlock(
      regions: regions, width: block.groups.count, rates: level, terms: columns.moves, block.terms,
      weights: columns.weights, initial: initial, constant: constant, inverse: inverse,
      tolerance: tolerance, current: &current, people: &people, arrivals: &arrivals)
  }

  /// People moving between regions by origin: weights times those of the start and of the end.
  mutating func setPeople(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ weights: [SIMD4<Double>],
    _ initial: [SIMD4<Double>]
  ) {
    for t in block.terms {
      let term = columns.terms[t]
      setMovers(
        0..<regions, groups: term.groups, width: block.groups.count, weights, offset: term.offset,
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
              streams: columns.streams(of: lane, group: q, block: block),
              start: values(initial), mortality: values(mortality), emigration: values(emigration)))
        }
        // Nobody is left in the lane, and no rate that is no number.
        for i in 0..<regions {
          let place = i * width + q
          initial[place][lane] = 0
          mortality[place][lane] = 0
          emigration[place][lane] = 0
          current[place][lane] = 0
        }
      }
    }
  }

  /// Solves the cohorts kept apart and books them.
  mutating func solveSplits(
    _ columns: CohortBlocks, _ level: [Double], _ ledger: inout StepLedger
  ) {
    let length = columns.shape.ageSexCount
    for split in splits {
      let end = solve(split, columns, level, &ledger)
      for i in 0..<regions { self.end[i * length + split.cell] = end[i] }
    }
    ledger.splitCohorts += splits.count
    splits.removeAll(keepingCapacity: true)
  }

  /// Most pieces of a step; who is in a cell then moves out of it, dies or emigrates 256 times in a step.
  private static let mostParts = 128

  /// Takes one cohort through the step in as many equal pieces as it needs, and leaves it as it was where
  /// these were too many.
  private mutating func solve(
    _ split: Split, _ columns: CohortBlocks, _ level: [Double], _ ledger: inout StepLedger
  ) -> [Double] {
    let n = regions
    var moves = [Double](repeating: 0, count: n * n)
    var all = zip(split.mortality, split.emigration).map { $0 + $1 }
    for (stream, weights) in split.streams {
      let g = columns.streams[stream].classIndex
      for i in 0..<n {
        // Weights are for the sum of start and end.
        all[i] += 2 * weights[i] * outLevel[g * n + i]
        for j in 0..<n { moves[j * n + i] += 2 * weights[i] * level[(g * n + j) * n + i] }
      }
    }
    var parts = 1
    for i in 0..<n {
      while !(all[i] <= 2 * Double(parts)) {
        guard parts < Self.mostParts else {
          note(split, all[i], region: i, &ledger)
          return split.start
        }
        parts *= 2
      }
    }
    let share = 1 / Double(parts)
    var persons = split.start
    for _ in 0..<parts {
      let next = advanced(persons, moves, all, share)
      for i in 0..<n {
        let lived = 0.5 * share * (persons[i] + next[i])
        ledger.deaths[i] += split.mortality[i] * lived
        ledger.emigration[i] += split.emigration[i] * lived
        for (stream, weights) in split.streams {
          movers[stream * n + i] += 2 * weights[i] * lived
        }
      }
      persons = next
    }
    return persons
  }

  /// Keeps the first rate that no step can be cut for.
  private func note(_ split: Split, _ rate: Double, region i: Int, _ ledger: inout StepLedger) {
    guard ledger.unbounded == nil else { return }
    let (dying, leaving) = (split.mortality[i], split.emigration[i])
    // A rate that is no number is as large as any.
    let moving = dying.isFinite && leaving.isFinite ? rate - dying - leaving : 0
    let largest: UnboundedRate.Component =
      dying >= max(leaving, moving) ? .mortality : leaving >= moving ? .emigration : .internal
    ledger.unbounded = UnboundedRate(
      region: i, cell: split.cell, component: largest, rate: rate)
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
