/// Coefficients of a fitted model of flows with their covariance, as `flows fit --save` keeps them.
public struct FittedModel: Hashable, Sendable {
  /// SHA-256 of the file, 64 hexadecimal digits.
  public let digest: String
  public let family: String
  public let formula: String
  /// Names of the coefficients.
  public let terms: [String]
  public let estimates: [Double]
  /// Of the coefficients, row by row; empty where the file has none.
  public let covariance: [Double]

  public init(
    digest: String, family: String, formula: String, terms: [String], estimates: [Double],
    covariance: [Double]
  ) {
    precondition(terms.count == estimates.count, "\(estimates.count) estimates of \(terms.count)")
    precondition(
      covariance.isEmpty || covariance.count == terms.count * terms.count,
      "\(covariance.count) covariances of \(terms.count) terms")
    self.digest = digest
    self.family = family
    self.formula = formula
    self.terms = terms
    self.estimates = estimates
    self.covariance = covariance
  }
}
