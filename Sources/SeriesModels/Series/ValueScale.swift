import Glibc
import Kernel

/// What values are on the scale that a model works on. Every scale rises with the values.
enum ValueScale: Hashable, Sendable {
  case values
  case logarithm
  /// `(y^λ − 1)/λ` of values from zero on, λ in (0, 1]. What lies below the image of zero goes back to zero.
  case power(Double)
  /// `ln(y / (limit − y))` of values between zero and a limit.
  case logit(limit: Double)

  /// The value at `z`.
  func back(_ z: Double) -> Double {
    switch self {
    case .values: z
    case .logarithm: Glibc.exp(z)
    case .power(let lambda): Glibc.pow(max(0, lambda * z + 1), 1 / lambda)
    case .logit(let limit):
      z > 0 ? limit / (1 + Glibc.exp(-z)) : limit * Glibc.exp(z) / (1 + Glibc.exp(z))
    }
  }

  /// Where a value lies; NaN or infinite for what has no image.
  func scaled(_ y: Double) -> Double {
    switch self {
    case .values: y
    case .logarithm: Glibc.log(y)
    case .power(let lambda): (Glibc.pow(y, lambda) - 1) / lambda
    case .logit(let limit): Glibc.log(y / (limit - y))
    }
  }

  /// Whether a value cannot have come from this scale; a missing one can.
  func excludes(_ y: Double) -> Bool {
    switch self {
    case .values: false
    case .logarithm: y <= 0
    case .power: y < 0
    case .logit(let limit): y <= 0 || y >= limit
    }
  }

  /// Logarithm of the slope of `scaled` at a value.
  func logSlope(_ y: Double) -> Double {
    switch self {
    case .values: 0
    case .logarithm: -Glibc.log(y)
    case .power(let lambda): (lambda - 1) * Glibc.log(y)
    case .logit(let limit): Glibc.log(limit) - Glibc.log(y) - Glibc.log(limit - y)
    }
  }

  /// Mean and variance of the value whose scaled one is normal; in closed form on logarithms, else by Gauss's
  /// rule of 32 nodes. Where the rule cannot be had, the value at the mean and no variance.
  func moments(mean m: Double, deviation s: Double) -> (mean: Double, variance: Double) {
    switch self {
    case .values: return (m, s * s)
    case .logarithm:
      let mean = Glibc.exp(m + s * s / 2)
      return (mean, mean * mean * Glibc.expm1(s * s))
    case .power, .logit:
      guard let rule = Self.rule, s > 0, s.isFinite else { return (back(m), 0) }
      let values = rule.nodes.map { back(m + s * $0) }
      let mean = dot(rule.weights, values)
      let squares = values.map { ($0 - mean) * ($0 - mean) }
      return (mean, dot(rule.weights, squares))
    }
  }

  private static let rule = try? GaussRule.normal(32)
}
