import Demography
import Kernel
import SeriesModels
import Testing

@Suite struct BreakTests {
  static func noise(_ n: Int, draw: Int) -> [Double] {
    var stream = RandomStream(seed: 5, stream: "test.breaks", unit: "noise", draw: draw, time: 0)
    return stream.normals(n)
  }

  /// Without noise nothing is left beyond the step but rounding, which is of either sign.
  @Test(arguments: [[5.0, 9], [0.1, 0.3]]) func aStepWithoutNoiseIsFoundWhereItIs(levels: [Double])
    throws
  {
    let test = try SupremumTest(levels.flatMap { [$0, $0, $0, $0] })
    #expect(test.place == 3)
    #expect(test.statistic > 1e9 && test.pValue < 1e-9)
  }

  @Test func aStepIsFoundWhereItIs() throws {
    let values = Self.noise(60, draw: 0).enumerated().map { $1 + ($0 >= 25 ? 6 : 0) }
    let breaks = try LevelBreaks(values)
    #expect(breaks.chosen == [24])
    let levels = breaks.levels(values)
    #expect(levels.map(\.start) == [0, 25])
    #expect(abs(levels[1].mean - levels[0].mean - 6) < 1)
    #expect(try SupremumTest(values).place == 24)
  }

  /// Andrews (1993), table 1: at trimming 0.15 and one parameter the 10, 5 and 1 per cent points are 7.17, 8.85
  /// and 12.35, simulated by 10,000 repetitions; within two of their standard errors.
  @Test func theTailOfTheSupremumIsTheTabulatedOne() {
    for (statistic, share) in [(7.17, 0.1), (8.85, 0.05), (12.35, 0.01)] {
      let ours = SupremumTest.tail(statistic, trimming: 0.15)
      #expect(abs(ours - share) < 2 * (share * (1 - share) / 10_000).squareRoot(), "\(statistic)")
    }
    // Without an interval only the normal itself is left.
    let point = SupremumTest.tail(4, trimming: 0.4999999)
    #expect(abs(point - 2 * normalComplementary(2)) < 1e-3)
  }

  @Test func faultsNameWhatIsWrong() {
    #expect(throws: BreakError.constant) { try LevelBreaks([2, 2, 2, 2, 2]) }
    #expect(throws: BreakError.missing(at: 1)) { try CumulativeSumTest([2, .nan, 3, 4]) }
    #expect(throws: BreakError.tooShort(found: 3, needed: 4)) { try LevelBreaks([1, 2, 3]) }
    #expect(BreakError.missing(at: 1).fault.code == "breaks.missing")
  }
}
