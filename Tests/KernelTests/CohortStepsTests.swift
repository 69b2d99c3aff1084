import Kernel
import Testing

/// The elementwise steps of cohorts beside plain loops of the same formulas.
@Suite struct CohortStepsTests {
  private func lanes(_ count: Int, _ value: (Int) -> Double) -> [SIMD4<Double>] {
    (0..<count).map { k in SIMD4(value(4 * k), value(4 * k + 1), value(4 * k + 2), value(4 * k + 3))
    }
  }

  private func wave(_ k: Int, _ scale: Double, _ shift: Double) -> Double {
    shift + scale * Double((k * 7919) % 101) / 101
  }

  @Test(arguments: [1, 2, 3]) func settlingIsTheProductAndTellsOfLargeChanges(width: Int) {
    let rows = 5
    let arrivals = lanes(rows * width) { wave($0, 3, 1) }
    let inverse = lanes(rows * width) { wave($0 + 3, 0.1, 0.9) }
    var current = zip(arrivals, inverse).map { $0 * $1 }
    let wanted = current
    let tolerance = lanes(width) { _ in 1e-20 }
    current[2 * width][1] += 1e-9
    #expect(!settle(2..<4, width: width, arrivals, inverse, tolerance, in: &current))
    #expect(current == wanted)
    #expect(settle(0..<rows, width: width, arrivals, inverse, tolerance, in: &current))
    // A change outside the rows is not looked at.
    current[0][0] += 1
    #expect(settle(2..<4, width: width, arrivals, inverse, tolerance, in: &current))
    #expect(current[0] != wanted[0])
  }

  @Test func moversAreWeightsTimesBothEnds() {
    let (rows, width) = (6, 3)
    let first = lanes(rows * width) { wave($0, 10, 5) }
    let last = lanes(rows * width) { wave($0 + 11, 10, 5) }
    let weights = lanes(4 + rows * 2) { wave($0, 0.1, 0) }
    var people = lanes(3 + rows * 2) { _ in -1 }
    setMovers(
      1..<5, groups: 1..<3, width: width, weights, offset: 4, first, last, into: &people, slot: 3)
    for row in 0..<rows {
      for q in 0..<2 {
        let from = row * width + 1 + q
        let wanted =
          (1..<5).contains(row)
          ? weights[4 + row * 2 + q] * (first[from] + last[from]) : SIMD4(repeating: -1)
        #expect(people[3 + row * 2 + q] == wanted)
      }
    }
    #expect(people[0..<3].allSatisfy { $0 == SIMD4(repeating: -1) })
  }

  @Test(arguments: [1.0, 60.0]) func survivorsAndLeaversAreThoseOfTheFormulas(moving: Double) {
    let (rows, width) = (4, 2)
    let initial = lanes(rows * width) { wave($0, 100, 10) }
    let mortality = lanes(rows * width) { wave($0 + 1, 0.3, 0) }
    let emigration = lanes(rows * width) { wave($0 + 2, 0.02, 0) }
    let weights = lanes(5 + rows * width) { wave($0 + 3, 0.5, 0) }
    let counted = lanes(3) { $0 < 10 ? 1 : 0 }
    let out = [9.9, 0.1, 0.05, 0.02, 0.2].map { $0 == 9.9 ? $0 : $0 * moving }
    var staying = initial
    var movable = initial
    var dead = [Double](repeating: 1, count: rows)
    var abroad = [Double](repeating: 2, count: rows)
    let isOver = survive(
      width: width, counted: counted, group: 1, initial, mortality, emigration, weights: weights,
      offset: 5, out: out, row: 1, staying: &staying, movable: &movable, dead: &dead,
      abroad: &abroad)
    var found = false
    for row in 0..<rows {
      var (died, left) = (1.0, 2.0)
      for q in 0..<width {
        for lane in 0..<4 {
          let k = row * width + q
          let m = mortality[k][lane]
          let alive = initial[k][lane] * (2 - m) / (2 + m)
          let gone = emigration[k][lane] + weights[5 + k][lane] * out[1 + row]
          found = found || gone > 1
          died += counted[1 + q][lane] * (initial[k][lane] - alive)
          left += counted[1 + q][lane] * alive * emigration[k][lane]
          #expect(abs(movable[k][lane] - weights[5 + k][lane] * alive) <= 1e-13)
          #expect(abs(staying[k][lane] - alive * (1 - gone)) <= 1e-11)
        }
      }
      #expect(abs(dead[row] / died - 1) <= 1e-14 && abs(abroad[row] / left - 1) <= 1e-14)
    }
    #expect(isOver == found && found == (moving > 1))
  }

