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
}
