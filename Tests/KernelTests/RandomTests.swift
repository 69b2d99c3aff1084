import Kernel
import Testing

@Suite struct RandomTests {
  @Test func philoxGivesThePublishedWords() {
    // Random123 1.14, kat_vectors, philox4x32 10 rounds.
    let zero = Philox.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
    #expect(zero == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
    #expect(ones == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox.block(
      counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      key: SIMD2(0xa409_3822, 0x299f_31d0))
    #expect(pi == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func fnvGivesThePublishedHashes() {
    // Landon Noll's test vectors for 32-bit FNV-1a, and two names of streams.
    #expect(fnv1a32("") == 0x811c_9dc5)
    #expect(fnv1a32("a") == 0xe40c_292c)
    #expect(fnv1a32("foobar") == 0xbf9c_f968)
    #expect(fnv1a32("mig.internal.level") == 0xedb5_e1af)
    #expect(fnv1a32("mig.intl.in") == 0x9b42_a7a6)
  }

  struct Known {
    let stream: String
    let unit: String
    let draw: Int
    let time: Int
    let word: UInt32
    let z0: Double
    let z1: Double
  }

  /// Golden case gc16: seed 20251001, block 0, first word and two normals.
  static let known: [Known] = [
    Known(
      stream: "mig.internal.level", unit: "KZ-ALA", draw: 0, time: 2025, word: 0x0294_bf98,
      z0: 1.71344305331634, z1: 2.50161474937212),
    Known(
      stream: "mig.internal.level", unit: "KZ-ALA", draw: 999, time: 2040, word: 0x4b36_fcbf,
      z0: 1.54669162307514, z1: 0.239591377084655),
    Known(
      stream: "mig.internal.level", unit: "KZ-TUR", draw: 1, time: 2025, word: 0x0468_9fdb,
      z0: -1.58182913340896, z1: 2.37086833128868),
    Known(
      stream: "mig.intl.in", unit: "KZ-ALA", draw: 1, time: 2040, word: 0xe060_f676,
      z0: 0.489418791491883, z1: -0.155412661982678),
    Known(
      stream: "mig.intl.in", unit: "KZ-TUR", draw: 0, time: 2025, word: 0x54fb_05f4,
      z0: -1.27729987143792, z1: -0.757637701998415),
  ]

  @Test func streamsGiveTheGoldenNumbers() {
    for row in Self.known {
      var uniforms = RandomStream(
        seed: 20_251_001, stream: row.stream, unit: row.unit, draw: row.draw, time: row.time)
      #expect(uniforms.uniform() == (Double(row.word) + 0.5) / 4_294_967_296)
      let key = StreamKey(seed: 20_251_001, stream: row.stream)
      let pair = normalPair(key, unit: UnitKey(row.unit), draw: row.draw, time: row.time)
      // The reference prints 15 digits.
      #expect(abs(pair.0 - row.z0) < 1e-12)
      #expect(abs(pair.1 - row.z1) < 1e-12)
    }
  }

  @Test func commonRandomNumbersGiveTheGoldenVarianceRatio() {
    // Golden case gc19: variance ratio of a scenario difference, 4,000 draws.
    let key = StreamKey(seed: 7, stream: "crn")
    let other = StreamKey(seed: 7, stream: "crn2")
    func value(_ key: StreamKey, _ draw: Int, _ shift: Double) -> Double {
      let z = RandomTests.z(key, draw)
      return exp([log([1000])[0] + shift + 0.25 * z])[0]
    }
    let base = (0..<4_000).map { value(key, $0, 0) }
    let same = (0..<4_000).map { value(key, $0, 0.05) }
    let apart = (0..<4_000).map { value(other, $0, 0.05) }
    let common = zip(same, base).map { $0 - $1 }
    let independent = zip(apart, base).map { $0 - $1 }
    #expect(abs(Statistics.mean(common) / 52.25182697232638 - 1) < 1e-9)
    #expect(abs(Statistics.variance(common) / 179.0104421470186 - 1) < 1e-9)
    #expect(abs(Statistics.variance(independent) / 143582.6116762852 - 1) < 1e-9)
    // The exact ratio of the variances; 4,000 draws come within 2 %.
    let ratio = Statistics.variance(independent) / Statistics.variance(common)
    #expect(abs(ratio / 800.8333541645978 - 1) < 0.02)
  }

  static func z(_ key: StreamKey, _ draw: Int) -> Double {
    var counter = RandomStream(key, unit: UnitKey(number: 0), draw: draw, time: 0)
    return counter.normal()
  }

  @Test func aStreamGoesOnOverItsBlocks() {
    var stream = RandomStream(seed: 3, stream: "s", unit: "u", draw: 4, time: 5)
    let drawn = (0..<12).map { _ in stream.uniform() }
    for block in 0..<3 {
      let words = Philox.block(
        counter: SIMD4(4, 5, fnv1a32("u"), UInt32(block)), key: SIMD2(3, fnv1a32("s")))
      for lane in 0..<4 { #expect(drawn[4 * block + lane] == Philox.uniform(words[lane])) }
    }
  }

  @Test func normalsAndUniformsMixWithoutSharingWords() {
    var plain = RandomStream(seed: 3, stream: "s", unit: "u", draw: 0, time: 0)
    let z = plain.normals(6)
    var mixed = RandomStream(seed: 3, stream: "s", unit: "u", draw: 0, time: 0)
    _ = mixed.uniform()
    #expect([mixed.normal(), mixed.normal(), mixed.normal()] == Array(z[2..<5]))
  }

  @Test func normalsHaveTheirMoments() {
    let key = StreamKey(seed: 11, stream: "moments")
    let z = (0..<50_000).flatMap { draw in
      let pair = normalPair(key, unit: UnitKey("x"), draw: draw, time: 2025)
      return [pair.0, pair.1]
    }
    // Five standard errors of 100,000 draws.
    #expect(abs(Statistics.mean(z)) < 5 * 0.00316)
    #expect(abs(Statistics.variance(z) - 1) < 5 * 0.00447)
    #expect(abs(Statistics.mean(z.map { $0 * $0 * $0 })) < 5 * 0.01225)
  }

  @Test func twoNamesWithOneHashAreAnError() throws {
    #expect(try StreamNames(["b", "a", "b"]).names == ["a", "b"])
    // A known pair of colliding words under 32-bit FNV-1a.
    #expect(fnv1a32("costarring") == fnv1a32("liquid"))
    #expect(
      throws: KernelError.streamCollision("costarring", "liquid", hash: fnv1a32("liquid"))
    ) { try StreamNames(["liquid", "births", "costarring"]) }
  }

  @Test func roundingKeepsTheTotalAndGivesTheGoldenCells() {
    let x = [0.3, 1.2, 0.5, 2.75, 0.25, 4.0, 0.05, 0.95]
    #expect(cumulativeRounding(x, offset: 0) == [0, 1, 1, 2, 1, 4, 0, 1])
    #expect(cumulativeRounding(x, offset: 0.1) == [0, 1, 1, 2, 1, 4, 0, 1])
    #expect(cumulativeRounding(x, offset: 0.25) == [0, 1, 1, 3, 0, 4, 0, 1])
    #expect(cumulativeRounding(x, offset: 0.5) == [0, 2, 0, 3, 0, 4, 0, 1])
    #expect(cumulativeRounding(x, offset: 0.9) == [1, 1, 0, 3, 0, 4, 0, 1])
    #expect(largestRemainder(x, total: 10) == [0, 1, 1, 3, 0, 4, 0, 1])
  }

  @Test func roundingIsRightOnAverage() {
    let x = [0.3, 1.2, 0.5, 2.75, 0.25]
    var sums = [Double](repeating: 0, count: x.count)
    for k in 0..<1_000 {
      let cells = cumulativeRounding(x, offset: (Double(k) + 0.5) / 1_000)
      #expect(cells.reduce(0, +) == 5)
      for (i, cell) in cells.enumerated() {
        #expect(Double(cell) > x[i] - 1 && Double(cell) < x[i] + 1)
        sums[i] += Double(cell) / 1_000
      }
    }
    // A grid of 1,000 offsets resolves each average to one part in a thousand.
    for (average, value) in zip(sums, x) { #expect(abs(average - value) <= 1e-3 + 1e-9) }
  }
}
