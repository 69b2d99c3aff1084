import Kernel
import Testing

/// Sums under weights that move, and what moves up after the first number is known.
@Suite struct MovingSumTests {
  private static let values: [Double] = (0..<31).map { Double(($0 * 37 + 11) % 29) - 7 }

  @Test func everySumIsTheOneTakenAlone() {
    let weights = [0.2, -1, 0.5, 3]
    let sums = movingSums(of: Self.values, under: weights)
    #expect(sums.count == 28)
    for (k, sum) in sums.enumerated() {
      var alone = 0.0
      for j in weights.indices { alone += weights[j] * Self.values[k + j] }
      #expect(sum == alone)
    }
    #expect(movingSums(of: [2, 3], under: [5, 7]) == [31])
  }

  @Test func rowsAreAddedColumnByColumn() {
    // Four rows of seven, of which the last holds six.
    var sums = [Double](repeating: 1, count: 21)
    let x = Array(Self.values.prefix(27))
    addRows(
      of: x, width: 7, columns: 2..<6, from: 1, under: [9, 2, -1, 4][1...], to: 2, of: &sums)
    for column in 0..<7 {
      let last: Double = 21 + column < 27 ? x[21 + column] : 0
      let own: Double = 2 * x[7 + column] - x[14 + column] + 4 * last
      let expected: Double = (2..<6).contains(column) ? 1 + own : 1
      #expect(sums[14 + column] == expected)
    }
    #expect(sums.prefix(14).allSatisfy { $0 == 1 })
  }

  @Test func aKnownFirstNumberLeavesTheRestMovedUp() {
    let r = 4
    let noise = [1, 0.5, -0.25, 2]
    let root: [Double] = [2, 0.3, -1, 0.7, 0, 1, 0.4, 0.2, 0, 0, 1.5, -0.6, 0, 0, 0, 0.9]
    var P = [Double](repeating: 0, count: 16)
    for i in 0..<r {
      for j in 0..<r {
        for k in 0..<r { P[i + j * r] += root[i * r + k] * root[j * r + k] }
      }
    }
    let before = P
    shiftAfterFirst(&P, noise: noise)
    for i in 0..<r {
      for j in 0..<r {
        let isInside = i + 1 < r && j + 1 < r
        var expected: Double = noise[i] * noise[j]
        if isInside {
          let share: Double = before[i + 1] * before[j + 1] / before[0]
          expected += before[i + 1 + (j + 1) * r] - share
        }
        #expect(abs(P[i + j * r] - expected) < 1e-14)
      }
    }
  }
}
