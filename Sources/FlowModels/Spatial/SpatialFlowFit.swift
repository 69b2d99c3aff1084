import Demography
import Glibc
import Kernel

/// A fitted spatial model of flows, `y = ρ_d W_d y + ρ_o W_o y + ρ_w W_w y + Z δ + ε`.
public struct SpatialFlowFit: Sendable {
  /// How the parameters were found.
  public enum Estimator: String, Hashable, Sendable, CaseIterable {
    /// The maximum of the exact likelihood; ordinary least squares for model 1.
    case maximumLikelihood = "ml"
    /// Spatial two-stage least squares.
    case twoStage = "s2sls"
  }

  /// Why the estimation ended; one without an answer is a fault, `spatial.not-converged`.
  public enum Stop: String, Hashable, Sendable {
    /// Least squares: nothing was iterated.
    case solved
    /// Another Newton step could gain less than rounding leaves of the likelihood, see `decrement`.
    case decrement
  }

  public let form: SpatialForm
  public let estimator: Estimator
  public let design: SpatialFlowDesign
  /// The free parameters of the dependence first, then the regressors.
  public let coefficients: [Coefficient]
  /// Of the coefficients, and of σ² last where the likelihood was maximised; square, row by row.
  public let covarianceMatrix: [Double]
  /// (ρ_d, ρ_o, ρ_w).
  public let dependence: [Double]
  /// e'e / N.
  public let variance: Double
  /// `nil` for two-stage least squares.
  public let varianceError: Double?
  /// `nil` for two-stage least squares.
  public let logLikelihood: Double?
  /// `ln|A|` at the estimates; `nil` where they lie outside the region in which the model has a
  /// likelihood, which two-stage least squares does not exclude.
  public let logDeterminant: Double?
  /// Newton steps; 0 for estimators without iteration.
  public let steps: Int
  /// Twice the log-likelihood that another step could still gain.
  public let decrement: Double
  public var stop: Stop { steps == 0 ? .solved : .decrement }

  public var observations: Int { design.count }
  /// Coefficients of the regressors.
  public var delta: [Double] {
    coefficients.dropFirst(form.parameters.count).map(\.estimate)
  }
  /// Coefficients and σ².
  public var parameterCount: Int { coefficients.count + 1 }
  public var aic: Double? { logLikelihood.map { -2 * $0 + 2 * Double(parameterCount) } }
  public var bic: Double? {
    logLikelihood.map { -2 * $0 + Double(parameterCount) * log(Double(observations)) }
  }

  /// `y − ρ_d W_d y − ρ_o W_o y − ρ_w W_w y − Z δ`, in the order of the design.
  public var residuals: [Double] {
    let filtered = design.lags.filtered(design.response, dependence)
    let fitted = design.regressors.times(delta)
    return filtered.indices.map { filtered[$0] - fitted[$0] }
  }

  /// - Parameter covariance: square, of at least as many rows as there are coefficients.
  init(
    form: SpatialForm, estimator: Estimator, design: SpatialFlowDesign, theta: [Double],
    delta: [Double], covariance: Matrix, variance: Double, logLikelihood: Double?,
    logDeterminant: Double?, steps: Int = 0, decrement: Double = 0, level: Double
  ) {
    self.form = form
    self.estimator = estimator
    self.design = design
    self.variance = variance
    self.logLikelihood = logLikelihood
    self.logDeterminant = logDeterminant
    self.steps = steps
    self.decrement = decrement
    dependence = form.dependence(theta)
    let errors = covariance.diagonal.map { $0.squareRoot() }
    let critical = normalUpperQuantile(0.5 * (1 - level))
    let estimates = theta + delta
    let names = form.parameters + design.columnNames
    coefficients = names.indices.map { k in
      Coefficient(
        term: names[k], estimate: estimates[k], standardError: errors[k],
        statistic: estimates[k] / errors[k],
        pValue: 2 * normalComplementary(abs(estimates[k] / errors[k])),
        confidenceLow: estimates[k] - critical * errors[k],
        confidenceHigh: estimates[k] + critical * errors[k])
    }
    varianceError = covariance.rows > names.count ? errors[names.count] : nil
    covarianceMatrix = covariance.transposed.values
  }

  /// The same model at other coefficients, which must lie in the region where it has a likelihood. Errors
  /// and figures of the fit stay those of the estimates.
  ///
  /// - Parameter estimates: in the order of the coefficients.
  func moved(to estimates: [Double]) -> SpatialFlowFit {
    SpatialFlowFit(self, estimates)
  }

  private init(_ fit: SpatialFlowFit, _ estimates: [Double]) {
    form = fit.form
    estimator = fit.estimator
    design = fit.design
    coefficients = zip(fit.coefficients, estimates).map { coefficient, estimate in
      Coefficient(
        term: coefficient.term, estimate: estimate, standardError: coefficient.standardError,
        statistic: coefficient.statistic, pValue: coefficient.pValue,
        confidenceLow: coefficient.confidenceLow, confidenceHigh: coefficient.confidenceHigh)
    }
    covarianceMatrix = fit.covarianceMatrix
    dependence = form.dependence(Array(estimates.prefix(form.parameters.count)))
    variance = fit.variance
    varianceError = fit.varianceError
    logLikelihood = fit.logLikelihood
    // Whoever moves has seen to the region.
    logDeterminant = fit.logDeterminant ?? 0
    steps = fit.steps
    decrement = fit.decrement
  }
}
