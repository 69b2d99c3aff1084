import Foundation
import Kernel
import Projection
import Testing

@Suite struct KeyedDeviationTests {
  /// Golden case gc16: a deviation without persistence and correlation is the keyed normal itself.
  @Test func aDeviationIsTheNormalOfItsStreamRegionDrawAndYear() throws {
    let table = try ReferenceTable("keyed_streams")
    let own = KeyedDeviation(sd: 1, persistence: 0, correlation: 0)
    for row in table.rows {
      var x = [0.0]
      own.advance(
        &x, stream: StreamKey(seed: 20_251_001, stream: row["stream"]!),
        units: [UnitKey(row["region"]!), UnitKey("*")], draw: Int(row["draw"]!)!,
        year: Int(row["year"]!)!)
      #expect(abs(x[0] - Double(row["normal_0"]!)!) <= 1e-12)
    }
    #expect(table.rows.count == 24)
  }

  /// Golden case gc16: all four words of every stream, the uniform of the first and both normals.
  @Test func wordsUniformsAndNormalsAreThoseOfTheCase() throws {
    for row in try ReferenceTable("keyed_streams").rows {
      let stream = try #require(row["stream"])
      let region = try #require(row["region"])
      let draw = try #require(row["draw"].flatMap { Int($0) })
      let year = try #require(row["year"].flatMap { Int($0) })
      let words = Philox.block(
        counter: SIMD4(UInt32(draw), UInt32(year), fnv1a32(region), 0),
        key: SIMD2(20_251_001, fnv1a32(stream)))
      for lane in 0..<4 {
        #expect(words[lane] == UInt32(row["word_\(lane)"] ?? "", radix: 16), "\(row)")
      }
      var uniforms = RandomStream(
        seed: 20_251_001, stream: stream, unit: region, draw: draw, time: year)
      #expect(abs(uniforms.uniform() - Double(row["uniform_0"]!)!) <= 1e-16)
      let pair = normalPair(
        StreamKey(seed: 20_251_001, stream: stream), unit: UnitKey(region), draw: draw, time: year)
      #expect(abs(pair.0 - Double(row["normal_0"]!)!) <= 1e-12)
      #expect(abs(pair.1 - Double(row["normal_1"]!)!) <= 1e-12)
    }
  }

  /// Golden case gc19: the same numbers in both scenarios make their difference 800 times less noisy.
  @Test func commonRandomNumbersCutTheVarianceOfADifference() {
    let mu = log(1000.0)
    let sigma = 0.25
    let delta = 0.05
    func normals(_ stream: String) -> [Double] {
      // The unit of the case is the number 0, not a name, so its numbers come from the bare block.
      (0..<4000).map { draw in
        let words = Philox.block(
          counter: SIMD4(UInt32(draw), 0, 0, 0), key: SIMD2(7, fnv1a32(stream)))
        return (-2 * log(Philox.uniform(words[0]))).squareRoot()
          * cos(2 * .pi * Philox.uniform(words[1]))
      }
    }
    func variance(_ x: [Double]) -> Double {
      let mean = x.reduce(0, +) / Double(x.count)
      return x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(x.count - 1)
    }
    let z = normals("crn")
    let other = normals("crn2")
    let base = z.map { exp(mu + sigma * $0) }
    let common = zip(z, base).map { exp(mu + delta + sigma * $0) - $1 }
    let independent = zip(other, base).map { exp(mu + delta + sigma * $0) - $1 }
    let meanDifference: Double = common.reduce(0, +) / 4000
    #expect(abs(meanDifference / 52.25182697232638 - 1) <= 1e-9)
    #expect(abs(variance(common) / 179.0104421470186 - 1) <= 1e-9)
    #expect(abs(variance(independent) / 143582.6116762852 - 1) <= 1e-9)
    let k = exp(delta)
    let exact = (k * k + 1) / ((k - 1) * (k - 1))
    #expect(abs(exact / 800.8333541645978 - 1) <= 1e-9)
    #expect(abs(variance(independent) / variance(common) / exact - 1) <= 0.02)
  }

