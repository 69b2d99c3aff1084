import Demography
import Foundation
import Kernel
import SeriesModels
import Testing

/// What any reconciliation has to obey.
@Suite struct CoherenceTests {
  /// Total, two groups of two.
  static func tree() throws -> Hierarchy {
    try Hierarchy(
      names: ["total", "a", "b", "a1", "a2", "b1", "b2"],
      summing: Matrix([
        [1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0],
        [0, 0, 0, 1],
      ]))
  }

  @Test func netIsInflowLessOutflowAfterwards() throws {
    // in, out, net.
    let net = LinearConstraints(Matrix([[1, -1, -1]]))
    let reconciler = try Reconciler(net, covariance: .diagonal([4, 4, 1]))
    let base = Matrix(column: [100, 130, -12])
    let ours = try reconciler.reconcile(base).values
    // The gap of −18 is shared 4 : 4 : 1.
    for (value, expected) in zip(ours, [108, 122, -14.0]) { #expect(abs(value - expected) < 1e-12) }
    #expect(net.gap(Matrix(column: ours)) < 1e-12)
  }

  @Test func fixedForecastsStayAndContradictionsAreRefused() throws {
    let tree = try Self.tree()
    let base = Matrix(column: [100, 40, 50, 20, 22, 30, 24])
    let kept = try Reconciler(tree, covariance: .identity(7), fixed: [0]).reconcile(base)
    #expect(kept[0, 0] == 100)
    #expect(tree.constraints.gap(kept) < 1e-9)
    let all = try Reconciler(tree, covariance: .identity(7), fixed: [0, 1, 2])
    #expect(throws: CoherenceError.self) { try all.reconcile(base) }
    do {
      _ = try all.reconcile(base)
    } catch {
      #expect(error.fault.code == "coherence.contradiction")
    }
  }

  @Test func coherentForecastsAreLeftAloneAndRepeatingChangesNothing() throws {
    let tree = try Self.tree()
    let W = Matrix.diagonal([7, 3, 4, 1, 2, 1.5, 0.5])
    let reconciler = try Reconciler(tree, covariance: W)
    let once = try reconciler.reconcile(Matrix(column: [100, 40, 50, 20, 22, 30, 24]))
    let twice = try reconciler.reconcile(once)
    #expect((once - twice).largestMagnitude < 1e-12)
    let redundant = tree.constraints.and(tree.constraints)
    let again = try Reconciler(redundant, covariance: W).reconcile(
      Matrix(column: [100, 40, 50, 20, 22, 30, 24]))
    #expect((once - again).largestMagnitude < 1e-9)
  }

  @Test func everyPathIsCoherentAndTheirMeanIsTheReconciledMean() throws {
    let tree = try Self.tree()
    let reconciler = try Reconciler(tree, covariance: .identity(7))
    let paths = (0..<50).map { draw in
      var stream = RandomStream(
        seed: 1, stream: "test.coherence", unit: "tree", draw: draw, time: 0)
      return Matrix(rows: 7, columns: 2, values: stream.normals(14))
    }
    let coherent = try reconciler.reconcile(paths: paths)
    for path in coherent { #expect(tree.constraints.gap(path) < 1e-12) }
    func mean(_ all: [Matrix]) -> Matrix {
      (1 / Double(all.count)) * all.dropFirst().reduce(all[0]) { $0 + $1 }
    }
    let expected = try reconciler.reconcile(mean(paths))
    #expect((mean(coherent) - expected).largestMagnitude < 1e-12)
  }

  @Test func middleOutKeepsTheMiddleAndSplitsByTheBaseForecasts() throws {
    let tree = try Self.tree()
    let base = Matrix(column: [100, 40, 50, 10, 30, 30, 20])
    let ours = try tree.splitDown(base, from: [1, 2]).values
    #expect(ours == [90, 40, 50, 10, 30, 30, 20])
    let top = try tree.splitDown(base, from: [0])
    #expect(abs(top[0, 0] - 100) < 1e-12 && abs(top[1, 0] - 400 / 9.0) < 1e-12)
  }

  @Test func crossedGroupsAreNoTree() throws {
    let crossed = try Hierarchy(
      names: ["row", "column", "x", "y", "z"],
      summing: Matrix([[1, 1, 0], [0, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    #expect(throws: CoherenceError.self) { try crossed.children() }
    #expect(throws: CoherenceError.noBottomSeries(column: 1)) {
      try Hierarchy(names: ["t", "x"], summing: Matrix([[1, 1], [1, 0]]))
    }
  }

  /// Optimality: no bounded series below zero, and none at zero would lower the loss by rising.
  @Test func boundedForecastsAreTheNearestOnes() throws {
    let count = 400
    let groups = 20
    var rows = [[Double](repeating: 1, count: count)]
    for g in 0..<groups { rows.append((0..<count).map { $0 % groups == g ? 1 : 0 }) }
    for j in 0..<count { rows.append((0..<count).map { $0 == j ? 1 : 0 }) }
    let tree = try Hierarchy(
      names: rows.indices.map { "\($0)" }, summing: Matrix(rows))
    var stream = RandomStream(seed: 7, stream: "test.bounds", unit: "tree", draw: 0, time: 0)
    let base = Matrix(
      rows: rows.count, columns: 2, values: stream.normals(2 * rows.count).map { 3 * $0 + 1 })
    let structural = ErrorCovariance.structural(tree)
    var ours = base
    try Self.time("non-negative 421 400 2") {
      ours = try NonNegativeReconciler(tree, covariance: structural).reconcile(base)
    }
    #expect(tree.constraints.gap(ours) < 1e-9)
    let inverse = structural.diagonal.map { 1 / $0 }
    for h in 0..<2 {
      let pull = zip(zip(base.column(h), ours.column(h)), inverse).map { ($0.0 - $0.1) * $1 }
      let slope = tree.summing.transposeTimes(pull)
      let zeros = tree.bottom.count { ours[$0, h] == 0 }
      #expect(zeros > 50)
      for (j, series) in tree.bottom.enumerated() {
        #expect(ours[series, h] >= 0)
        #expect(ours[series, h] > 0 ? abs(slope[j]) < 1e-8 : slope[j] < 1e-8)
      }
    }
  }

  @Test func shrinkageIsBetweenTheDiagonalAndTheSample() throws {
    var stream = RandomStream(seed: 3, stream: "test.shrink", unit: "errors", draw: 0, time: 0)
    var errors = Matrix(rows: 4, columns: 12, values: stream.normals(48))
    errors[2, 5] = .nan
    let (shrunk, intensity) = try ErrorCovariance.shrunk(errors)
    let sample = try ErrorCovariance.sample(errors)
    #expect(intensity > 0 && intensity <= 1)
    for i in 0..<4 {
      #expect(abs(shrunk[i, i] - sample[i, i]) < 1e-12)
      for j in 0..<i { #expect(abs(shrunk[i, j] - (1 - intensity) * sample[i, j]) < 1e-12) }
    }
    #expect(throws: CoherenceError.tooFewErrors(found: 1)) {
      try ErrorCovariance.sample(Matrix([[1, .nan], [2, 3]]))
    }
  }

  /// Runs the work once, or, for the benchmark, five times, and says the CPU milliseconds of the fastest.
  private static func time(_ name: String, _ work: () throws -> Void) rethrows {
    let isTimed = ProcessInfo.processInfo.environment["AGYN_TIME"] != nil
    var fastest = Double.infinity
    for _ in 0..<(isTimed ? 5 : 1) {
      let start = clock()
      try work()
      fastest = min(fastest, Double(clock() - start) / 1000)
    }
    if isTimed { print("RECONCILE \(name) \(fastest)") }
  }

  /// Shrunk covariance and reconciliation of 421 series; the time is said, not asserted, on shared machines.
  @Test func aLargeHierarchyIsReconciledByItsShrunkErrors() throws {
    let count = 400
    let groups = 20
    var rows = [[Double](repeating: 1, count: count)]
    for g in 0..<groups { rows.append((0..<count).map { $0 % groups == g ? 1 : 0 }) }
    for j in 0..<count { rows.append((0..<count).map { $0 == j ? 1 : 0 }) }
    let tree = try Hierarchy(names: rows.indices.map { "\($0)" }, summing: Matrix(rows))
    var stream = RandomStream(seed: 8, stream: "test.large", unit: "tree", draw: 0, time: 0)
    let errors = Matrix(rows: rows.count, columns: 72, values: stream.normals(72 * rows.count))
    let base = Matrix(rows: rows.count, columns: 8, values: stream.normals(8 * rows.count))
    var ours = base
    try Self.time("mint-shrink 421 400 8") {
      let W = try ErrorCovariance.shrunk(errors).covariance
      ours = try Reconciler(tree, covariance: W).reconcile(base)
    }
    #expect(tree.constraints.gap(ours) <= 1e-9 * ours.largestMagnitude)
  }
}
