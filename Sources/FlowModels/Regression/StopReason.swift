/// Why an estimation ended where it did. Whatever ends without an answer is a fault, `fit.not-converged`,
/// `fit.singular` or `fit.effects-not-converged`, and no fit.
public enum StopReason: String, Hashable, Sendable, CaseIterable {
  /// The deviance stood still to 1e-11, and every score and every total of a level was met to 1e-9.
  case converged
  /// Least squares: solved at once, nothing was iterated.
  case solved
  /// Means and the parameter of scatter, found in turn, both stood still.
  case alternated
}
