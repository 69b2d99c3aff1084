import Kernel
import Testing

/// Innovations of several processes at once.
@Suite struct InnovationTests {
  private static let y: [Double] = (0..<200).map { t in
    let k = Double((t * 7919 + 13) % 101)
    return k / 50 - 1
  }
  private static let x: [Double] = (0..<200).map { t in Double((t * 31) % 17) / 8 }

  /// Moving averages of order one: F' = 1 + θ² − θ²/F and v' = y − θ v/F, written out.
  private func plain(_ theta: Double) -> (yy: Double, xy: Double, xx: Double, logs: Double) {
    var (F, v, u) = (1 + theta * theta, Self.y[0], Self.x[0])
    var result = (yy: v * v / F, xy: v * u / F, xx: u * u / F, logs: 0.0)
    var product = F
    for t in 1..<Self.y.count {
      v = Self.y[t] - theta * v / F
      u = Self.x[t] - theta * u / F
      F = 1 + theta * theta - theta * theta / F
      result.yy += v * v / F
      result.xy += v * u / F
      result.xx += u * u / F
      product *= F
    }
    result.logs = logarithm(product)
    return result
  }

  private func logarithm(_ x: Double) -> Double { log([x])[0] }

  private func sums(_ thetas: [Double]) -> [InnovationSums?] {
    let groups = thetas.count / 4
    var gain = [SIMD4<Double>](repeating: .zero, count: 2 * groups)
    var variance = [SIMD4<Double>](repeating: .zero, count: groups)
    for (place, theta) in thetas.enumerated() {
      gain[place / 4][place % 4] = theta
      variance[place / 4][place % 4] = 1 + theta * theta
    }
    return innovationSums(
      of: Self.y, regressor: Self.x, phi: [SIMD4<Double>](repeating: .zero, count: 2 * groups),
      gain: gain, variance: variance)
  }

  @Test func eachLaneHasItsOwnSums() throws {
    // Steady after a few steps, late and never.
    let thetas = [0.1, 0.5, -0.9, 0.99, -0.3, 0.7, 0.999, -0.05]
    for (theta, own) in zip(thetas, sums(thetas)) {
      let own = try #require(own)
      let expected = plain(theta)
      #expect(abs(own.yy / expected.yy - 1) < 1e-11, "\(theta)")
      #expect(abs(own.xy - expected.xy) < 1e-10, "\(theta)")
      #expect(abs(own.xx / expected.xx - 1) < 1e-11, "\(theta)")
      #expect(abs(own.logVariances - expected.logs) < 1e-11, "\(theta)")
    }
  }

  @Test func neighboursChangeNoBit() {
    let thetas = [0.1, 0.5, -0.9, 0.99, -0.3, 0.7, 0.999, -0.05]
    let together = sums(thetas)
    #expect(sums(Array(thetas.prefix(4))) == Array(together.prefix(4)))
    let turned = [7, 2, 5, 0, 3, 6, 1, 4]
    #expect(sums(turned.map { thetas[$0] }) == turned.map { together[$0] })
  }

  @Test func aLaneThatLosesPrecisionIsSaid() {
    // A first variance that the process does not have: it falls below that of the innovations.
    let phi = [SIMD4<Double>](repeating: .zero, count: 2)
    let found = innovationSums(
      of: Self.y, regressor: [], phi: phi,
      gain: [SIMD4(0.5, 3, 0.5, 0.5), .zero], variance: [SIMD4(1.25, 1.25, 1.25, 1.25)])
    #expect(found.map { $0 == nil } == [false, true, false, false])
  }

  /// No autoregression and one of zeros are the same, bit for bit.
  @Test func noAutoregressionIsOneOfZeros() {
    let gain: [SIMD4<Double>] = [[0.5, -0.3, 0.9, 0.99], [0.2, 0.1, -0.4, 0], .zero]
    let variance: [SIMD4<Double>] = [[1.3, 1.1, 1.9, 1.99]]
    let zeros = [SIMD4<Double>](repeating: .zero, count: 3)
    for x in [[], Self.x] {
      #expect(
        innovationSums(of: Self.y, regressor: x, phi: [], gain: gain, variance: variance)
          == innovationSums(of: Self.y, regressor: x, phi: zeros, gain: gain, variance: variance))
    }
  }

  /// Eight weights side by side have the bits of each alone, which are those of the sums written out.
  @Test func smoothedSumsAreThoseWrittenOut() {
    let y = Self.y
    let intercepts = y.indices.map { 1 + 0.01 * Double($0) }
    let slopes = y.indices.map { 0.3 - 0.002 * Double($0) }
    let alphas = [0.1, 0.3, 0.99, 0.5, 0.7, 0.2, 0.9, 0.45]
    let all = smoothedSums(
      of: y, intercepts: intercepts, slopes: slopes, uncounted: 3, alphas: alphas)
    for (alpha, own) in zip(alphas, all) {
      let alone = smoothedSums(
        of: y, intercepts: intercepts, slopes: slopes, uncounted: 3, alphas: [alpha])
      #expect(alone == [own])
      var (power, level) = (1.0, 0.0)
      var sums = [Double](repeating: 0, count: 6)
      for t in y.indices {
        if t >= 3 {
          let g = power * intercepts[t] + (1 - power * (1 - alpha)) / alpha * slopes[t]
          let z = y[t] - level
          let terms = [power * power, power * g, g * g, power * z, g * z, z * z]
          for k in terms.indices { sums[k] += terms[k] }
        }
        level = alpha * y[t] + (1 - alpha) * level
        power *= 1 - alpha
      }
      for (a, b) in zip([own.xx, own.xg, own.gg, own.xz, own.gz, own.zz], sums) {
        #expect(abs(a - b) < 1e-11 * (1 + abs(b)), "\(alpha)")
      }
    }
  }
}
