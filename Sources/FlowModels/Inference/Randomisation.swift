public import Demography
import Glibc
import Kernel

/// A test that rests on chance alone: would a regressor dealt out anew explain as much?
///
/// The statistic is that of the score of the regressor where its coefficient is 0,
/// `|Σ z s| / √(Σ z² s²)`, z the regressor off the others and off the effects. The p-value is the share of
/// ways to deal it out, the given one among them, with a statistic as large. Dealt out are the values of all
/// rows, of the rows of each level of a column among themselves, or the names of areas at both ends together,
/// which leaves the regressor a table between areas (QAP: Krackhardt 1988; Dekker, Krackhardt & Snijders
/// 2007). Fisher 1935; MacKinnon & Webb 2020.
public struct Randomisation: Hashable, Sendable {
  /// What is dealt out.
  public enum Unit: Hashable, Sendable {
    case rows
    /// Among the rows of each level of a column.
    case within(String)
    /// Names of areas, in a table of one row for each pair.
    case areas(origin: String, destination: String)

    /// Reads `rows`, `within:COLUMN` or `areas(a,b)`; `nil` for anything else.
    public init?(_ text: String) {
      if text == "rows" {
        self = .rows
      } else if text.hasPrefix("within:") {
        self = .within(String(text.dropFirst(7)))
      } else if let ends = ClusterName.areas(text) {
        self = .areas(origin: ends.0, destination: ends.1)
      } else {
        return nil
      }
    }
  }

  public let term: String
  public let estimate: Double
  public let statistic: Double
  public let pValue: Double
  public let draws: Int

  /// One row.
  public var table: Table {
    Table(
      "randomisation",
      [
        .text("term", [term]), .real("estimate", [estimate]), .real("statistic", [statistic]),
        .real("p_value", [pValue]),
      ])
  }
}

extension RegressionFit {
  /// Tests a coefficient by dealing its regressor out anew.
  ///
  /// - Parameters:
  ///   - draws: draw k has a stream of its own.
  ///   - threads: the result has the same bits for any number.
  /// - Throws: `Faults` of the column; `fit.randomise-term` for a term without a coefficient,
  ///   `fit.randomise-table` for areas where a pair has no row, or several.
  /// - Complexity: a fit without the regressor, and a projection on the effects for each draw.
  public func randomisation(
    of term: String, over unit: Randomisation.Unit, draws: Int, seed: UInt32, threads: Int? = nil
  ) throws -> Randomisation {
    precondition(draws > 0, "\(draws) draws")
    guard let refit = estimation.refit else {
      throw Fault(.usage, "fit.few-clusters-family", ["family": model])
    }
    guard options.weighting != .frequency else {
      throw Fault(.usage, "fit.resample-frequency", ["option": "--randomise"])
    }
    let kept = estimation.regressors.kept
    guard let slope = kept.firstIndex(where: { formula.terms[$0].name == term }) else {
      let names = kept.map { formula.terms[$0].name }
      throw Fault(
        .usage, "fit.randomise-term",
        [
          "term": term, "nearest": nearest(to: term, in: names) ?? "",
          "known": names.joined(separator: ", "),
        ])
    }
    var design = estimation.design
    let values = design.x[kept[slope]]
    design.x = kept.indices.filter { $0 != slope }.map { design.x[kept[$0]] }
    let others = try Regressors(design, hasIntercept: estimation.regressors.hasIntercept)
    let solution = try refit(design, others)
    let deck = try RegressorDeck(self, unit)
    let key = StreamKey(seed: seed, stream: "flows.randomisation")
    let found: [Double]
    let observed: Double
    do {
      let score = try ScoreStatistic(others, solution)
      observed = try score.value(values)
      found = try parallelMap(draws, threads: threads) { k throws(FitError) -> Double in
        var stream = RandomStream(key, unit: UnitKey(number: 0), draw: k, time: 0)
        return try score.value(deck.dealt(values, using: &stream))
      }
    } catch {
      throw error.fault
    }
    // Ways with the same statistic in another order of operations are ties.
    let bar = observed * (1 - 1e-10)
    let count = 1 + found.count { $0 >= bar }
    return Randomisation(
      term: term, estimate: estimation.solution.beta[slope], statistic: observed,
      pValue: Double(count) / Double(draws + 1), draws: draws)
  }
}

/// The statistic of a regressor that is not in the model.
private struct ScoreStatistic: Sendable {
  private let regressors: Regressors
  private let weights: [Double]
  private let scores: [Double]
  private let basis: [[Double]]

