import Kernel
import Testing

@Suite struct OptimiserTests {
  /// Rosenbrock's valley, minimum 0 at (1, …, 1).
  static func valley(_ x: [Double], _ g: inout [Double]) -> Double {
    var value = 0.0
    for i in g.indices { g[i] = 0 }
    for i in 0..<x.count - 1 {
      let a = x[i + 1] - x[i] * x[i], b = 1 - x[i]
      value += 100 * a * a + b * b
      g[i] += -400 * a * x[i] - 2 * b
      g[i + 1] += 200 * a
    }
    return value
  }

  @Test(arguments: [2, 10, 100]) func lbfgsWalksDownTheValley(n: Int) throws {
    let start = (0..<n).map { $0 % 2 == 0 ? -1.2 : 1.0 }
    let found = try LBFGS(gradientTolerance: 1e-10).minimise(from: start, Self.valley)
    #expect(found.reason == .gradient)
    #expect(found.point.allSatisfy { abs($0 - 1) < 1e-7 })
    #expect(found.iterations < 60 + 6 * n)
  }

  @Test func lbfgsStaysInsideTheDomain() throws {
    // x − ln x on x > 0, undefined elsewhere.
    let found = try LBFGS().minimise(from: [20, 0.01]) { x, g in
      if x.contains(where: { $0 <= 0 }) { return .nan }
      for i in x.indices { g[i] = 1 - 1 / x[i] }
      return x.reduce(0) { $0 + $1 - log([$1])[0] }
    }
    #expect(found.point.allSatisfy { abs($0 - 1) < 1e-7 })
  }

  @Test func lbfgsSolvesABadlyScaledQuadratic() throws {
    let scales = (0..<8).map { exp([Double($0) * 2])[0] }
    let found = try LBFGS(gradientTolerance: 1e-9).minimise(
      from: [Double](repeating: 1, count: 8)
    ) { x, g in
      var value = 0.0
      for i in x.indices {
        g[i] = scales[i] * x[i]
        value += 0.5 * scales[i] * x[i] * x[i]
      }
      return value
    }
    #expect(found.point.allSatisfy { abs($0) < 1e-8 })
  }

  @Test func optimisersSayWhenTheyGiveUp() {
    do {
      _ = try LBFGS(maximumIterations: 3).minimise(from: [-1.2, 1], Self.valley)
      Issue.record("converged in three iterations")
    } catch KernelError.notConverged(let best) {
      #expect(best.reason == .iterationLimit)
      #expect(best.iterations == 3)
      #expect(!best.converged)
    } catch {
      Issue.record("\(error)")
    }
    #expect(throws: KernelError.objectiveNotFinite(at: [0])) {
      try LBFGS().minimise(from: [0]) { _, _ in .nan }
    }
    #expect(throws: KernelError.notBracketed(lower: 1, upper: 2, atLower: 1, atUpper: 2)) {
      try brentRoot(in: 1...2) { $0 }
    }
    #expect(throws: KernelError.self) {
      try NelderMead(maximumEvaluations: 20).minimise(from: [-1.2, 1]) {
        var g = [0.0, 0.0]
        return Self.valley($0, &g)
      }
    }
  }

  @Test(arguments: [1, 2, 4, 8]) func nelderMeadFindsTheBottom(n: Int) throws {
    let target = (0..<n).map { Double($0) - 1.5 }
    let found = try NelderMead(maximumEvaluations: 50_000).minimise(
      from: [Double](repeating: 1, count: n)
    ) { x in
      zip(x, target).enumerated().reduce(0) { sum, pair in
        let d = pair.element.0 - pair.element.1
        return sum + Double(pair.offset + 1) * d * d + d * d * d * d
      }
    }
    // Values equal to 1e-10 leave the point free by its root.
    #expect(zip(found.point, target).allSatisfy { abs($0 - $1) < 2e-5 })
  }

  @Test func nelderMeadCrossesTheValleyAndRepeats() throws {
    func run() throws -> Minimum {
      try NelderMead().minimise(from: [-1.2, 1]) {
        var g = [0.0, 0.0]
        return $0[0] > 5 ? .infinity : Self.valley($0, &g)
      }
    }
    let first = try run()
    #expect(abs(first.point[0] - 1) < 1e-4)
    #expect(try run() == first)
  }

  @Test func brentFindsMinimaAndRoots() throws {
    let least = try brentMinimum(in: 0...10) { ($0 - 2) * ($0 - 2) + 3 }
    #expect(abs(least.point[0] - 2) < 1e-7)
    let edge = try brentMinimum(in: 1...4) { $0 }
    #expect(abs(edge.point[0] - 1) < 1e-6)
    let root = try brentRoot(in: 0...2) { $0 * $0 - 2 }
    #expect(abs(root - 1.41421356237309504880) <= 4.5e-16)
    let tiny = try brentRoot(in: 0...1) { $0 < 1e-200 ? -1 : 1 }
    #expect(abs(tiny / 1e-200 - 1) < 1e-13)
    let steep = try brentRoot(in: -5...700) { exp([$0])[0] - 10 }
    #expect(abs(steep - 2.30258509299404568402) < 1e-14)
  }
}
