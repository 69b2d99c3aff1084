public import Demography
import Kernel

/// Flows that depend on the flows of neighbouring areas: spatial autoregression of (log) flows.
///
/// LeSage & Pace, "Spatial econometric modeling of origin–destination flows", Journal of Regional
/// Science 48 (2008); Dargel, "Revisiting estimation methods for spatial econometric interaction
/// models", Journal of Spatial Econometrics 2 (2021).
public struct SpatialFlowModel: FlowModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "sar", reference: "LeSage & Pace 2008; Dargel 2021",
      parameters: [
        Card.Parameter("model", range: 1...9, standard: "9"),
        Card.Parameter("estimator", standard: "ml"),
        Card.Parameter("level", range: 0.5...0.999, standard: "0.95"),
      ])
  }

  /// Maximises the exact likelihood; model 1 is ordinary least squares.
  ///
  /// O(n³) once for the eigenvalues, O(n_o n_d) a step; with missing pairs O(pairs³) a step.
  /// - Parameter level: coverage of the confidence intervals, which are normal.
  /// - Throws: `Fault` `spatial.collinear`, `spatial.too-few`, `spatial.too-many-pairs`,
  ///   `spatial.not-converged`, `spatial.not-identified`; `KernelError`.
  public func fit(
    _ design: SpatialFlowDesign, form: SpatialForm, level: Double = 0.95
  ) throws -> SpatialFlowFit {
    let likelihood = try SpatialLikelihood(design, form)
    let maximum = try likelihood.maximum()
    let theta = maximum.point.theta
    let rho = form.dependence(theta)
    let variance =
      likelihood.moments.squares(rho).value / Double(likelihood.moments.count)
    return SpatialFlowFit(
      form: form, estimator: .maximumLikelihood, design: design, theta: theta,
      delta: likelihood.moments.delta(rho),
      covariance: try likelihood.covariance(at: maximum.point, variance: variance),
      variance: variance, logLikelihood: maximum.point.value,
      logDeterminant: maximum.point.logDeterminant.value, steps: maximum.steps,
      decrement: maximum.decrement, level: level)
  }
}

extension SpatialLikelihood {
  init(_ design: SpatialFlowDesign, _ form: SpatialForm) throws {
    self.form = form
    moments = try SpatialMoments(design, lags: design.lags.lags(of: design.response))
    determinant = form == .independent ? .independent : try FlowLogDeterminant(design.lags)
  }
}
