import Demography
import Glibc
import Kernel

/// `ln|A|` of `A = I − ρ_d W_d − ρ_o W_o − ρ_w W_w`, exactly, with its derivatives by (ρ_d, ρ_o, ρ_w).
///
/// Where every pair is observed, `|A| = Π (1 − ρ_d λ_a − ρ_o μ_b − ρ_w λ_a μ_b)` over the eigenvalues λ
/// of the destinations' weights and μ of the origins' (LeSage & Pace 2008, who truncate a series of
/// traces instead; the product costs O(n_o n_d) a point and has no error). Where pairs are missing the
/// Kronecker structure is lost and A is factored.
enum FlowLogDeterminant: Sendable {
  /// Without dependence: 0.
  case independent
  case spectra(destinations: [Complex], origins: [Complex])
  case matrices(PairMatrices)

  /// Value, slopes and curvature at one point.
  struct Point: Sendable {
    var value = 0.0
    var gradient = [Double](repeating: 0, count: 3)
    var hessian = Matrix(rows: 3, columns: 3)
  }

  init(_ lags: FlowLags) throws {
    if lags.isComplete {
      let destinations = try SpatialSpectrum(lags.destinations).values
      let origins =
        lags.origins == lags.destinations ? destinations : try SpatialSpectrum(lags.origins).values
      self = .spectra(destinations: destinations, origins: origins)
    } else {
      self = .matrices(try PairMatrices(lags))
    }
  }

  /// `nil` where A is not in the part of its non-singular matrices that holds the identity.
  func point(_ rho: [Double]) throws -> Point? {
    switch self {
    case .independent: Point()
    case .spectra(let destinations, let origins):
      Self.sums(destinations, origins, rho, withSlopes: true)
    case .matrices(let matrices): try matrices.point(rho)
    }
  }

  /// The value alone; `nil` as above.
  func value(_ rho: [Double]) throws -> Double? {
    switch self {
    case .independent: 0
    case .spectra(let destinations, let origins):
      Self.sums(destinations, origins, rho, withSlopes: false)?.value
    case .matrices(let matrices): try matrices.value(rho)
    }
  }

  /// Sums over all pairs of eigenvalues; slab a holds the ten sums over b and a sign of infeasibility.
  private static func sums(
    _ lambda: [Complex], _ mu: [Complex], _ rho: [Double], withSlopes: Bool
  ) -> Point? {
    let slabs = parallelFill(slabs: lambda.count, length: 11) { a, slab in
      var sums = PairSums()
      for value in mu where !sums.isOutside { sums.add(lambda[a], value, rho, withSlopes) }
      for k in 0..<10 { slab[k] = sums.total[k] }
      slab[10] = sums.isOutside ? 1 : 0
    }
    var total = [Double](repeating: 0, count: 11)
    for (k, value) in slabs.enumerated() { total[k % 11] += value }
    if total[10] > 0 { return nil }
    var point = Point()
    point.value = total[0]
    var next = 4
    for k in 0..<3 {
      point.gradient[k] = total[k + 1]
      for l in 0...k {
        point.hessian[k, l] = total[next]
        point.hessian[l, k] = total[next]
        next += 1
      }
    }
    return point
  }
}

/// The part of the sums that belongs to one eigenvalue of the destinations' weights.
private struct PairSums {
  /// ln|f|, three first and six second derivatives.
  var total = InlineArray<10, Double>(repeating: 0)
  var isOutside = false

  /// Adds the factor `f = 1 − g`, `g = ρ · ω`, `ω = (λ, μ, λμ)`.
  ///
  /// On the way from the identity, `A(t) = I − t Σ ρ_k L_k`, the factor is 0 at `t = 1 / g`: A left its
  /// part of the plane where g is real and at least 1. The real part of the sums is enough, for
  /// complex eigenvalues come with their conjugates.
  mutating func add(_ lambda: Complex, _ mu: Complex, _ rho: [Double], _ withSlopes: Bool) {
    let both = lambda.times(mu)
    let re = 1 - rho[0] * lambda.real - rho[1] * mu.real - rho[2] * both.real
    let im = -rho[0] * lambda.imaginary - rho[1] * mu.imaginary - rho[2] * both.imaginary
    let square = re * re + im * im
    if abs(im) <= 1e-12 && re <= 0 {
      isOutside = true
      return
    }
    total[0] += 0.5 * Glibc.log(square)
    guard withSlopes else { return }
    // Derivatives of ln f: −ω / f and −ω ω / f².
    let inverse = Complex(re / square, -im / square)
    let slopes: InlineArray<3, Complex> = [
      lambda.times(inverse), mu.times(inverse), both.times(inverse),
    ]
    var next = 4
    for k in 0..<3 {
      total[k + 1] -= slopes[k].real
      for l in 0...k {
        total[next] -= slopes[k].times(slopes[l]).real
        next += 1
      }
    }
  }
}

extension Complex {
  fileprivate func times(_ other: Complex) -> Complex {
    Complex(
      real * other.real - imaginary * other.imaginary,
      real * other.imaginary + imaginary * other.real)
  }
}
