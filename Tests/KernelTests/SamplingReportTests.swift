import Kernel
import Testing

struct SamplingReportTests {
  private static var mixed: [PosteriorSummary] {
    let chains = (0..<4).map { c in
      var stream = RandomStream(SamplingTests.key, unit: UnitKey("report"), draw: c, time: 0)
      return stream.normals(400)
    }
    return PosteriorDraws(names: ["x"], chains: chains).summaries
  }

  /// Many runs with few divergences each are no run with many; one bad run is not hidden among good ones.
  @Test func divergencesAreJudgedByRun() {
    func report(_ divergences: [Int]) -> SamplingReport {
      SamplingReport(Self.mixed, chains: 4, draws: 400, divergences: divergences)
    }
    #expect(report([]).hasMixed && report([]).divergences == 0)
    let many = report([9, 10, 16])
    #expect(many.hasMixed && many.divergences == 35 && many.worstDivergences == 16)
    #expect(!report([0, 17, 0]).hasMixed)
  }
}

struct BridgedSeriesTests {
  /// What is missing between known neighbours has the moments of an autoregression tied at both ends.
  @Test func aMissingValueIsDrawnBetweenItsNeighbours() {
    let (mu, phi, sigma) = (2.0, 0.6, 0.5)
    var series = BridgedSeries([1, .nan, 4, 3])
    #expect(series.values == [1, 2.5, 4, 3])
    var stream = RandomStream(SamplingTests.key, unit: UnitKey("bridge"), draw: 0, time: 0)
    let draws = (0..<20_000).map { _ in
      series.drawMissing(level: mu, persistence: phi, deviation: sigma, using: &stream)
      return series.values[1]
    }
    #expect(series.values[0] == 1 && series.values[2] == 4 && series.values[3] == 3)
    // By hand: the density of y given 1 and 4 is that of both innovations, σ⁻²(1 + φ²) in precision.
    let variance = sigma * sigma / (1 + phi * phi)
    let mean = ((mu + phi * (1 - mu)) + phi * (4 - (1 - phi) * mu)) / (1 + phi * phi)
    let error = (variance / Double(draws.count)).squareRoot()
    #expect(abs(Statistics.mean(draws) - mean) < 4 * error)
    #expect(
      abs(Statistics.variance(draws) / variance - 1) < 4 * (2 / Double(draws.count)).squareRoot())
    #expect(
      series.sums.errors(level: mu, persistence: phi)
        == LagSums(series.values).errors(level: mu, persistence: phi))
  }
}
