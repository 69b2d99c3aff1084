import Foundation
import Kernel
import Testing

/// Projections off the dummies of groupings, against dense least squares on the dummies themselves.
struct LevelProjectionTests {
  /// Rows with levels of any of up to three groupings, unbalanced, and positive weights.
  private struct Case {
    let rows: Int
    let groupings: [LevelProjection.Levels]
    let weights: [Double]
    let columns: [[Double]]

    init(rows: Int, counts: [Int], columns: Int, seed: UInt32, slopes: Int = 0) {
      func values(_ unit: String) -> [Double] {
        (0..<rows).map { row in
          var stream = RandomStream(seed: seed, stream: "test", unit: unit, draw: row, time: 0)
          return stream.uniform()
        }
      }
      self.rows = rows
      groupings = counts.enumerated().map { g, count in
        let draws = values("grouping \(g)")
        // Small levels are many, large ones few; the first rows fill every level.
        let level = draws.indices.map { row in
          Int32(row < count ? row : Int(draws[row] * draws[row] * Double(count)))
        }
        return .init(
          level: level, count: count, values: g < slopes ? values("slope \(g)") : nil)
      }
      weights = values("weight").map { 0.05 + 3 * $0 * $0 }
      self.columns = (0..<columns).map { k in values("column \(k)").map { $0 - 0.3 } }
    }

    init(
      _ groupings: [LevelProjection.Levels], _ weights: [Double], columns: [[Double]]
    ) {
      rows = weights.count
      (self.groupings, self.weights, self.columns) = (groupings, weights, columns)
    }

    /// All dummies and then the regressors.
    func design(_ regressors: Int) -> Matrix {
      var values: [Double] = []
      for grouping in groupings {
        for l in 0..<grouping.count {
          values += grouping.level.indices.map {
            Int(grouping.level[$0]) == l ? grouping.values?[$0] ?? 1 : 0
          }
        }
      }
      for column in columns.prefix(regressors) { values += column }
      return Matrix(rows: rows, columns: values.count / rows, values: values)
    }

    /// The weighted fit of `v` on dummies and regressors: by a generalised inverse, for dummies
    /// overlap.
    func fit(_ v: [Double], regressors: Int) throws -> (fitted: [Double], coefficients: [Double]) {
      let Z = design(regressors)
      let inverse = try PivotedCholesky(Z.gram(weights: weights), tolerance: 1e-11)
        .generalizedInverse()
      let right = Z.transposed.times(v.indices.map { weights[$0] * v[$0] })
      let solution = inverse.times(right)
      return (Z.times(solution), solution)
    }
  }

  /// The first groupings with slopes of their own in some of the cases.
  @Test(arguments: [[7], [5, 9], [12, 4, 6], [3, 3, 3, 8]], [0, 1, 2])
  func theResidualIsThatOfLeastSquaresOnDummies(_ counts: [Int], _ slopes: Int) throws {
    let example = Case(rows: 60, counts: counts, columns: 1, seed: 11, slopes: slopes)
    let projection = LevelProjection(example.groupings, rows: example.rows)
    let v = example.columns[0]
    var solution = [Double](repeating: 0, count: projection.levelCount)
    let residual = try #require(
      projection.residual(
        v, weights: projection.prepared(example.weights), solution: &solution, tolerance: 1e-14))
    let expected = try example.fit(v, regressors: 0).fitted
    for row in v.indices { #expect(abs(residual[row] - (v[row] - expected[row])) < 1e-12) }
    // The levels that come back explain what was taken away.
    var offset = 0
    var explained = [Double](repeating: 0, count: example.rows)
    for grouping in example.groupings {
      for row in v.indices {
        explained[row] +=
          solution[offset + Int(grouping.level[row])] * (grouping.values?[row] ?? 1)
      }
      offset += grouping.count
    }
    for row in v.indices { #expect(abs(explained[row] + residual[row] - v[row]) < 1e-12) }
  }

  /// A start changes where the iteration begins and nothing else.
  @Test func aStartEndsInTheSameResidual() throws {
    let example = Case(rows: 80, counts: [10, 8, 5], columns: 1, seed: 12)
    let projection = LevelProjection(example.groupings, rows: example.rows)
    let weights = projection.prepared(example.weights)
    var cold = [Double](repeating: 0, count: projection.levelCount)
    var warm = cold.indices.map { Double($0 % 5) - 2 }
    let a = try #require(
      projection.residual(
        example.columns[0], weights: weights, solution: &cold, tolerance: 1e-14))
    let b = try #require(
      projection.residual(
        example.columns[0], weights: weights, solution: &warm, tolerance: 1e-14))
    for row in a.indices { #expect(abs(a[row] - b[row]) < 1e-12) }
  }

