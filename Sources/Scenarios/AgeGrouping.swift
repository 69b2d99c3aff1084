import Demography

/// The age groups of a projection: single years or groups of five, the last open. A step is as long as
/// a group is wide, so that each cohort ends a step in the next group.
public struct AgeGrouping: Hashable, Sendable {
  /// Years of a group, 1 or 5.
  public let width: Int
  /// Number of groups, at least 3.
  public let count: Int

  public init(width: Int, count: Int) {
    precondition([1, 5].contains(width) && count >= 3, "\(count) age groups of \(width) years")
    self.width = width
    self.count = count
  }

  /// Reads `ages: {to: 85, width: 5}` as far as it can be read; `BaselineParts` reports its faults.
  init(_ node: Document?) {
    let width = node?["width"]?.integer == 5 ? 5 : 1
    let open = min(max(node?["to"]?.integer ?? 100, 0), 120)
    self.init(width: width, count: max(open / width + 1, 3))
  }

  /// SDMX code of a group: `Y23`, `Y20T24`, `Y_GE85`.
  public func code(_ group: Int) -> String {
    let first = group * width
    if group == count - 1 { return "Y_GE\(first)" }
    return width == 1 ? "Y\(first)" : "Y\(first)T\(first + width - 1)"
  }

  /// SDMX code of one of so many groups of five years, the last open.
  static func fiveYearCode(_ group: Int, of count: Int) -> String {
    group == count - 1 ? "Y_GE\(5 * group)" : "Y\(5 * group)T\(5 * group + 4)"
  }

  /// The group of a code; `nil` where the code is none of them.
  func group(_ code: String) -> Int? {
    guard code.hasPrefix("Y") else { return nil }
    let digits = code.dropFirst(code.hasPrefix("Y_GE") ? 4 : 1).prefix { $0.isNumber }
    guard let first = Int(digits), first % width == 0, first / width < count else { return nil }
    return self.code(first / width) == code ? first / width : nil
  }

  /// Groups of the ages from `ages.lowerBound` to `ages.upperBound`; `nil` where a group lies in them
  /// only in part.
  func groups(_ ages: ClosedRange<Int>) -> ClosedRange<Int>? {
    let last = count - 1
    guard ages.lowerBound % width == 0, ages.lowerBound / width <= last else { return nil }
    let upper = min(ages.upperBound / width, last)
    guard upper == last || (ages.upperBound + 1) % width == 0 else { return nil }
    return ages.lowerBound / width...upper
  }
}
