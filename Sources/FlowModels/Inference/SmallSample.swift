/// The factors by which a covariance is widened for a small sample; n rows, K parameters, G clusters.
///
/// G is the number of clusters, of areas for dyadic and of periods for Driscoll–Kraay and Newey–West.
public enum SmallSample: String, Hashable, Sendable, CaseIterable {
  /// `(n−1)/(n−K)`, K without the levels nested in a cluster; times `n/(n−1)` or, for clusters,
  /// `G/(G−1)` with the smallest G. The defaults of R fixest 0.12.
  case fixest
  /// As `fixest`, with each term of a multiway covariance having the `G/(G−1)` of its own
  /// clusters (Cameron, Gelbach & Miller 2011).
  case fixestConventional = "fixest-conventional"
  /// Of Stata's ppmlhdfe for Poisson: `n/(n−1)`, for clusters `G/(G−1)` with the smallest G, and
  /// nothing for iid; of reghdfe for linear models, whose K is that of `fixest`.
  case stata
  /// As `stata`, each term with the factor of its own clusters.
  case stataConventional = "stata-conventional"
  case none

  /// Whether the terms of a multiway covariance have each its own factor.
  var isConventional: Bool { self == .fixestConventional || self == .stataConventional }

  /// Whether `(n−1)/(n−K)` applies.
  func countsParameters(isLinear: Bool) -> Bool {
    switch self {
    case .fixest, .fixestConventional: true
    case .stata, .stataConventional: isLinear
    case .none: false
    }
  }
}