  /// The step is the weighted regression of `s / w` on dummies and regressors together, whatever was
  /// taken off the regressors before.
  @Test(arguments: [[], [6], [9, 5], [12, 7, 4]], [0, 1, 2, 3])
  func aNewtonStepIsTheRegressionOnEverything(_ counts: [Int], _ regressors: Int) throws {
    guard !counts.isEmpty || regressors > 0 else { return }
    let example = Case(rows: 70, counts: counts, columns: 4, seed: 13)
    let projection = LevelProjection(example.groupings, rows: example.rows)
    let weights = projection.prepared(example.weights)
    let columns = Array(example.columns.prefix(regressors))
    var explained = [[Double]](
      repeating: [Double](repeating: 0, count: projection.levelCount), count: regressors)
    if !counts.isEmpty {
      for k in columns.indices {
        _ = projection.residual(
          columns[k], weights: projection.prepared(example.weights.map { 1 / $0 }),
          solution: &explained[k], tolerance: 1e-3)
      }
    }
    let target = example.columns[3]
    let scores = target.indices.map { example.weights[$0] * target[$0] }
    let step = try #require(
      try projection.newtonStep(
        projection.placed(scores), weights: weights,
        regressors: projection.regressors(columns, explained: explained), reduction: 1e-13))
    let expected = try example.fit(target, regressors: regressors)
    let change = projection.inRows(step.change)
    for row in change.indices { #expect(abs(change[row] - expected.fitted[row]) < 1e-11) }
    for (found, value) in zip(step.coefficients, expected.coefficients.suffix(regressors)) {
      #expect(abs(found - value) < 1e-11)
    }
    let gain = change.indices.reduce(0) { $0 + scores[$1] * expected.fitted[$1] }
    #expect(abs(step.decrement / gain - 1) < 1e-11)
  }

