import Glibc
import Kernel

/// How errors to come are drawn.
public enum ErrorShape: String, CaseIterable, Hashable, Sendable {
  case normal
  /// The errors seen, each as likely as another.
  case bootstrap
  /// Student's t with the degrees of freedom that the errors seen make likeliest.
  case student
  /// Two exponential tails.
  case laplace
}

/// What keys the draws of errors to come, and their shape.
public struct ErrorDraws: Hashable, Sendable {
  public let seed: UInt64
  public let shape: ErrorShape

  public init(seed: UInt64, shape: ErrorShape = .normal) {
    self.seed = seed
    self.shape = shape
  }
}

/// Quantiles of a shape with mean 0 and deviation 1. A normal shock moved to the quantile of its own probability keeps
/// its rank: draws of two shapes are those of one chance.
enum ShockQuantiles: Hashable, Sendable {
  case sample([Double])
  case student(StudentT)
  case laplace

  /// - Parameter errors: mean 0 and deviation 1; without any, shocks stay normal.
  /// - Returns: `nil` for normal shocks.
  init?(_ shape: ErrorShape, _ errors: [Double]) {
    switch shape {
    case .normal: return nil
    case .laplace: self = .laplace
    case .bootstrap:
      guard !errors.isEmpty else { return nil }
      self = .sample(errors.sorted())
    case .student:
      guard let law = Self.student(errors) else { return nil }
      self = .student(law)
    }
  }

  /// The likeliest degrees of freedom of at least 2.1, below which the variance is hardly one; `nil` where the normal
  /// distribution, at 200, is as likely.
  static func student(_ errors: [Double]) -> StudentT? {
    func law(_ inverse: Double) -> StudentT {
      let degrees = 1 / inverse
      return StudentT(degrees: degrees, scale: ((degrees - 2) / degrees).squareRoot())
    }
    func loss(_ inverse: Double) -> Double {
      let own = law(inverse)
      return -errors.reduce(0) { $0 + own.logDensity($1) }
    }
    let (least, most) = (1 / 200.0, 1 / 2.1)
    guard errors.count > 3 else { return nil }
    // The likelihood may have several tops: a grid, then the top between its neighbours.
    let grid = (0...24).map { least + (most - least) * Double($0) / 24 }
    let losses = grid.map(loss)
    guard let k = losses.indices.min(by: { losses[$0] < losses[$1] }), k > 0 else { return nil }
    let bounds = grid[k - 1]...grid[min(24, k + 1)]
    let found = (try? brentMinimum(in: bounds, tolerance: 1e-8, loss))?.point[0] ?? grid[k]
    return law(found)
  }

  /// A standard normal shock at the same probability of this shape.
  func moved(_ shock: Double) -> Double {
    let normal = Normal()
    switch self {
    case .sample(let errors):
      let place = Int(normal.cumulative(shock) * Double(errors.count))
      return errors[min(place, errors.count - 1)]
    case .student(let law):
      return shock < 0
        ? law.quantile(normal.cumulative(shock)) : law.upperQuantile(normal.complementary(shock))
    case .laplace:
      let tail = shock < 0 ? normal.cumulative(shock) : normal.complementary(shock)
      let distance = -Glibc.log(2 * tail) * 0.5.squareRoot()
      return shock < 0 ? -distance : distance
    }
  }
}
