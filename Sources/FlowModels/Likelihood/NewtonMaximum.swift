import Demography
import Kernel

/// The maximum of a smooth log-likelihood by Newton's method with its exact second derivatives.
///
/// Where the information is not positive definite its scaled diagonal is raised (Levenberg 1944); a
/// step that lowers the likelihood is halved. Done where `g' H⁻¹ g`, the squared length of the next
/// step in standard errors, is below 1e-18; that step is still taken. A likelihood that only creeps
/// up because some parameters leave for infinity is a fault that names them, not a maximum.
struct NewtonMaximum {
  /// What messages call each parameter.
  let names: [String]
  /// Length of the column that belongs to each parameter, by which information is judged.
  let sizes: [Double]
  var maximumIterations = 200

  /// What is known of the objective at a point.
  struct Derivatives {
    let gradient: [Double]
    /// `−∂²ℓ`, symmetric.
    let information: Matrix
  }

  struct Result {
    let point: [Double]
    let value: Double
    let derivatives: Derivatives
    let iterations: Int
    /// Largest slope by any parameter, in units of one standard error of it alone.
    let gradientNorm: Double
  }

  private static let enough = 1e-18

  /// - Parameters:
  ///   - value: may be NaN or −∞ outside the domain, not at `start`.
  /// - Throws: `notConverged` with the last `g' H⁻¹ g`.
  /// - Complexity: O(p³) an iteration besides the derivatives.
  func maximise(
    from start: [Double], value: ([Double]) throws -> Double,
    derivatives: ([Double]) throws -> Derivatives
  ) throws -> Result {
    var x = start
    var f = try value(x)
    var decrement = Double.infinity
    for iteration in 1...maximumIterations {
      let D = try derivatives(x)
      let (step, isNewton) = try Self.step(D)
      decrement = dot(D.gradient, step)
      if isNewton, decrement < Self.enough {
        let last = x.indices.map { x[$0] + step[$0] }
        let end = try derivatives(last)
        try requireCurvature(end.information)
        return Result(
          point: last, value: try value(last), derivatives: end, iterations: iteration,
          gradientNorm: Self.norm(end))
      }
      if !isNewton, decrement < 1e-8 { try requireCurvature(D.information) }
      if isNewton, decrement < 1e-6 {
        // A thousandth of a standard error: sums over rows cannot tell better from worse any more.
        x = x.indices.map { x[$0] + step[$0] }
        f = try value(x)
      } else {
        (x, f) = try advance(x, f, step, value: value)
      }
    }
    try requireCurvature(derivatives(x).information)
    throw FitError.notConverged(iterations: maximumIterations, change: decrement).fault
  }

  /// The highest maximum of several searches of one objective.
  ///
  /// - Parameter searches: each says how high it came, also where it fails.
  /// - Throws: what a search failed with that came higher than every maximum found, beyond the digits
  ///   to which sums of rows are known: the highest point is then none of them.
  static func highest(
    of searches: [(_ reached: inout Double) throws -> Result]
  ) throws -> Result {
    var best: Result?
    var highest = -Double.infinity
    var failure: any Error = FitError.singular.fault
    for search in searches {
      var reached = -Double.infinity
      do {
        let found = try search(&reached)
        if found.value > best?.value ?? -.infinity { best = found }
      } catch {
        if reached >= highest { (highest, failure) = (reached, error) }
      }
    }
    guard let best, highest <= best.value + 1e-10 * abs(best.value) else { throw failure }
    return best
  }

  /// Steps towards the maximum as long as they are longer than a hundredth of a standard error: a start
  /// for another search, which need not be a maximum.
  func approach(
    from start: [Double], value: ([Double]) throws -> Double,
    derivatives: ([Double]) throws -> Derivatives
  ) throws -> [Double] {
    var (x, f) = (start, try value(start))
    for _ in 0..<maximumIterations {
      let D = try derivatives(x)
      let step = try Self.step(D).step
      (x, f) = try advance(x, f, step, value: value)
      if dot(D.gradient, step) < 1e-4 { break }
    }
    return x
  }

  /// - Throws: `fit.unbounded` where along some direction of unit predictors a row holds less than
  ///   1e-12 of information: no finite estimate stands behind that.
  private func requireCurvature(_ information: Matrix) throws {
    let scales = sizes.map { 1 / $0 }
    let scaled = information.scalingRows(by: scales).scalingColumns(by: scales)
    guard let eigen = try? SymmetricEigen(scaled) else { throw FitError.singular.fault }
    guard let least = eigen.values.first, least < 1e-12 else { return }
    let direction = eigen.vectors.column(0).map(abs)
    let largest = direction.max() ?? 1
    let terms = names.indices.filter { direction[$0] > 0.1 * largest }.map { names[$0] }
    throw Fault(.incomplete, "fit.unbounded", ["terms": terms.joined(separator: ", ")])
  }

  /// The longest of the step, its half, its quarter… that does not lower the value.
  private func advance(
    _ x: [Double], _ f: Double, _ step: [Double], value: ([Double]) throws -> Double
  ) rethrows -> ([Double], Double) {
    var part = 1.0
    for _ in 0..<60 {
      let trial = x.indices.map { x[$0] + part * step[$0] }
      let next = try value(trial)
      // Sums of many rows are known to about this part of themselves.
      if next >= f - 1e-13 * abs(f) { return (trial, next) }
      part *= 0.5
    }
    return (x, f)
  }

  /// `(DHD + λI)⁻¹` on the gradient, D scaling the diagonal to ones, λ = 0 where that is enough.
  private static func step(_ D: Derivatives) throws -> (step: [Double], isNewton: Bool) {
    let scales = D.information.diagonal.map { 1 / max(abs($0), 1e-300).squareRoot() }
    let scaled = D.information.scalingRows(by: scales).scalingColumns(by: scales)
    let gradient = scales.indices.map { scales[$0] * D.gradient[$0] }
    var ridge = 0.0
    while ridge < 1e12 {
      if let root = try? Cholesky(scaled + Matrix.diagonal(scales.map { _ in ridge })) {
        let solution = root.solve(gradient)
        return (scales.indices.map { scales[$0] * solution[$0] }, ridge == 0)
      }
      ridge = ridge == 0 ? 1e-3 : 10 * ridge
    }
    throw FitError.singular.fault
  }

  private static func norm(_ D: Derivatives) -> Double {
    zip(D.gradient, D.information.diagonal).reduce(0) { max($0, abs($1.0) / $1.1.squareRoot()) }
  }
}
