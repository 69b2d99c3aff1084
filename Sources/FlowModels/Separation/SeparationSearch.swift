/// How rows on which no maximum exists are searched for.
public enum SeparationSearch: String, Hashable, Sendable, CaseIterable {
  /// The finite method that needs no tuning constant, and the iterative one in tables too large for it.
  case automatic
  /// The iterative one always.
  case rectifier
}
