public import Demography
import Kernel

/// Coefficients of a Poisson fit with two or three ways of fixed effects, corrected for the many
/// effects that are estimated with them.
///
/// Weidner & Zylkin 2021, *Bias and consistency in three-way gravity models*.
public struct BiasCorrection: Hashable, Sendable {
  public let terms: [String]
  /// As fitted.
  public let estimates: [Double]
  /// What the estimated effects add on average; 0 with two ways, where there is no such bias.
  public let bias: [Double]
  /// Estimate less bias.
  public let corrected: [Double]
  /// Clustered by pair, with `N/(N−1)`, N pairs.
  public let clusteredErrors: [Double]
  /// Clustered by pair, residuals made as large as they were before the fit drew them in.
  public let adjustedErrors: [Double]
  /// Pairs of origin and destination.
  public let pairs: Int
  /// 2 or 3.
  public let ways: Int

  /// One row for each coefficient.
  public func table(level: Double) -> Table {
    let critical = normalUpperQuantile(0.5 * (1 - level))
    return Table(
      "bias_correction",
      [
        .text("term", terms), .real("estimate", estimates),
        .real("incidental_bias", bias),
        .real("corrected", corrected), .real("std_error_clustered", clusteredErrors),
        .real("std_error", adjustedErrors),
        .real("conf_low", zip(corrected, adjustedErrors).map { $0 - critical * $1 }),
        .real("conf_high", zip(corrected, adjustedErrors).map { $0 + critical * $1 }),
      ])
  }
}

extension RegressionFit {
  /// The bias correction and the leverage-adjusted errors of Weidner and Zylkin.
  ///
  /// The effects are, in this order, origin and time, destination and time, and with three ways
  /// origin and destination; the column the first two share is the time. Without one, as in
  /// `| orig + dest`, there is a single period.
  /// - Throws: `flows.correction-family` unless the family is Poisson, `flows.correction-effects` for
  ///   other effects, `fit.too-many-levels` for more than 5,000 levels with time.
  public func biasCorrected() throws -> BiasCorrection {
    guard model == "poisson" else {
      throw Fault(.usage, "flows.correction-family", ["family": model])
    }
    return try WeidnerZylkin(self).correction()
  }
}

/// The computation behind `BiasCorrection`.
///
/// With the fitted λ of a pair over its periods, `S = y − λ`, `H = diag(λ) − λλ'/Σλ` (two ways:
/// `diag(λ)`) and x̃ the regressor off all effects, `Ŵ = Σ x̃'Hx̃ / N`. The bias is
/// `Ŵ⁻¹ [N_i/(N_i−1) · B/(N/N_i) + N_j/(N_j−1) · D/(N/N_j)]` with, for each regressor, the mean over
/// origins `B = N_i⁻¹ Σ_i {−tr[H_i⁺ Σ_j S(Hx̃)'] + ½ tr[H_i⁺ G_i H_i⁺ Σ_j SS']}`,
/// `H_i = Σ_j H`, `G_i = −Σ_j (diag(x̃)H + H diag(x̃))`, and D the same over destinations. Adjusted
/// errors put `(I − H(x̃ V x̃' + d V_d d'))⁻¹ SS'` for `SS'`, `V_d` a generalised inverse of the
/// information of the effects with time after those of pairs.
struct WeidnerZylkin {
  private let fit: RegressionFit
  private let origins: Grouping
  private let destinations: Grouping
  private let blocks: [Block]
  private let periods: Int
  private let hasPairEffect: Bool
  /// `(Σ x̃'Hx̃)⁻¹`.
  private let inverse: Matrix
  private let count: Int

  /// The rows of one pair.
  private struct Block {
    let origin: Int
    let destination: Int
    /// Place of each row among the periods.
    let periods: [Int]
    /// Places of the two effects with time among all levels of both, by row.
    let levels: [[Int]]
    let rest: [Double]
    /// Periods by regressors.
    let x: Matrix
    let H: Matrix
  }

