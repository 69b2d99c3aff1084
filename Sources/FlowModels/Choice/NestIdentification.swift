import Demography
import Glibc
import Kernel

/// Whether choices tell λ, the parameter of nests, from the coefficients.
///
/// Goals: 1 no estimate where the likelihood is flat, whatever rounding makes of that; 2 the reason, in words of
/// the data; 3 no refusal where λ is merely told badly, which its error says.
struct NestIdentification {
  let likelihood: ChoiceLikelihood
  let nests: ChoiceLikelihood.Nests

  /// Part of the information about ln λ that has to be left when the coefficients are free.
  private static let leastPart = 1e-10
  /// Least information about ln λ of one chooser.
  private static let least = 1e-12
  /// How near to the border of λ a search ends that wants to go beyond.
  private static let nearness = 1e-6

  /// Finds the maximum from a point whose last parameter is ln λ.
  /// - Throws: `fit.nest-…` where λ cannot be told; otherwise as the search.
  func maximise(_ search: NewtonMaximum, from start: [Double]) throws -> NewtonMaximum.Result {
    try requireSlope(at: start)
    var last = start
    let found: NewtonMaximum.Result
    do {
      found = try search.maximise(from: start, value: { likelihood.value($0) }) { psi in
        let derivatives = likelihood.derivatives(psi)
        last = psi
        try requireInside(psi, derivatives.gradient, within: Self.nearness)
        return derivatives
      }
    } catch let fault as Fault where ["fit.unbounded", "fit.not-converged"].contains(fault.code) {
      // A search that failed for want of λ says so.
      try requireInside(last, likelihood.derivatives(last).gradient, within: 0.1)
      try requireSlope(at: last)
      throw fault
    }
    guard isTold(found.derivatives.information) else { throw fault(found.point) }
    return found
  }

  /// The information that is expected is never negative, a saddle included: it is flat only where the
  /// probabilities of all rows are.
  private func requireSlope(at psi: [Double]) throws {
    let information = likelihood.slopes(psi).gram(weights: likelihood.expected(psi))
    guard isTold(information) else { throw fault(psi) }
  }

  /// Whether enough of the information about ln λ is left beside the coefficients.
  private func isTold(_ information: Matrix) -> Bool {
    let last = information.rows - 1
    let own = information[last, last]
    guard own > Self.least * Statistics.sum(likelihood.totals) else { return false }
    let scales = information.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    let scaled = information.scalingRows(by: scales).scalingColumns(by: scales)
    let others = Array(0..<last)
    let block = scaled.selectingRows(others).selectingColumns(others)
    // Coefficients that are not told from each other are another fault, which the search names.
    guard last > 0, let root = try? Cholesky(block) else { return true }
    let shared = others.map { scaled[$0, last] }
    return 1 - dot(shared, root.solve(shared)) > Self.leastPart
  }

  private func requireInside(
    _ psi: [Double], _ gradient: [Double], within distance: Double
  ) throws {
    guard let logLambda = psi.last, let slope = gradient.last,
      ChoiceLikelihood.farthest - abs(logLambda) < distance, slope * logLambda > 0
    else { return }
    let border = Glibc.exp(logLambda < 0 ? -ChoiceLikelihood.farthest : ChoiceLikelihood.farthest)
    throw Fault(.incomplete, "fit.nest-border", ["border": text((border * 1e4).rounded() / 1e4)])
  }

  /// Why the likelihood is flat along λ.
  private func fault(_ psi: [Double]) -> Fault {
    let rows = nests.nest.count
    if nests.count == rows { return Fault(.incomplete, "fit.nest-rows") }
    if nests.count == likelihood.group.count { return Fault(.incomplete, "fit.nest-single") }
    if !variesWithin { return Fault(.incomplete, "fit.nest-level") }
    let lambda = Glibc.exp(psi.last ?? 0)
    return Fault(.incomplete, "fit.nest-flat", ["lambda": text((lambda * 1e4).rounded() / 1e4)])
  }

  /// Whether a regressor or the offset tells rows of a nest apart.
  private var variesWithin: Bool {
    let columns =
      (0..<likelihood.X.columns).map { likelihood.X.column($0) }
      + (likelihood.offset.map { [$0] } ?? [])
    return columns.contains { x in
      var (lowest, highest) = (
        [Double](repeating: .infinity, count: nests.count),
        [Double](repeating: -.infinity, count: nests.count)
      )
      for (k, m) in nests.nest.enumerated() {
        lowest[m] = min(lowest[m], x[k])
        highest[m] = max(highest[m], x[k])
      }
      let size = x.reduce(0) { max($0, abs($1)) }
      return lowest.indices.contains { highest[$0] - lowest[$0] > 1e-10 * size }
    }
  }
}
