import Glibc
import Kernel

/// Power transformations that make the variation of a series even (Box and Cox 1964, JRSS B 26).
public struct BoxCox: Hashable, Sendable {
  /// 0 is the logarithm, 1 leaves the shape as it is.
  public let lambda: Double

  public init(lambda: Double) {
    precondition(lambda.isFinite, "lambda \(lambda)")
    self.lambda = lambda
  }

  /// The power at which the spread of whole years (pairs without a season) is most even against their level
  /// (Guerrero 1993, Journal of Forecasting 12): the least coefficient of variation of `s / m^{1 − λ}`, λ in
  /// [−1, 2].
  ///
  /// - Parameters:
  ///   - values: positive; missing ones are left out of their year.
  ///   - season: 1 for none.
  /// - Returns: 1 with no more than two years.
  /// - Throws: `BreakError.missing` at an infinite value or one that is not positive; `.constant`.
  public static func guerrero(_ values: [Double], season: Int) throws(BreakError) -> BoxCox {
    if let at = values.firstIndex(where: { !$0.isNaN && !($0 > 0 && $0.isFinite) }) {
      throw .missing(at: at)
    }
    guard values.count > 2 * max(season, 1) else { return BoxCox(lambda: 1) }
    let length = max(2, season)
    let years = values.count / length
    let start = values.count - years * length
    var levels: [Double] = []
    var spreads: [Double] = []
    for year in 0..<years {
      let from = start + year * length
      let known = values[from..<from + length].filter { !$0.isNaN }
      guard known.count > 1 else { continue }
      levels.append(Statistics.mean(known))
      spreads.append(Statistics.standardDeviation(known))
    }
    guard levels.count > 1, spreads.contains(where: { $0 > 0 }) else { throw .constant }
    let logLevels = levels.map { Glibc.log($0) }
    do {
      let best = try brentMinimum(in: -1...2, tolerance: 1e-8) { lambda in
        let ratios = zip(spreads, logLevels).map { $0 * Glibc.exp((lambda - 1) * $1) }
        return Statistics.standardDeviation(ratios) / Statistics.mean(ratios)
      }
      return BoxCox(lambda: best.point[0])
    } catch {
      throw .constant
    }
  }

  /// `(yᵏ − 1) / k` with k = λ, for negative y with its sign outside (Bickel and Doksum 1981); NaN for what
  /// has no image.
  public func transformed(_ y: Double) -> Double {
    if lambda == 0 { return y > 0 ? Glibc.log(y) : .nan }
    if y < 0 && lambda < 0 { return .nan }
    return ((y < 0 ? -1 : 1) * pow(abs(y), lambda) - 1) / lambda
  }

  /// The value whose transform is `z`; NaN where there is none.
  public func restored(_ z: Double) -> Double {
    if lambda == 0 { return Glibc.exp(z) }
    let inside = lambda * z + 1
    if inside < 0 && lambda < 0 { return .nan }
    return (inside < 0 ? -1 : 1) * pow(abs(inside), 1 / lambda)
  }
}