  /// The exact moments of gc19, by its closed form on our log-normal, and draws that lie about them.
  @Test func theMomentsOfADifferenceAreThoseOfTheClosedForm() {
    let base = LogNormal(logMean: log(1000), logStandardDeviation: 0.25)
    let raised = LogNormal(logMean: log(1000) + 0.05, logStandardDeviation: 0.25)
    #expect(abs((raised.mean - base.mean) / 52.898615681214004 - 1) <= 1e-9)
    let common = expm1(0.05) * expm1(0.05) * base.variance
    #expect(abs(common / 180.4724929856444 - 1) <= 1e-9)
    let independent = base.variance + raised.variance
    #expect(abs(independent / 144528.39189214047 - 1) <= 1e-9)
    #expect(abs(independent / common / 800.8333541645978 - 1) <= 1e-9)
    // The mean of 4,000 differences lies within four standard errors of the exact one.
    #expect(abs(52.25182697232638 - 52.898615681214004) <= 4 * (common / 4000).squareRoot())
  }

  @Test func fullCorrelationMovesAllRegionsAlike() {
    var x = [0.0, 0, 0]
    let units = ["A", "B", "C", "*"].map { UnitKey($0) }
    let deviation = KeyedDeviation(sd: 0.1, persistence: 0.8, correlation: 1)
    for year in 2025...2030 {
      deviation.advance(
        &x, stream: StreamKey(seed: 1, stream: "s"), units: units, draw: 3, year: year)
    }
    #expect(x[0] == x[1] && x[1] == x[2] && x[0] != 0)
  }

  @Test func theLongRunSpreadIsThatOfTheAutoregression() {
    let deviation = KeyedDeviation(sd: 0.1, persistence: 0.8, correlation: 0.5)
    let units = [UnitKey("A"), UnitKey("*")]
    let stream = StreamKey(seed: 11, stream: "s")
    let ends = (0..<4000).map { draw in
      var x = [0.0]
      for year in 2000..<2060 {
        deviation.advance(&x, stream: stream, units: units, draw: draw, year: year)
      }
      return x[0]
    }
    let variance = ends.map { $0 * $0 }.reduce(0, +) / 4000
    let expected = 0.01 / (1 - 0.64)
    // Standard error of a variance of n normals is √(2/n): 2.2 % here; four of them.
    #expect(abs(variance / expected - 1) <= 0.09)
  }

  @Test func aSingleSourceIsTheStreamItselfBitForBit() {
    let deviation = KeyedDeviation(sd: 0.1, persistence: 0.8, correlation: 0.5)
    let units = ["A", "B", "*"].map { UnitKey($0) }
    let stream = StreamKey(seed: 5, stream: "s")
    var plain = [0.0, 0]
    var mixed = plain
    for year in 2025...2030 {
      deviation.advance(&plain, stream: stream, units: units, draw: 3, year: year)
      deviation.advance(
        &mixed, sources: [.init(stream, weight: 1)], units: units, draw: 3, year: year)
    }
    #expect(plain == mixed && plain[0] != 0)
  }

  /// Two components with a stream in common: the correlation of their deviations is that of the
  /// weights, in a region and in the whole alike.
  @Test func sourcesInCommonCorrelateAsTheirWeightsSay() {
    let deviation = KeyedDeviation(sd: 0.1, persistence: 0.5, correlation: 0.4)
    let units = ["A", "*"].map { UnitKey($0) }
    let first = StreamKey(seed: 5, stream: "first")
    let second = StreamKey(seed: 5, stream: "second")
    let rho = -0.6
    let draws = 4000
    let pairs = (0..<draws).map { draw -> (Double, Double) in
      var x = [0.0]
      var y = [0.0]
      for year in 2000..<2004 {
        deviation.advance(&x, stream: first, units: units, draw: draw, year: year)
        deviation.advance(
          &y,
          sources: [
            .init(first, weight: rho), .init(second, weight: (1 - rho * rho).squareRoot()),
          ],
          units: units, draw: draw, year: year)
      }
      return (x[0], y[0])
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(draws) }
    let product = mean(pairs.map { $0.0 * $0.1 })
    let found =
      product / (mean(pairs.map { $0.0 * $0.0 }) * mean(pairs.map { $0.1 * $0.1 })).squareRoot()
    // Standard error (1 − ρ²)/√n = 0.0101; four of them.
    #expect(abs(found - rho) <= 0.041)
  }
}
