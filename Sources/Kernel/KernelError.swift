/// What a numerical routine found in its input that it cannot go on with.
///
/// Shapes that do not fit are the caller's mistake and stop at a precondition; this is for what the
/// numbers themselves turn out to be.
public enum KernelError: Error, Hashable, Sendable {
  /// An infinity or a NaN where a finite number is needed.
  case notFinite(routine: String)
  /// The leading minor of this order (from 0) is not positive.
  case notPositiveDefinite(at: Int)
  /// The pivot at this place (from 0) is exactly zero.
  case singular(at: Int)
  /// The columns at `dependent` are combinations of the others.
  case rankDeficient(rank: Int, columns: Int, dependent: [Int])
  /// LAPACK's iteration gave up with this code.
  case noConvergence(routine: String, code: Int)
  /// An optimiser stopped early; the best point it saw comes with it.
  case notConverged(Minimum)
  /// The function has the same sign at both ends.
  case notBracketed(lower: Double, upper: Double, atLower: Double, atUpper: Double)
  /// The objective is NaN or infinite where it has to be finite.
  case objectiveNotFinite(at: [Double])
  /// Two stream names of one run share their 32-bit hash.
  case streamCollision(String, String, hash: UInt32)

  /// The key of the text that explains the error, `kernel.singular`.
  public var code: String {
    switch self {
    case .notFinite: "kernel.notFinite"
    case .notPositiveDefinite: "kernel.notPositiveDefinite"
    case .singular: "kernel.singular"
    case .rankDeficient: "kernel.rankDeficient"
    case .noConvergence: "kernel.noConvergence"
    case .notConverged: "kernel.notConverged"
    case .notBracketed: "kernel.notBracketed"
    case .objectiveNotFinite: "kernel.objectiveNotFinite"
    case .streamCollision: "kernel.streamCollision"
    }
  }

  /// What fills the gaps of that text. Places count from 1, as people do.
  public var arguments: [String: String] {
    switch self {
    case .notFinite(let routine): ["routine": routine]
    case .notPositiveDefinite(let at), .singular(let at): ["at": "\(at + 1)"]
    case .rankDeficient(let rank, let columns, let dependent):
      [
        "rank": "\(rank)", "columns": "\(columns)",
        "dependent": dependent.map { "\($0 + 1)" }.joined(separator: ", "),
      ]
    case .noConvergence(let routine, let code): ["routine": routine, "detail": "\(code)"]
    case .notConverged(let best):
      [
        "iterations": "\(best.iterations)", "value": "\(best.value)",
        "measure": "\(best.measure)", "reason": best.reason.rawValue,
      ]
    case .notBracketed(let lower, let upper, let atLower, let atUpper):
      ["lower": "\(lower)", "upper": "\(upper)", "atLower": "\(atLower)", "atUpper": "\(atUpper)"]
    case .objectiveNotFinite(let at): ["at": at.map { "\($0)" }.joined(separator: ", ")]
    case .streamCollision(let a, let b, let hash):
      ["first": a, "second": b, "hash": String(hash, radix: 16)]
    }
  }
}
