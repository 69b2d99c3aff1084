import Kernel

/// Rows on which a Poisson maximum does not exist, by repeated least squares.
///
/// `u` begins as 1 on zero flows. Its fit `z` among the combinations `Xγ` that vanish on positive flows
/// is found, and what is negative of it set to 0 to make the next `u`; `u` converges to a certificate
/// that is positive on every separated row, and to 0 where there is none (Correia, Guimarães & Zylkin
/// 2019). That the fit vanishes on positive flows is a constraint met by multipliers: those rows have
/// the weight 10⁴, and what the fit leaves there is taken off their target until it is nothing.
///
/// A result is accepted only as a certificate: nowhere below −10⁻⁵ of its largest value on zero flows,
/// and smaller than that on positive ones. Slower than the search of `Separation` and with these
/// constants, but nothing in it is larger than the rows.
struct IterativeRectifier {
  private let design: RegressionDesign
  private let hasIntercept: Bool

  private static let penalty = 1e4
  private static let tolerance = 1e-5
  private static let limit = 2_000

  init(_ design: RegressionDesign, hasIntercept: Bool) {
    self.design = design
    self.hasIntercept = hasIntercept
  }

  /// - Returns: certificates and their rows; `nil` when the iteration does not end.
  func find() throws -> [Separation.Finding]? {
    var findings: [Separation.Finding] = []
    var left = design
    var rows = Array(design.y.indices)
    while left.y.contains(0) {
      guard let outcome = try search(left) else { return nil }
      guard let certificate = outcome.certificate else { return findings }
      findings.append(
        Separation.Finding(
          rows: certificate.rows.map { rows[$0] },
          combination: widened(certificate.combination, from: left)))
      var isKept = [Bool](repeating: true, count: rows.count)
      for row in certificate.rows { isKept[row] = false }
      left.keep(isKept)
      rows = rows.indices.filter { isKept[$0] }.map { rows[$0] }
    }
    return findings
  }

  private struct Outcome {
    /// `nil` where there is none.
    let certificate: Separation.Finding?
  }

  /// One certificate of some of the rows; `nil` when the iteration does not end.
  private func search(_ design: RegressionDesign) throws -> Outcome? {
    let regressors = try Regressors(design, hasIntercept: hasIntercept)
    let problem = Problem(design, regressors)
    var u = problem.isZero.map { $0 ? 1.0 : 0 }
    var multipliers = [Double](repeating: 0, count: u.count)
    for _ in 0..<Self.limit {
      guard let fit = try problem.fit(u, &multipliers) else { return nil }
      let z = fit.change
      let (lowest, largest) = problem.range(z)
      guard largest > Self.tolerance else { return Outcome(certificate: nil) }
      if lowest >= -Self.tolerance * largest {
        let values = problem.projection.inRows(z)
        let rows = values.indices.filter {
          design.y[$0] == 0 && values[$0] > 10 * Self.tolerance * largest
        }
        return Outcome(
          certificate: Separation.Finding(
            rows: rows, combination: regressors.combination(fit, termCount: design.x.count)))
      }
      u = z.indices.map { problem.isZero[$0] ? max(0, z[$0]) : 0 }
    }
    return nil
  }

  /// Least squares among the combinations that vanish on positive flows, by place.
  private struct Problem {
    let projection: LevelProjection
    let isZero: [Bool]
    private let x: PlacedRegressors
    private let values: [Double]
    private let weights: LevelProjection.Weights

    init(_ design: RegressionDesign, _ regressors: Regressors) {
      projection = regressors.space.projection
      x = projection.regressors(regressors.columns, explained: regressors.starts)
      isZero = projection.placed(design.y).map { $0 == 0 }
      values = isZero.map { $0 ? 1 : IterativeRectifier.penalty }
      weights = projection.prepared(places: values)
    }

    /// The smallest and the largest value on zero flows, 0 among them.
    func range(_ z: [Double]) -> (lowest: Double, largest: Double) {
      var (lowest, largest) = (0.0, 0.0)
      for place in z.indices where isZero[place] {
        lowest = min(lowest, z[place])
        largest = max(largest, z[place])
      }
      return (lowest, largest)
    }

    /// - Parameter multipliers: of the constraint on positive flows, a start and the result.
    func fit(_ u: [Double], _ multipliers: inout [Double]) throws -> NewtonStep? {
      let goal = 1e-8 * (u.max() ?? 0)
      for _ in 0..<50 {
        let scores = u.indices.map { values[$0] * (isZero[$0] ? u[$0] : multipliers[$0]) }
        guard
          let fit = try projection.newtonStep(
            scores, weights: weights, regressors: x, reduction: 1e-11)
        else { return nil }
        var gap = 0.0
        for place in u.indices where !isZero[place] {
          gap = max(gap, abs(fit.change[place]))
          multipliers[place] -= fit.change[place]
        }
        if gap <= goal { return fit }
      }
      return nil
    }
  }

  /// A combination of the terms and levels of fewer rows among those of all.
  private func widened(_ combination: [Double], from left: RegressionDesign) -> [Double] {
    guard !hasIntercept else { return combination }
    var position = design.x.count
    var gamma = Array(combination.prefix(position))
    for (own, whole) in zip(left.effects, design.effects) {
      let values = Dictionary(
        uniqueKeysWithValues: own.levels.enumerated().map { ($1, combination[position + $0]) })
      gamma += whole.levels.map { values[$0] ?? 0 }
      position += own.count
    }
    return gamma
  }
}

extension Regressors {
  /// `γ` of each term, of the constant where there is one, and of each level, in a fit to these
  /// regressors off the effects; the largest is 1 in size.
  func combination(_ fit: NewtonStep, termCount: Int) -> [Double] {
    var terms = [Double](repeating: 0, count: termCount)
    var levels = fit.levels
    for (k, term) in kept.enumerated() {
      terms[term] = fit.coefficients[k]
      for l in levels.indices { levels[l] -= fit.coefficients[k] * starts[k][l] }
    }
    let gamma = terms + levels
    let size = gamma.map(abs).max() ?? 1
    return gamma.map { $0 / size }
  }
}
