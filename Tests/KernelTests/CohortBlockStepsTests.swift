import Kernel
import Testing

/// The steps over blocks of cohorts beside plain loops of the same formulas: sums to 1e-13 of their size,
/// single operations to rounding.
@Suite struct CohortBlockStepsTests {
  /// A block of `width` groups from the second group on, in surfaces of `n` rows of 20 cells.
  private struct Made {
    let n: Int
    let width: Int
    let block: BlockCells
    /// The second group of a block is not side by side, the last lane of the third is a repetition.
    let positions: [SIMD4<Int32>] = [
      [19, 19, 19, 19], [4, 5, 6, 7], [11, 3, 9, 2], [12, 13, 14, 14],
    ]
    let counted: [SIMD4<Double>] = [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 0]]
    let persons: [Double]
    let mortality: [Double]
    let emigration: [Double]
    /// Two matrices of rates and two sets of weights, the second for the last group alone.
    let rates: [Double]
    let terms: [BlockTerm]
    let weights: [SIMD4<Double>]

    init(n: Int, width: Int) {
      self.n = n
      self.width = width
      block = BlockCells(regions: n, groups: 1..<1 + width, length: 20)
      persons = (0..<20 * n).map { Made.wave($0, 100, 10) }
      mortality = (0..<20 * n).map { Made.wave($0 + 1, 0.2, 0) }
      emigration = (0..<20 * n).map { Made.wave($0 + 2, 0.02, 0) }
      rates = (0..<2 * n * n).map { Made.wave($0 + 3, 0.2 / Double(n), 0.01) }
      terms = [
        BlockTerm(matrix: 0, groups: 0..<width, offset: 1, slot: 0),
        BlockTerm(matrix: n * n, groups: width - 1..<width, offset: 1 + n * width, slot: n * width),
      ]
      var weights = Made.lanes(1 + n * (width + 1)) { Made.wave($0 + 4, 0.2, 0.1) }
      for i in 0..<n where width == 3 {
        weights[3 + i * width][3] = weights[3 + i * width][2]
        weights[1 + n * width + i][3] = weights[1 + n * width + i][2]
      }
      self.weights = weights
    }

    static func wave(_ k: Int, _ scale: Double, _ shift: Double) -> Double {
      shift + scale * Double((k * 7919) % 101) / 101
    }
    static func lanes(_ count: Int, _ value: (Int) -> Double) -> [SIMD4<Double>] {
      (0..<count).map { k in
        SIMD4(value(4 * k), value(4 * k + 1), value(4 * k + 2), value(4 * k + 3))
      }
    }