  init(_ fit: RegressionFit) throws {
    self.fit = fit
    let effects = fit.formula.effects.map(\.columns)
    let isPlain =
      fit.formula.weights == nil && fit.formula.effects.allSatisfy { $0.slope == nil }
    guard isPlain, let names = Self.names(effects) else {
      throw Fault(
        .usage, "flows.correction-effects",
        ["found": fit.formula.effects.map(\.name).joined(separator: " + ")])
    }
    let estimation = fit.estimation
    hasPairEffect = effects.count == 3
    count = estimation.columns.count
    origins = try estimation.grouping(names.origin)
    destinations = try estimation.grouping(names.destination)
    let time = try names.time.map { try estimation.grouping($0) }
    periods = time?.count ?? 1
    blocks = Self.blocks(estimation, origins, destinations, time, hasPairEffect)
    var W = Matrix(rows: count, columns: count)
    for block in blocks { W += block.x.transposeTimes(block.H.times(block.x)) }
    guard let factored = try? Cholesky(W) else { throw FitError.singular.fault }
    inverse = factored.inverse()
  }

  private static func names(
    _ effects: [[String]]
  ) -> (origin: String, destination: String, time: String?)? {
    guard effects.count == 2 || effects.count == 3 else { return nil }
    let shared = effects[0].filter { effects[1].contains($0) }
    let origin = effects[0].filter { !shared.contains($0) }
    let destination = effects[1].filter { !shared.contains($0) }
    guard !origin.isEmpty, !destination.isEmpty, effects.count == 2 || !shared.isEmpty else {
      return nil
    }
    if effects.count == 3, Set(effects[2]) != Set(origin + destination) { return nil }
    return (
      origin.joined(separator: "^"), destination.joined(separator: "^"),
      shared.isEmpty ? nil : shared.joined(separator: "^")
    )
  }

  private static func blocks(
    _ estimation: Estimation, _ origins: Grouping, _ destinations: Grouping, _ time: Grouping?,
    _ hasPairEffect: Bool
  ) -> [Block] {
    let pairs = origins.crossed(with: destinations)
    var rows = [[Int]](repeating: [], count: pairs.count)
    for row in 0..<estimation.design.count { rows[Int(pairs.level[row])].append(row) }
    let residuals = estimation.residuals
    let fitted = estimation.solution.fitted
    let (first, second) = (estimation.design.effects[0], estimation.design.effects[1])
    return rows.map { rows in
      let lambda = rows.map { fitted[$0] }
      var H = Matrix.diagonal(lambda)
      if hasPairEffect {
        let total = lambda.reduce(0, +)
        for a in rows.indices { for b in rows.indices { H[a, b] -= lambda[a] * lambda[b] / total } }
      }
      return Block(
        origin: Int(origins.level[rows[0]]), destination: Int(destinations.level[rows[0]]),
        periods: rows.map { row in time.map { Int($0.level[row]) } ?? 0 },
        levels: rows.map { [Int(first.level[$0]), first.count + Int(second.level[$0])] },
        rest: rows.map { residuals[$0] },
        x: Matrix(
          rows: rows.count, columns: estimation.columns.count,
          values: estimation.columns.flatMap { column in rows.map { column[$0] } }),
        H: H)
    }
  }

  func correction() throws -> BiasCorrection {
    let n = Double(blocks.count)
    let plain = meat { $0.rest }
    let effects = try effectVariance()
    let adjusted = meat { block in
      var Q = block.x.times(inverse).timesTranspose(block.x)
      for a in block.levels.indices {
        for b in block.levels.indices {
          for l in block.levels[a] { for m in block.levels[b] { Q[a, b] += effects[l, m] } }
        }
      }
      let rest = Matrix.identity(block.rest.count) - block.H.times(Q)
      guard let lu = try? LU(rest) else { return block.rest }
      return lu.solve(block.rest)
    }
    func errors(_ M: Matrix) -> [Double] {
      let V = (n / (n - 1)) * inverse.times(M).times(inverse)
      return V.diagonal.map { $0.squareRoot() }
    }
    let estimates = fit.coefficients.map(\.estimate)
    let bias = hasPairEffect ? bias() : estimates.map { _ in 0 }
    return BiasCorrection(
      terms: fit.coefficients.map(\.term), estimates: estimates, bias: bias,
      corrected: zip(estimates, bias).map { $0 - $1 }, clusteredErrors: errors(plain),
      adjustedErrors: errors(adjusted), pairs: blocks.count, ways: hasPairEffect ? 3 : 2)
  }

