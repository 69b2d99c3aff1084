import Kernel

/// Upper quantiles of Student's t and of the normal distribution, each found once: series of one length and
/// model have the same degrees of freedom.
struct TailQuantiles {
  private struct Key: Hashable {
    let tail: Double
    let degrees: Double
  }

  private var known: [Key: Double] = [:]

  /// - Parameter degrees: infinite for a normal distribution.
  mutating func upper(_ tail: Double, degrees: Double) -> Double {
    let key = Key(tail: tail, degrees: degrees)
    if let found = known[key] { return found }
    let found =
      degrees.isInfinite
      ? normalUpperQuantile(tail) : StudentT(degrees: degrees).upperQuantile(tail)
    known[key] = found
    return found
  }
}