    /// The weight of a term, 0 outside its groups.
    func weight(_ t: Int, _ i: Int, _ q: Int, _ lane: Int) -> Double {
      let term = terms[t]
      guard q >= term.first, q < term.first + term.groups else { return 0 }
      return weights[term.offset + i * term.groups + q - term.first][lane]
    }
    func cell(_ i: Int, _ q: Int, _ lane: Int) -> Int { i * 20 + Int(positions[1 + q][lane]) }
    /// What leaves a region of half a step's exposure at both ends.
    func halfOut(_ i: Int, _ q: Int, _ lane: Int) -> Double {
      (0..<2).reduce(0) { sum, t in
        sum + weight(t, i, q, lane) * (0..<n).reduce(0) { $0 + rates[(t * n + $1) * n + i] }
      }
    }
    /// Moves to a region of all who are `both`.
    func moves(_ j: Int, _ q: Int, _ lane: Int, _ both: (Int) -> Double) -> Double {
      (0..<2).reduce(0) { sum, t in
        sum
          + (0..<n).reduce(0) {
            $0 + rates[(t * n + j) * n + $1] * weight(t, $1, q, lane) * both($1)
          }
      }
    }
  }

  @Test(arguments: [1, 2, 3], [1, 2, 3, 4, 7, 20])
  func passesSolveTheEquationAndTheAccountCloses(width: Int, n: Int) {
    let made = Made(n: n, width: width)
    let empty = [SIMD4<Double>](repeating: .zero, count: n * width)
    var (initial, mortality, emigration) = (empty, empty, empty)
    takeCells(
      made.block, made.positions, made.persons, made.mortality, made.emigration, into: &initial,
      &mortality, &emigration)
    var current = empty
    for k in current.indices {
      for lane in 0..<4 { current[k][lane] = 2 * made.halfOut(k / width, k % width, lane) }
    }
    let out = current
    var (constant, inverse, halfOut, arrivals) = (empty, empty, empty, empty)
    var largest = [SIMD4<Double>](repeating: .zero, count: width)
    let kappa = beginPasses(
      regions: n, width: width, initial, mortality, emigration, hasBefore: false,
      arrivals: arrivals, exposed: arrivals, current: &current, constant: &constant,
      inverse: &inverse,
      leaving: &halfOut, largest: &largest)
    var most = 0.0
    for k in current.indices {
      #expect(halfOut[k] == out[k] / 2)
      for lane in 0..<4 {
        let n0 = made.persons[made.cell(k / width, k % width, lane)]
        let half = (mortality[k][lane] + emigration[k][lane] + out[k][lane]) / 2
        #expect(initial[k][lane] == n0 && abs(inverse[k][lane] * (1 + half) - 1) <= 1e-15)
        #expect(abs(constant[k][lane] - (1 - half) * n0) <= 1e-13)
        #expect(
          abs(current[k][lane] - ((1 - half) * n0 + out[k][lane] * n0) / (1 + half)) <= 1e-12)
        most = max(most, out[k][lane] / 2 / (1 + half))
      }
    }
    #expect(abs(kappa / most - 1) <= 1e-15)
    var people = [SIMD4<Double>](repeating: .zero, count: n * (width + 1))
    for term in made.terms {
      setMovers(
        0..<n, groups: term.first..<term.first + term.groups, width: width, made.weights,
        offset: term.offset, initial, current, into: &people, slot: term.slot)
    }
    let tolerance = largest.map { $0 * $0 * 1e-30 }
    var rounds = 0
    while rounds < 100,
      !passOverBlock(
        regions: n, width: width, rates: made.rates, terms: made.terms, 0..<2,
        weights: made.weights, initial: initial, constant: constant, inverse: inverse,
        tolerance: tolerance, current: &current, people: &people, arrivals: &arrivals)
    { rounds += 1 }
    #expect(rounds < 60)
    check(made, initial, mortality, emigration, current, people, constant, halfOut)
  }

  /// The solution and what is booked of it.
  private func check(
    _ made: Made, _ initial: [SIMD4<Double>], _ mortality: [SIMD4<Double>],
    _ emigration: [SIMD4<Double>], _ current: [SIMD4<Double>], _ people: [SIMD4<Double>],
    _ constant: [SIMD4<Double>], _ halfOut: [SIMD4<Double>]
  ) {
    let (n, width) = (made.n, made.width)
    var (arrivals, both) = (initial, initial)
    var dead = [SIMD4<Double>](repeating: [1, 0, 0, 0], count: n)
    var abroad = [SIMD4<Double>](repeating: .zero, count: n)
    var end = [Double](repeating: -1, count: 20 * n)
    finishBlock(
      made.block, made.positions, counted: made.counted, rates: made.rates, terms: made.terms,
      0..<2, initial: initial, current: current, mortality: mortality, emigration: emigration,
      leaving: halfOut, constant: constant, people: people, arrivals: &arrivals, both: &both,
      dead: &dead, abroad: &abroad, end: &end)
    for i in 0..<n {
      var (died, left) = (1.0, 0.0)
      for q in 0..<width {
        for lane in 0..<4 {
          let k = i * width + q
          let (n0, n1) = (initial[k][lane], end[made.cell(i, q, lane)])
          #expect(abs(n1 - current[k][lane]) <= 1e-11)
          let (m, e) = (mortality[k][lane], emigration[k][lane])
          let arriving = made.moves(i, q, lane) { both[$0 * width + q][lane] }
          let leaving = halfOut[k][lane] * both[k][lane]
          // The account closes and the equation holds.
          #expect(abs(n0 - (m + e) * (n0 + n1) / 2 - leaving + arriving - n1) <= 1e-12)
          died += made.counted[1 + q][lane] * m * (n0 + n1) / 2
          left += made.counted[1 + q][lane] * e * (n0 + n1) / 2
        }
      }
      #expect(abs(dead[i].sum() / died - 1) <= 1e-13 && abs(abroad[i].sum() / left - 1) <= 1e-13)
    }
    // Cells that are not of the block are left alone.
    #expect(end[0] == -1 && end[19] == -1)
  }

  /// A block of one group in six regions that has been solved, and the guess for one after it.
  private struct Guess {
    let n = 6
    let out: [SIMD4<Double>] = (0..<6).map { SIMD4(repeating: 0.05 + 0.04 * Double($0)) }
    let died: [SIMD4<Double>] = (0..<6).map { SIMD4(repeating: 0.01 + 0.003 * Double($0)) }
    let start: [SIMD4<Double>] = [
      [100, 50, 20, 10], [104, 56, 19, 17], [110, 60, 18, 28], [118, 62, 18, 43],
      [128, 62, 20, 62],
      [140, 60, 22, 85],
    ]
    let none = [SIMD4<Double>](repeating: .zero, count: 6)

    /// Arrivals by plain passes: leavers of a region go to the others in proportion to their numbers from 1.
    func arrivals(_ leavers: [SIMD4<Double>]) -> [SIMD4<Double>] {
      var came = none
      for j in 0..<n {
        for i in 0..<n where i != j {
          let share = Double(j + 1) / Double(20 - i)
          came[j] += share * leavers[i]
        }
      }
      return came
    }

    func solve(_ start: [SIMD4<Double>]) -> [SIMD4<Double>] {
      var end = start
      for _ in 0..<200 {
        let came = arrivals((0..<n).map { 0.5 * out[$0] * (start[$0] + end[$0]) })
        for j in 0..<n {
          let half = 0.5 * (out[j] + died[j])
          end[j] = ((1 - half) * start[j] + came[j]) / (1 + half)
        }
      }
      return end
    }

    /// The guess for `next`, where people and arrivals of the block before are multiplied by `scale`.
    func callAsFunction(_ next: [SIMD4<Double>], scale: Double = 1) -> [SIMD4<Double>] {
      let end = solve(start)
      let exposed = (0..<n).map { scale * (start[$0] + end[$0]) }
      var (current, constant, inverse, leaving) = (out, none, none, out.map { 0.5 * $0 })
      var largest = [SIMD4<Double>.zero]
      let came = arrivals((0..<n).map { leaving[$0] * exposed[$0] })
      constant = start
      _ = beginPasses(
        regions: n, width: 1, next, died, none, hasBefore: true,
        arrivals: (0..<n).map { start[$0] + came[$0] }, exposed: exposed, current: &current,
        constant: &constant, inverse: &inverse, leaving: &leaving, largest: &largest)
      return current
    }
  }

  @Test func theGuessIsTheSolutionWhereLanesAreMadeOfThoseOfTheBlockBefore() {
    let guess = Guess()
    let next = guess.start.map { x in
      SIMD4(x[1] + 2 * x[3], 0.5 * x[0], 3 * x[2] + x[3] - 0.1 * x[0], x.sum())
    }
    for (found, wanted) in zip(guess(next), guess.solve(next)) {
      for lane in 0..<4 { #expect(abs(found[lane] / wanted[lane] - 1) <= 1e-12) }
    }
  }

  @Test(arguments: [0.0, 1e-200, 1e200])
  func theGuessIsWithoutArrivalsWhereSquaresOfThoseBeforeHaveNoNumber(scale: Double) {
    let guess = Guess()
    let next = [SIMD4<Double>](repeating: SIMD4(1, 2, 3, 4), count: 6)
    for (i, found) in guess(next, scale: scale).enumerated() {
      let half = 0.5 * (guess.out[i] + guess.died[i])
      let wanted = next[i] * ((1 - half) / (1 + half))
      for lane in 0..<4 { #expect(abs(found[lane] / wanted[lane] - 1) <= 1e-14) }
    }
  }

  @Test(arguments: [0.3, 60.0], [1, 3, 5])
  func survivorsAreMovedOnceAndOverdrawnCellsAreTold(moving: Double, n: Int) {
    let made = Made(n: n, width: 3)
    let room = [SIMD4<Double>](repeating: .zero, count: n * 3)
    let rates = made.rates.map { $0 * moving }
    let out = [7.0] + (0..<n).map { i in (0..<n).reduce(0) { $0 + rates[$1 * n + i] } }
    var (alive, people, staying) = (room, room, room)
    var dead = [SIMD4<Double>](repeating: .zero, count: n)
    var abroad = dead
    var end = [Double](repeating: -1, count: 20 * n)
    let isOver = moveBlock(
      made.block, made.positions, counted: made.counted, made.persons, made.mortality,
      made.emigration, made.terms[0], weights: made.weights, out: out, row: 1, rates: rates,
      alive: &alive, people: &people, staying: &staying, dead: &dead, abroad: &abroad, end: &end)
    var found = false
    for i in 0..<n {
      var (died, left) = (0.0, 0.0)
      for q in 0..<3 {
        for lane in 0..<4 {
          let cell = made.cell(i, q, lane)
          func survivors(_ r: Int) -> Double {
            let k = made.cell(r, q, lane)
            return made.persons[k] * (2 - made.mortality[k]) / (2 + made.mortality[k])
          }
          let gone = made.emigration[cell] + made.weight(0, i, q, lane) * out[1 + i]
          found = found || gone > 1
          let arriving = (0..<n).reduce(0) {
            $0 + rates[i * n + $1] * made.weight(0, $1, q, lane) * survivors($1)
          }
          let wanted = survivors(i) * (1 - gone) + arriving
          #expect(abs(end[cell] - wanted) <= 1e-13 * max(1, moving) * 1000)
          #expect(abs(alive[i * 3 + q][lane] - survivors(i)) <= 1e-13)
          died += made.counted[1 + q][lane] * (made.persons[cell] - survivors(i))
          left += made.counted[1 + q][lane] * survivors(i) * made.emigration[cell]
        }
      }
      #expect(abs(dead[i].sum() / died - 1) <= 1e-13 && abs(abroad[i].sum() / left - 1) <= 1e-13)
    }
    #expect(isOver == found && (n < 5 || found == (moving > 1)))
  }

  @Test(arguments: [1, 3, 4, 9]) func exposedPeopleAreCountedWhereTheirItemSays(n: Int) {
    let exposed = Made.lanes(n * 2) { Made.wave($0, 10, 1) }
    let weights = Made.lanes(n * 3) { Made.wave($0 + 5, 1, 0) }
    let items: [SIMD2<Int32>] = [[0, 0], [2, 1], [2, 0]]
    var movers = [Double](repeating: 1, count: 3 * n)
    countExposed(
      regions: n, width: 2, items, 1..<3, weights: weights, exposed: exposed, into: &movers)
    for i in 0..<n {
      let wanted =
        1 + (weights[n + i] * exposed[2 * i + 1]).sum()
        + (weights[2 * n + i] * exposed[2 * i]).sum()
      #expect(movers[i] == 1 && movers[n + i] == 1)
      #expect(abs(movers[2 * n + i] / wanted - 1) <= 1e-14)
    }
  }
}
