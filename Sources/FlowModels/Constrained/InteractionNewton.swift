import Demography
import Glibc
import Kernel

/// Poisson maximum likelihood over a table, all effects and terms together, by Newton's method.
///
/// The likelihood is concave; steps that raise the deviance are halved. Converged means: every score below 1e-12 of
/// its size, and the last step moved no cell by more than 1e-7 of itself (quadratic convergence then leaves
/// 1e-14); the second part fails for ever where a pair's mean goes to 0 without end, so such a fit is never called
/// converged.
struct InteractionNewton {
  private let design: InteractionDesign
  private let y: [Double]
  private static let limit = 100

  struct Solution {
    let beta: [Double]
    /// By cell; 0 where not used.
    let fitted: [Double]
    /// `(X'WX)⁻¹`.
    let inverse: Matrix
    let stop: InteractionStop
  }

  init(_ design: InteractionDesign, flows: [Double]) {
    self.design = design
    y = flows.indices.map { design.isUsed[$0] ? flows[$0] : 0 }
  }

  /// - Throws: `Faults`: `interaction.separated` with the combination of terms that has no finite estimate;
  ///   `interaction.collinear`, `interaction.not-converged`, `interaction.too-few`.
  func solve() throws -> Solution {
    do {
      return try search()
    } catch let faults as Faults where faults.all[0].code != "interaction.too-few" {
      // Means that go to 0 take the information with them: what fails there is not what is wrong.
      if let separated = try design.separation(y) { throw Faults(separated) }
      throw faults
    }
  }

  private func search() throws -> Solution {
    let cells = design.cells
    guard cells.count >= design.parameterCount, Statistics.sum(y) > 0 else {
      throw Faults(
        Fault(
          .badData, "interaction.too-few",
          ["pairs": "\(cells.count)", "parameters": "\(design.parameterCount)"]))
    }
    let mean = Statistics.sum(y) / Double(cells.count)
    var mu = y.indices.map { design.isUsed[$0] ? 0.5 * (y[$0] + mean) : 0 }
    let z = y.indices.map { cell in
      design.isUsed[cell]
        ? mu[cell] * (Glibc.log(mu[cell]) - design.offset[cell]) + y[cell] - mu[cell] : 0
    }
    var beta = try Factor(design, mu).solve(design.gradient(z))
    mu = means(beta)
    var deviance = deviance(mu)
    var move = Double.infinity
    for iteration in 1...Self.limit {
      let factor = try Factor(design, mu)
      let score = design.gradient(y.indices.map { y[$0] - mu[$0] })
      if move < 1e-7, isZero(score, mu) {
        return Solution(
          beta: beta, fitted: mu, inverse: factor.inverse(),
          stop: InteractionStop(.scoresVanish, iterations: iteration, measure: move))
      }
      let step = factor.solve(score)
      var length = 1.0
      var next = beta
      var trial = mu
      for _ in 0..<40 {
        next = beta.indices.map { beta[$0] + length * step[$0] }
        trial = means(next)
        let after = self.deviance(trial)
        if after <= deviance + 1e-9 * (1 + abs(deviance)) {
          deviance = after
          break
        }
        length *= 0.5
      }
      move = cells.reduce(0) { max($0, abs(trial[$1] - mu[$1]) / max(mu[$1], trial[$1])) }
      beta = next
      mu = trial
    }
    throw Faults(
      Fault(
        .incomplete, "interaction.not-converged",
        ["iterations": "\(Self.limit)", "move": text(move)]))
  }

  private func means(_ beta: [Double]) -> [Double] {
    let eta = Kernel.exp(design.predictor(beta))
    return eta.indices.map { design.isUsed[$0] ? eta[$0] : 0 }
  }

  private func deviance(_ mu: [Double]) -> Double {
    let cells = design.cells
    let value = FlowScores.poissonDeviance(cells.map { y[$0] }, cells.map { mu[$0] })
    return value.isNaN ? .infinity : value
  }

  private func isZero(_ score: [Double], _ mu: [Double]) -> Bool {
    let sizes = design.absoluteGradient(y.indices.map { y[$0] + mu[$0] })
    return score.indices.allSatisfy { abs(score[$0]) <= 1e-12 * sizes[$0] }
  }

  /// The information brought to a diagonal of ones, and factored.
  private struct Factor {
    let cholesky: Cholesky
    let scales: [Double]

    init(_ design: InteractionDesign, _ mu: [Double]) throws {
      var H = design.information(mu)
      let scales = H.diagonal.map { 1 / $0.squareRoot() }
      for j in 0..<H.columns {
        for i in j..<H.rows { H[i, j] *= scales[i] * scales[j] }
      }
      self.scales = scales
      do {
        cholesky = try Cholesky(H)
      } catch .notPositiveDefinite(let at) {
        throw Self.collinear(design.name(at))
      } catch {
        throw Faults(
          Fault(.incomplete, "interaction.not-converged", ["iterations": "0", "move": "∞"]))
      }
      // What effects and earlier terms leave of the variation of a term.
      let left = cholesky.factor.diagonal
      if let at = left.indices.first(where: { left[$0] * left[$0] < 1e-12 }) {
        throw Self.collinear(design.name(at))
      }
    }

    static func collinear(_ term: String) -> Faults {
      Faults(Fault(.badData, "interaction.collinear", ["term": term]))
    }

    func solve(_ right: [Double]) -> [Double] {
      let scaled = cholesky.solve(right.indices.map { right[$0] * scales[$0] })
      return scaled.indices.map { scaled[$0] * scales[$0] }
    }

    func inverse() -> Matrix {
      cholesky.inverse().scalingRows(by: scales).scalingColumns(by: scales)
    }
  }
}

extension InteractionDesign {
  /// `|X|'v`, the size that a score is measured against.
  func absoluteGradient(_ v: [Double]) -> [Double] {
    let n = table.origins.count
    var g = [Double](repeating: 0, count: parameterCount)
    for cell in v.indices where isUsed[cell] {
      let (i, j) = (cell % n, cell / n)
      if originParameter[i] >= 0 { g[originParameter[i]] += v[cell] }
      if destinationParameter[j] >= 0 { g[destinationParameter[j]] += v[cell] }
      for k in common.indices { g[effectCount + k] += v[cell] * abs(common[k][cell]) }
      if localParameter[i] >= 0 {
        for k in local.indices { g[localParameter[i] + k] += v[cell] * abs(local[k][cell]) }
      }
    }
    return g
  }
}
