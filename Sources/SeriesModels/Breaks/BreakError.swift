public import Demography

/// Why a series cannot be searched for breaks.
public enum BreakError: Error, Hashable, Sendable {
  case tooShort(found: Int, needed: Int)
  /// Places of missing or infinite values, from 0.
  case missing(at: Int)
  /// A series that does not vary, but for rounding, has nothing to test.
  case constant

  /// What a person is shown.
  public var fault: Fault {
    switch self {
    case .tooShort(let found, let needed):
      Fault(.badData, "breaks.short", ["found": String(found), "needed": String(needed)])
    case .missing(let at): Fault(.badData, "breaks.missing", ["at": String(at + 1)])
    case .constant: Fault(.badData, "breaks.constant")
    }
  }

  static func check(_ values: [Double], least: Int) throws(BreakError) {
    if let at = values.firstIndex(where: { !$0.isFinite }) { throw .missing(at: at) }
    guard values.count >= least else { throw .tooShort(found: values.count, needed: least) }
    // What differs by rounding alone does not vary.
    let size = values.reduce(0) { max($0, abs($1)) }
    guard values.contains(where: { abs($0 - values[0]) > 1e-14 * size }) else { throw .constant }
  }
}
