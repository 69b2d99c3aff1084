import Demography
import Kernel

extension SpatialFlowFit {
  /// How a flow is predicted (Goulard, Laurent & Thomas-Agnan 2017).
  public enum Predictor: String, Hashable, Sendable, CaseIterable {
    /// `Zδ + ρ W y`: from the observed neighbours, TS.
    case signal
    /// `A⁻¹ Z δ`: the expected flow, TC.
    case trend
    /// The expected flow given all the others, `trend − diag(A'A)⁻¹ (A'A − diag) (y − trend)`, BP.
    case best
  }

  /// Expected flows of all pairs, in the order of the design.
  /// - Throws: `Fault` `spatial.outside`, `spatial.unsolved`.
  public func predictions(_ predictor: Predictor) throws -> [Double] {
    let direct = design.regressors.times(delta)
    if predictor == .signal {
      let filtered = design.lags.filtered(design.response, dependence)
      return direct.indices.map { direct[$0] + design.response[$0] - filtered[$0] }
    }
    let trend = try expected(direct)
    if predictor == .trend { return trend }
    let gap = trend.indices.map { design.response[$0] - trend[$0] }
    let filtered = design.lags.transposed.filtered(
      design.lags.filtered(gap, dependence), dependence)
    let diagonal = design.lags.squaredColumns(dependence)
    return trend.indices.map { row in
      trend[row] - (filtered[row] - diagonal[row] * gap[row]) / diagonal[row]
    }
  }

  /// `A⁻¹ b`.
  func expected(_ b: [Double]) throws -> [Double] {
    if form == .independent { return b }
    try requireInside()
    return try FlowSystem(lags: design.lags, dependence: dependence).solve(b)
  }

  /// Maximum likelihood stays inside by itself; other estimators are checked here, first by
  /// `Σ |ρ| ‖W‖`, then by the determinant.
  private func requireInside() throws {
    if logDeterminant != nil { return }
    func largest(_ W: SpatialWeights) -> Double {
      (0..<W.count).map { W.links(of: $0).reduce(0) { $0 + $1.weight } }.max() ?? 0
    }
    let (o, d) = (largest(design.lags.origins), largest(design.lags.destinations))
    let bound = abs(dependence[0]) * d + abs(dependence[1]) * o + abs(dependence[2]) * o * d
    if bound < 1 { return }
    if try FlowLogDeterminant(design.lags).value(dependence) != nil { return }
    throw Fault(
      .badData, "spatial.outside",
      ["dependence": dependence.map { "\($0)" }.joined(separator: ", ")])
  }
}