  @Test func sharesAreMovedWholeOrNotAtAll() {
    let shares = [0.25, 0.5, 0.25]
    let start: [Double] = [40, 60, 40, 1, 2, 3]
    var people = start
    #expect(moveShares(100, shares, 0..<3, cap: 0.9, from: 0, to: 3, in: &people))
    #expect(people == [15, 10, 15, 26, 52, 28])
    var fewer = start
    #expect(!moveShares(140, shares, 0..<3, cap: 0.9, from: 0, to: 3, in: &fewer))
    #expect(fewer == start)
    #expect(moveShares(140, shares, 0..<1, cap: 0.9, from: 0, to: 3, in: &fewer))
    #expect(fewer[0] == 5 && fewer[1] == 60)
  }

  @Test(arguments: [1, 2, 3]) func theFirstGuessIsThatOfTheFormulas(width: Int) {
    let rows = 5
    let initial = lanes(rows * width) { wave($0, 100, 10) }
    let mortality = lanes(rows * width) { wave($0 + 1, 0.3, 0) }
    let emigration = lanes(rows * width) { wave($0 + 2, 0.02, 0) }
    let weights = lanes(2 + rows * width) { wave($0 + 3, 0.5, 0.1) }
    let out = [7.0] + (0..<rows).map { 0.02 + 0.01 * Double($0) }
    var current = lanes(rows * width) { _ in 0.001 }
    addOutRates(
      rows: rows, groups: 0..<width, width: width, weights, offset: 2, out, row: 1, into: &current)
    let rates = current
    for k in current.indices {
      #expect(current[k] == SIMD4(repeating: 0.001) + weights[2 + k] * (2 * out[1 + k / width]))
    }
    #expect(!isAbove(2, mortality, emigration, current, count: rows * width))
    #expect(isAbove(0.2, mortality, emigration, current, count: rows * width))
    var constant = current
    var inverse = current
    var largest = lanes(3) { _ in -1 }
    let kappa = beginPasses(
      rows: rows, width: width, initial, mortality, emigration, current: &current,
      constant: &constant, inverse: &inverse, largest: &largest)
    var most = 0.0
    for k in current.indices {
      for lane in 0..<4 {
        let half = 0.5 * (mortality[k][lane] + emigration[k][lane] + rates[k][lane])
        let n = initial[k][lane]
        #expect(abs(inverse[k][lane] * (1 + half) - 1) <= 1e-15)
        #expect(abs(constant[k][lane] - (1 - half) * n) <= 1e-13)
        let guess = ((1 - half) * n + rates[k][lane] * n) / (1 + half)
        #expect(abs(current[k][lane] / guess - 1) <= 1e-14)
        most = max(most, 0.5 * rates[k][lane] / (1 + half))
      }
    }
    #expect(abs(kappa / most - 1) <= 1e-15)
    for q in 0..<width {
      for lane in 0..<4 {
        #expect(largest[q][lane] == (0..<rows).map { initial[$0 * width + q][lane] }.max())
      }
    }
    if width < 3 { #expect(largest[2] == SIMD4(repeating: -1)) }
  }

  @Test func lossesAndMoversCountEachLaneAsOftenAsItIsSaid() {
    let (rows, width) = (4, 2)
    let initial = lanes(rows * width) { wave($0, 100, 10) }
    let current = lanes(rows * width) { wave($0 + 5, 100, 10) }
    let mortality = lanes(rows * width) { wave($0 + 1, 0.3, 0) }
    let emigration = lanes(rows * width) { wave($0 + 2, 0.02, 0) }
    let counted = lanes(3) { $0 < 10 ? 1 : 0 }
    var dead = [Double](repeating: 1, count: rows)
    var abroad = [Double](repeating: 2, count: rows)
    bookLosses(
      width: width, counted: counted, group: 1, initial, current, mortality, emigration,
      dead: &dead, abroad: &abroad)
    var movers = [Double](repeating: 3, count: rows + 1)
    addMovers(
      rows: rows, groups: 1, counted: counted, group: 2, current, slot: 4, into: &movers, row: 1)
    #expect(movers[0] == 3)
    for row in 0..<rows {
      var (died, left, moved) = (1.0, 2.0, 3.0)
      for q in 0..<width {
        for lane in 0..<4 {
          let k = row * width + q
          let lived = counted[1 + q][lane] * (initial[k][lane] + current[k][lane]) / 2
          died += mortality[k][lane] * lived
          left += emigration[k][lane] * lived
        }
      }
      for lane in 0..<4 { moved += counted[2][lane] * current[4 + row][lane] }
      #expect(abs(dead[row] / died - 1) <= 1e-14 && abs(abroad[row] / left - 1) <= 1e-14)
      #expect(abs(movers[1 + row] / moved - 1) <= 1e-14)
    }
  }
}
