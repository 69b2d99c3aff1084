import Kernel
import Testing

struct TableScalingTests {
  private func table(_ rows: Int, _ columns: Int) -> [Double] {
    var stream = RandomStream(seed: 3, stream: "table", unit: "", draw: 0, time: 0)
    return (0..<rows * columns).map { _ in stream.uniform() }
  }

  @Test func aRoundGivesTheColumnTotalsAndWhatTheRowsThenHold() {
    let S = table(7, 40)
    let a = (0..<7).map { 1 + Double($0) }
    let c = (0..<40).map { Double($0) }
    let round = TableScaling.round(S, rowFactors: a, columnTotals: c)
    for j in 0..<40 {
      let sum = (0..<7).reduce(0) { $0 + a[$1] * S[j * 7 + $1] * round.columnFactors[j] }
      #expect(abs(sum - c[j]) <= 1e-13 * c[j])
    }
    for i in 0..<7 {
      let sum = (0..<40).reduce(0) { $0 + S[$1 * 7 + i] * round.columnFactors[$1] }
      #expect(abs(sum - round.rowSums[i]) <= 1e-13 * sum)
    }
  }

  /// Large enough for several stretches.
  @Test func theBitsDoNotDependOnTheNumberOfThreads() {
    let S = table(600, 501)
    let a = [Double](repeating: 1, count: 600)
    let c = (0..<501).map { 1 + Double($0) }
    let one = TableScaling.round(S, rowFactors: a, columnTotals: c, threads: 1)
    #expect(one == TableScaling.round(S, rowFactors: a, columnTotals: c, threads: 2))
    #expect(one == TableScaling.round(S, rowFactors: a, columnTotals: c))
    let F = TableScaling.product(S, rowFactors: a, columnFactors: one.columnFactors)
    let total: Double = c.reduce(0, +)
    let gap: Double = F.reduce(0, +) - total
    #expect(abs(gap) < 1e-12 * total)
  }

  @Test func aTotalThatMeetsAnEmptyColumnIsInfinite() {
    let round = TableScaling.round([0, 0, 1, 1], rowFactors: [1, 1], columnTotals: [3, 0])
    #expect(round.columnFactors == [.infinity, 0])
    #expect(!TableScaling.isTable([1, .nan]))
    #expect(!TableScaling.isTable([1, -1]))
    #expect(TableScaling.isTable([1, 0]))
  }

  /// x = cos x, and a linear map with spectral radius 0.98 in three dimensions, which four differences
  /// solve but for rounding.
  @Test func accelerationNeedsAFewRoundsWhereTheMapNeedsHundreds() {
    let factors = [0.98, 0.7, -0.5]
    func image(_ x: [Double]) -> [Double] { zip(x, factors).map { $0 * $1 + 1 } }
    var acceleration = AndersonAcceleration(memory: 4, weights: [1, 1, 1])
    var x = [0.0, 0, 0]
    for _ in 0..<8 { x = acceleration.next(after: x, image: image(x)) }
    for (value, factor) in zip(x, factors) { #expect(abs(value - 1 / (1 - factor)) < 1e-7) }
  }
}
