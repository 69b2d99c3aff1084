import Glibc
import Kernel

/// The likelihood of a mixed model of counts with one grouping, its normal effects integrated out by
/// adaptive Gauss–Hermite quadrature.
///
/// Nodes of a level stand about its most likely effect, as wide as the information there has it; one node
/// is Laplace's approximation. The gradient is what the rows' slopes are on average over an effect given
/// its rows: that of the integral, by the same nodes. Liu & Pierce 1994; Pinheiro & Bates 1995.
struct QuadratureLikelihood {
  let laplace: LaplaceLikelihood
  let rule: GaussRule
  /// Rows of every level.
  private let members: [[Int]]

  /// - Precondition: one grouping, and counts.
  init(_ laplace: LaplaceLikelihood, _ rule: GaussRule) {
    precondition(laplace.random.groupings.count == 1, "\(laplace.random.groupings.count) groupings")
    precondition(
      laplace.response != .normal, "normal effects of normal rows are integrated exactly")
    self.laplace = laplace
    self.rule = rule
    let grouping = laplace.random.groupings[0]
    var members = [[Int]](repeating: [], count: grouping.count)
    for (row, level) in grouping.level.enumerated() { members[Int(level)].append(row) }
    self.members = members
  }

  /// Integral of one level with the slopes of its logarithm.
  private struct Level {
    var logIntegral = 0.0
    /// By the predictor of each of its rows.
    var eta: [Double]
    var sigma = 0.0
    var tau = 0.0
  }

  private func levels(_ psi: [Double], _ mode: LaplaceLikelihood.Mode) -> [Level] {
    let point = laplace.point(psi)
    let fixed = laplace.fixed(point)
    return parallelMap(members.count) { l in
      level(
        members[l], fixed, point, at: mode.u[l],
        width: mode.system.inverseDiagonal(l).squareRoot())
    }
  }

  private func level(
    _ rows: [Int], _ fixed: [Double], _ point: LaplaceLikelihood.Point, at centre: Double,
    width: Double
  ) -> Level {
    let sigma = point.sigma[0]
    var logs: [Double] = []
    var jets: [[ResponseJet]] = []
    for (z, weight) in zip(rule.nodes, rule.weights) {
      let u = centre + width * z
      let ofRows = rows.map {
        laplace.response.jet(laplace.y[$0], fixed[$0] + sigma * u, point.tau)
      }
      jets.append(ofRows)
      logs.append(
        Glibc.log(weight * width) + 0.5 * z * z - 0.5 * u * u
          + Statistics.sum(ofRows.map(\.value)))
    }
    let top = logs.max() ?? 0
    let parts = exp(logs.map { $0 - top })
    let total = Statistics.sum(parts)
    var found = Level(
      logIntegral: top + Glibc.log(total), eta: [Double](repeating: 0, count: rows.count))
    for (k, part) in parts.enumerated() {
      let share = part / total
      let u = centre + width * rule.nodes[k]
      for (n, jet) in jets[k].enumerated() {
        found.eta[n] += share * jet.score
        found.sigma += share * u * jet.score
        found.tau += share * jet.shape
      }
    }
    return found
  }

  func value(_ psi: [Double], _ mode: LaplaceLikelihood.Mode) -> Double {
    Statistics.sum(levels(psi, mode).map(\.logIntegral))
  }

  func gradient(_ psi: [Double], _ mode: LaplaceLikelihood.Mode) -> [Double] {
    let levels = levels(psi, mode)
    var eta = [Double](repeating: 0, count: laplace.y.count)
    for (l, level) in levels.enumerated() {
      for (n, row) in members[l].enumerated() { eta[row] = level.eta[n] }
    }
    return laplace.X.transposeTimes(eta) + [Statistics.sum(levels.map(\.sigma))]
      + (laplace.response.hasShape ? [Statistics.sum(levels.map(\.tau))] : [])
  }
}