  init(_ others: Regressors, _ solution: Solution) throws(FitError) {
    regressors = others
    weights = solution.weights
    scores = solution.scores
    var means = others.columns.map { _ in
      [Double](repeating: 0, count: others.space.levelCount)
    }
    basis = try others.partialled(weights: weights, solutions: &means, tolerance: 1e-12)
  }

  func value(_ x: [Double]) throws(FitError) -> Double {
    var start = [Double](repeating: 0, count: regressors.space.levelCount)
    guard
      var z = regressors.space.residual(
        x, weights: weights, solution: &start, tolerance: 1e-11)
    else { throw .partiallingFailed }
    let b = try Regressors.coefficients(basis, z, weights: weights)
    for (k, column) in basis.enumerated() {
      for row in z.indices { z[row] -= b[k] * column[row] }
    }
    var (sum, squares) = (0.0, 0.0)
    for row in z.indices {
      sum += z[row] * scores[row]
      squares += z[row] * z[row] * scores[row] * scores[row]
    }
    return squares > 0 ? abs(sum) / squares.squareRoot() : 0
  }
}

/// The ways in which a regressor can be dealt out.
private struct RegressorDeck: Sendable {
  private enum Kind: Sendable {
    /// Rows that change places with one another.
    case groups([[Int]])
    /// Place among the areas of both ends of each row, and row by these.
    case table(from: [Int], to: [Int], rows: [Int], count: Int)
  }

  private let kind: Kind

  init(_ fit: RegressionFit, _ unit: Randomisation.Unit) throws {
    let rows = Array(fit.rows.indices)
    switch unit {
    case .rows: kind = .groups([rows])
    case .within(let column):
      let grouping = try fit.estimation.grouping(column)
      var groups = [[Int]](repeating: [], count: grouping.count)
      for row in rows { groups[Int(grouping.level[row])].append(row) }
      kind = .groups(groups)
    case .areas(let origin, let destination):
      let ends = (try fit.estimation.grouping(origin), try fit.estimation.grouping(destination))
      let names = Set(ends.0.levels).union(ends.1.levels).sorted()
      let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      func places(_ end: Grouping) -> [Int] {
        let places = end.levels.map { index[$0] ?? 0 }
        return end.level.map { places[Int($0)] }
      }
      let (from, to) = (places(ends.0), places(ends.1))
      let n = names.count
      // A table needs a row for each pair; many names with few rows are none, whatever is missing.
      guard rows.count >= n * (n - 1) else {
        let pairs = Set(rows.map { [from[$0], to[$0]] })
        let all = (0..<n).lazy.flatMap { i in (0..<n).lazy.map { (i, $0) } }
        let gap = all.first { $0.0 != $0.1 && !pairs.contains([$0.0, $0.1]) } ?? (0, 0)
        throw Fault(
          .usage, "fit.randomise-table", ["origin": names[gap.0], "destination": names[gap.1]])
      }
      var cells = [Int](repeating: -1, count: n * n)
      var twice: (Int, Int)?
      for row in rows {
        if cells[from[row] * n + to[row]] >= 0 { twice = (from[row], to[row]) }
        cells[from[row] * n + to[row]] = row
      }
      let diagonal = (0..<n).count { cells[$0 * n + $0] >= 0 }
      let gap = (0..<n * n).first { cell in
        cells[cell] < 0 && (cell / n != cell % n || diagonal > 0)
      }
      if let pair = twice ?? gap.map({ ($0 / n, $0 % n) }) {
        throw Fault(
          .usage, "fit.randomise-table",
          ["origin": names[pair.0], "destination": names[pair.1]])
      }
      kind = .table(from: from, to: to, rows: cells, count: n)
    }
  }

  func dealt(_ x: [Double], using stream: inout RandomStream) -> [Double] {
    switch kind {
    case .groups(let groups):
      var dealt = x
      for group in groups {
        for (k, other) in Self.shuffled(group.count, using: &stream).enumerated() {
          dealt[group[k]] = x[group[other]]
        }
      }
      return dealt
    case .table(let from, let to, let rows, let count):
      let names = Self.shuffled(count, using: &stream)
      return x.indices.map { x[rows[names[from[$0]] * count + names[to[$0]]]] }
    }
  }

  private static func shuffled(_ count: Int, using stream: inout RandomStream) -> [Int] {
    var order = Array(0..<count)
    for k in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(k, min(k, Int(stream.uniform() * Double(k + 1))))
    }
    return order
  }
}