  /// 70,000 rows make four slabs.
  @Test func theBitsAreTheSameForAnyNumberOfThreads() throws {
    let example = Case(rows: 70_000, counts: [900, 300, 40], columns: 2, seed: 14)
    let found = try [1, 2].map { threads in
      let projection = LevelProjection(example.groupings, rows: example.rows, threads: threads)
      let weights = projection.prepared(example.weights)
      var solution = [Double](repeating: 0, count: projection.levelCount)
      let residual = try #require(
        projection.residual(
          example.columns[0], weights: weights, solution: &solution, tolerance: 1e-9))
      let step = try #require(
        try projection.newtonStep(
          projection.placed(example.columns[1]), weights: weights,
          regressors: projection.regressors([example.columns[0]], explained: [solution])))
      return residual + solution + step.change + step.levels + step.coefficients
    }
    #expect(found[0] == found[1])
  }

  /// Means are brought to the totals of the levels of the largest grouping.
  @Test func meansMeetTheTotalsOfTheLargestGrouping() throws {
    let example = Case(rows: 50, counts: [10, 4], columns: 2, seed: 15)
    let projection = LevelProjection(example.groupings, rows: example.rows)
    let flows = projection.placed(example.weights)
    let totals = try #require(projection.groupTotals(flows))
    let none = [Double](repeating: 0, count: example.rows)
    let found = projection.means(
      projection.placed(example.columns[0]), change: none, part: 1, totals: totals)
    for (sum, total) in zip(try #require(projection.groupTotals(found.mu)), totals) {
      #expect(abs(sum / total - 1) < 1e-14)
    }
    let moved = projection.inRows(found.eta)
    for row in 0..<example.rows {
      let level = Int(example.groupings[0].level[row])
      #expect(abs(moved[row] - example.columns[0][row] - found.levels[level]) < 1e-14)
    }
  }

  /// Areas on a line, each sending to a few beside it, pairs seen for a few years: the graph of each
  /// year is a chain, of which a factor is made.
  @Test func aPanelOfChainsIsProjectedAsDenseLeastSquaresDo() throws {
    let panel = ChainPanel(areas: 14, years: 5, seed: 16)
    let projection = LevelProjection(panel.groupings, rows: panel.rows)
    #expect(projection.hangsByChains)
    let weights = projection.prepared(panel.weights)
    var solution = [Double](repeating: 0, count: projection.levelCount)
    let residual = try #require(
      projection.residual(panel.x, weights: weights, solution: &solution, tolerance: 1e-14))
    let example = Case(panel.groupings, panel.weights, columns: [panel.x, panel.target])
    let expected = try example.fit(panel.x, regressors: 0).fitted
    for row in 0..<panel.rows {
      #expect(abs(residual[row] - (panel.x[row] - expected[row])) < 1e-9)
    }
    let scores = panel.target.indices.map { panel.weights[$0] * panel.target[$0] }
    let step = try #require(
      try projection.newtonStep(
        projection.placed(scores), weights: weights,
        regressors: projection.regressors([panel.x], explained: [solution]), reduction: 1e-13))
    let fit = try example.fit(panel.target, regressors: 1)
    let change = projection.inRows(step.change)
    for row in change.indices { #expect(abs(change[row] - fit.fitted[row]) < 1e-9) }
  }

  /// 35,000 rows make two slabs.
  @Test func aPanelOfChainsHasTheSameBitsForAnyNumberOfThreads() throws {
    let panel = ChainPanel(areas: 700, years: 20, seed: 17)
    let found = try [1, 2].map { threads in
      let projection = LevelProjection(panel.groupings, rows: panel.rows, threads: threads)
      #expect(projection.hangsByChains)
      let weights = projection.prepared(panel.weights)
      let none = [Double](repeating: 0, count: projection.levelCount)
      let step = try #require(
        try projection.newtonStep(
          projection.placed(panel.target), weights: weights,
          regressors: projection.regressors([panel.x], explained: [none]), limit: 20))
      return step.change + step.levels + step.coefficients
    }
    #expect(found[0] == found[1])
  }

  private struct ChainPanel {
    let groupings: [LevelProjection.Levels]
    let rows: Int
    let weights: [Double]
    let x: [Double]
    let target: [Double]

    init(areas: Int, years: Int, seed: UInt32) {
      func draws(_ unit: String, _ draw: Int) -> Double {
        var stream = RandomStream(seed: seed, stream: "test", unit: unit, draw: draw, time: 0)
        return stream.uniform()
      }
      var keys: [[Int]] = [[], [], []]
      for i in 0..<areas {
        for step in [-3, -2, -1, 1, 2, 3] where (0..<areas).contains(i + step) {
          let pair = i * areas + i + step
          guard draws("pair", pair) < 0.7 else { continue }
          let first = Int(draws("first", pair) * Double(years))
          let last = min(years, first + 1 + Int(draws("length", pair) * 0.6 * Double(years)))
          for year in first..<last {
            keys[0].append(i * years + year)
            keys[1].append((i + step) * years + year)
            keys[2].append(pair)
          }
        }
      }
      groupings = keys.map { keys in
        let distinct = Set(keys).sorted()
        let position = Dictionary(
          uniqueKeysWithValues: distinct.enumerated().map { ($1, Int32($0)) })
        return .init(level: keys.map { position[$0] ?? 0 }, count: distinct.count)
      }
      let rows = keys[0].count
      self.rows = rows
      weights = (0..<rows).map { exp(-2 + 4 * draws("weight", $0)) }
      x = (0..<rows).map { draws("x", $0) - 0.3 }
      target = (0..<rows).map { draws("target", $0) - 0.5 }
    }
  }
}
