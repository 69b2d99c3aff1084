import Kernel
import SeriesModels
import Testing

/// Sample paths of several series that go together.
@Suite struct JointPathsTests {
  /// Walks whose steps have a correlation of 0.8, and one by itself.
  private func fits() throws -> [any FittedSeries] {
    let key = StreamKey(seed: 3, stream: "test.joint")
    func steps(_ unit: String) -> [Double] {
      (0..<120).map { normalPair(key, unit: UnitKey(unit), draw: 0, time: $0).0 }
    }
    let (common, a, b) = (steps("common"), steps("a"), steps("b"))
    func walk(_ x: [Double]) -> [Double] {
      x.reduce(into: [100]) { $0.append($0[$0.count - 1] + $1) }
    }
    func mixed(_ own: [Double]) -> [Double] {
      zip(common, own).map { 0.8.squareRoot() * $0 + 0.2.squareRoot() * $1 }
    }
    return try [("A", mixed(a)), ("B", mixed(b)), ("C", steps("c"))].map { name, steps in
      try NaiveModel().fit(TimeSeries(name, walk(steps), season: 1))
    }
  }

  private func correlation(_ x: [[Double]], _ y: [[Double]], step: Int) -> Double {
    let (a, b) = (x.map { $0[step] }, y.map { $0[step] })
    let (ma, mb) = (Statistics.mean(a), Statistics.mean(b))
    func sum(_ u: [Double], _ v: [Double], _ mu: Double, _ mv: Double) -> Double {
      zip(u, v).reduce(0) { $0 + ($1.0 - mu) * ($1.1 - mv) }
    }
    return sum(a, b, ma, mb) / (sum(a, a, ma, ma) * sum(b, b, mb, mb)).squareRoot()
  }

  @Test func pathsGoTogetherAsTheErrorsDidAndStayWhatTheyAre() throws {
    let fits = try fits()
    let own = fits.map { $0.paths(6, draws: 1000, seed: 4) }
    let tied = try jointPaths(of: fits, own, seed: 4)
    #expect(abs(correlation(own[0], own[1], step: 5)) < 0.1)
    // The ranks of the means join whole paths: at a step in the middle of the way as far as it shares in them.
    #expect((0.6...0.85).contains(correlation(tied[0], tied[1], step: 3)))
    #expect(abs(correlation(tied[0], tied[2], step: 3)) < 0.25)
    for k in fits.indices {
      func sorted(_ paths: [[Double]]) -> [[Double]] {
        paths.sorted { $0.lexicographicallyPrecedes($1) }
      }
      #expect(sorted(own[k]) == sorted(tied[k]))
    }
  }

  @Test func theSumOfSeriesThatGoTogetherIsLessCertain() throws {
    let fits = try fits()
    let own = fits.map { $0.paths(4, draws: 800, seed: 9) }
    let tied = try jointPaths(of: fits, own, seed: 9)
    func spread(_ paths: [[[Double]]]) -> Double {
      Statistics.standardDeviation((0..<800).map { paths[0][$0][3] + paths[1][$0][3] })
    }
    #expect(spread(tied) > 1.2 * spread(own))
  }

  @Test func seriesWithoutErrorsInCommonAreRefused() throws {
    let early = try NaiveModel().fit(
      TimeSeries("A", [1, 2, 4, 3, 5], season: 1))
    let flat = try NaiveModel().fit(TimeSeries("B", [1, .nan, .nan, .nan, 5], season: 1))
    let own = [early, flat].map { $0.paths(2, draws: 5, seed: 1) }
    #expect(throws: CoherenceError.tooFewErrors(found: 1)) {
      _ = try jointPaths(of: [early, flat], own, seed: 1)
    }
    let one = [early]
    #expect(try jointPaths(of: one, [own[0]], seed: 1) == [own[0]])
  }
}
