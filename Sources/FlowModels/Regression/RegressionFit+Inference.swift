extension RegressionFit {
  /// The covariance of the coefficients under another assumption; the fit stays as it is.
  ///
  /// - Throws: `Faults` when a column it needs is unknown or empty in a row of the fit, `Fault`
  ///   `fit.too-many-levels` for HC2 and HC3 with more than 5,000 levels of fixed effects.
  public func covariance(
    _ kind: Covariance, _ rule: SmallSample = .fixest
  ) throws -> CovarianceEstimate {
    let ofMean = try estimation.covariance(kind, rule)
    return try shapeInformation?.joint(with: estimation, ofMean).covariance ?? ofMean
  }

  /// The coefficients with the standard errors of another covariance.
  /// - Precondition: `covariance` is one of this fit.
  public func coefficients(under covariance: CovarianceEstimate) -> [Coefficient] {
    precondition(
      covariance.matrix.count == coefficients.count * coefficients.count,
      "a covariance of \(covariance.matrix.count) numbers for \(coefficients.count) coefficients")
    return covariance.coefficients(
      names: coefficients.map(\.term), estimates: coefficients.map(\.estimate),
      level: options.level)
  }

  /// How much each row determines its own fit, from 0 to 1, fixed effects included; they add up to the
  /// number of parameters.
  /// - Throws: `fit.too-many-levels` with more than 5,000 levels of fixed effects.
  public func leverages() throws -> [Double] { try Leverages(estimation).values }
}