  /// `Σ x̃' (A S) S' x̃`, symmetric part, with `A S` given.
  private func meat(_ scaled: (Block) -> [Double]) -> Matrix {
    var M = Matrix(rows: count, columns: count)
    for block in blocks {
      let left = block.x.transposeTimes(scaled(block))
      let right = block.x.transposeTimes(block.rest)
      for a in 0..<count {
        for b in 0..<count { M[a, b] += 0.5 * (left[a] * right[b] + left[b] * right[a]) }
      }
    }
    return M
  }

  private func effectVariance() throws -> Matrix {
    let size = fit.estimation.design.effects[0].count + fit.estimation.design.effects[1].count
    guard size <= EffectInformation.limit else {
      throw Fault(
        .incomplete, "fit.too-many-levels",
        ["levels": "\(size)", "limit": "\(EffectInformation.limit)"])
    }
    var information = Matrix(rows: size, columns: size)
    for block in blocks {
      for a in block.levels.indices {
        for b in block.levels.indices {
          for l in block.levels[a] {
            for m in block.levels[b] { information[l, m] += block.H[a, b] }
          }
        }
      }
    }
    return try EffectInformation.inverse(of: information).inverse
  }

  // MARK: Bias

  private func bias() -> [Double] {
    let n = Double(blocks.count)
    let exporters = Double(origins.count), importers = Double(destinations.count)
    let B = mean(over: origins.count) { $0.origin }
    let D = mean(over: destinations.count) { $0.destination }
    let sum = B.indices.map {
      exporters / (exporters - 1) * B[$0] / (n / exporters)
        + importers / (importers - 1) * D[$0] / (n / importers)
    }
    return inverse.times(sum).map { n * $0 }
  }

  private func mean(over areas: Int, _ area: (Block) -> Int) -> [Double] {
    var members = [[Block]](repeating: [], count: areas)
    for block in blocks { members[area(block)].append(block) }
    var total = [Double](repeating: 0, count: count)
    for blocks in members {
      for (k, value) in terms(of: blocks).enumerated() { total[k] += value / Double(areas) }
    }
    return total
  }

  /// The two traces of one area, for each regressor.
  private func terms(of blocks: [Block]) -> [Double] {
    let empty = Matrix(rows: periods, columns: periods)
    var H = empty
    var squares = empty
    var cross = [Matrix](repeating: empty, count: count)
    var G = cross
    for block in blocks {
      let image = block.H.times(block.x)
      for (a, s) in block.periods.enumerated() {
        for (b, t) in block.periods.enumerated() {
          H[s, t] += block.H[a, b]
          squares[s, t] += block.rest[a] * block.rest[b]
          for k in 0..<count {
            cross[k][s, t] += block.rest[a] * image[b, k]
            G[k][s, t] -= (block.x[a, k] + block.x[b, k]) * block.H[a, b]
          }
        }
      }
    }
    guard let plus = Self.pseudoInverse(H) else { return [Double](repeating: .nan, count: count) }
    return (0..<count).map { k in
      0.5 * plus.times(G[k]).times(plus).times(squares).trace - plus.times(cross[k]).trace
    }
  }

  private static func pseudoInverse(_ A: Matrix) -> Matrix? {
    guard let eigen = try? SymmetricEigen(A) else { return nil }
    let largest = eigen.values.map(abs).max() ?? 0
    let inverted = eigen.values.map { abs($0) > 1e-12 * largest ? 1 / $0 : 0 }
    return eigen.vectors.scalingColumns(by: inverted).timesTranspose(eigen.vectors)
  }
}
