import Kernel
import Testing

@Suite struct MoveSumsTests {
  private static func values(_ count: Int, _ seed: Int) -> [Double] {
    (0..<count).map { Double(($0 * 7919 + seed * 104_729) % 1000) / 500 - 1 }
  }

  @Test(arguments: [1, 2, 3], [1, 3, 7, 8, 20, 33])
  func arrivalsAreTheSumsOverOrigins(groups: Int, n: Int) {
    let rates = Self.values(2 * n * n, 1)
    let flat = Self.values(4 * groups * (n + 2), 2)
    let people = (0..<groups * (n + 2)).map { k in SIMD4(flat[4 * k..<4 * k + 4]) }
    // The second matrix, people from the second slot, sums one group wider than the term.
    let wide = groups + 1
    var sums = [SIMD4<Double>](repeating: SIMD4(repeating: 0.5), count: n * wide)
    let half = n / 2
    for rows in [0..<half, half..<n] {
      addMoves(
        to: rows, origins: n, rates: rates, matrix: n * n, people: people, slot: 1,
        groups: groups, into: &sums, first: 1, groupsOfSums: wide)
    }
    for j in 0..<n {
      #expect(sums[j * wide] == SIMD4(repeating: 0.5))
      for q in 0..<groups {
        for lane in 0..<4 {
          var expected = 0.5
          for i in 0..<n { expected += rates[n * n + j * n + i] * people[1 + i * groups + q][lane] }
          #expect(abs(sums[j * wide + 1 + q][lane] - expected) <= 1e-13 * Double(n))
        }
      }
    }
  }

  @Test(arguments: [1, 4, 7, 22])
  func columnSumsAreThoseOfPlainLoops(n: Int) {
    let rates = Self.values(2 * n * n, 3)
    var out = [Double](repeating: 9, count: 3 * n)
    setColumnSums(of: rates, matrix: n * n, order: n, into: &out, row: n)
    for j in 0..<n {
      let column = (0..<n).reduce(0) { $0 + rates[n * n + $1 * n + j] }
      #expect(abs(out[n + j] - column) <= 1e-14 * Double(n))
    }
    #expect(out[..<n].allSatisfy { $0 == 9 } && out[(2 * n)...].allSatisfy { $0 == 9 })
  }

  @Test func lanesComeBackWhereTheyWereTaken() {
    let table = Self.values(5 * 9, 5)
    let cells: [SIMD4<Int32>] = [[8, 0, 3, 1], [2, 2, 2, 2], [4, 5, 6, 7]]
    var lanes = [SIMD4<Double>](repeating: .zero, count: 10)
    var copy = [Double](repeating: 0, count: 45)
    for groups in [0..<1, 1..<3] {
      gatherLanes(cells, groups, rowLength: 9, from: table, into: &lanes)
      scatterLanes(cells, groups, rowLength: 9, from: lanes, into: &copy)
    }
    #expect(copy == table)
    var sums = [Double](repeating: 0, count: 5)
    setRowSums(of: table, length: 9, into: &sums)
    for row in 0..<5 {
      let plain = table[row * 9..<(row + 1) * 9].reduce(0, +)
      #expect(abs(sums[row] - plain) <= 1e-14)
    }
  }
}
