/// Rows that a fit could not use, and why. No row is ever left out without an entry here.
public struct DroppedRows: Hashable, Sendable {
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// A column of the formula is empty or NA.
    case missing
    /// A regressor or the response is not finite: the logarithm of zero, a division by zero.
    case notFinite = "not_finite"
    /// The weight is zero: the row counts for nothing.
    case zeroWeight = "zero_weight"
    /// The flow is zero and the family knows no zero.
    case zeroFlow = "zero_flow"
    /// Every flow of a level of a fixed effect is zero; the model would put the level at −∞.
    case emptyLevel = "empty_level"
    /// A combination of regressors and effects is positive only where the flow is zero; the model
    /// would send it to −∞ (Correia, Guimarães & Zylkin 2019).
    case separated
    /// The only row of a level of a fixed effect.
    case singleton
  }

  public let reason: Reason
  /// Lines that follow each other, ascending; millions of rows often stand together.
  public let ranges: [Range<Int>]
  /// The level, `orig=KZ10`, or the combination that separates, `war - 0.5*size + orig=KZ10`; empty
  /// where there is nothing to add.
  public let detail: String

  /// - Parameter lines: ascending.
  public init(_ reason: Reason, lines: [Int], detail: String = "") {
    var ranges: [Range<Int>] = []
    for line in lines {
      if let last = ranges.last, last.upperBound == line {
        ranges[ranges.count - 1] = last.lowerBound..<(line + 1)
      } else {
        ranges.append(line..<(line + 1))
      }
    }
    self.reason = reason
    self.ranges = ranges
    self.detail = detail
  }

  /// Lines of the file, ascending.
  public var lines: [Int] { ranges.flatMap { Array($0) } }

  public var count: Int { ranges.reduce(0) { $0 + $1.count } }
}
