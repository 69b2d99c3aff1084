/// Rows that a fit could not use, and why. No row is ever left out without an entry here.
public struct DroppedRows: Hashable, Sendable {
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// A column of the formula is empty or NA.
    case missing
    /// A regressor or the response is not finite: the logarithm of zero, a division by zero.
    case notFinite = "not_finite"
    /// Every flow of a level of a fixed effect is zero; the model would put the level at −∞.
    case emptyLevel = "empty_level"
    /// A combination of regressors and effects is positive only where the flow is zero; the model
    /// would send it to −∞ (Correia, Guimarães & Zylkin 2019).
    case separated
    /// The only row of a level of a fixed effect.
    case singleton
  }

  public let reason: Reason
  /// Lines of the file, ascending.
  public let lines: [Int]
  /// The level, `orig=KZ10`, or the regressors that separate; empty where there is nothing to add.
  public let detail: String

  public init(_ reason: Reason, lines: [Int], detail: String = "") {
    self.reason = reason
    self.lines = lines
    self.detail = detail
  }

  public var count: Int { lines.count }
}
