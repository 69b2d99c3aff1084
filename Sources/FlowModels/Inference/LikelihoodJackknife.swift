import Demography
import Kernel

/// The cluster jackknife of a full likelihood, each set left out by a fit or by one Newton step towards it.
///
/// CR3: `V = (G−1)/G Σ_g d_g d_g'`, `d_g = θ₋g − θ` of all parameters together: coefficients of every part, levels of
/// effects and the shape. Of a conditional logit, rows outside g are alternatives that remain.
///
/// A fit is Newton's method from θ with the observed information of the rows outside g, curvature that is negative
/// turned round, steps halved until the likelihood does not fall, ended where `s' H⁻¹ s` is below 1e-16 with H not
/// negative. One step is its first alone, `H₋g⁻¹ s₋g`, for a Poisson mean that of least squares with the working
/// weights; in small tables it may be several times too long where g weighs heavily, as with NB1. Where H₋g leaves a
/// direction open, such as the level of an effect that is left out, steps are the shortest ones, and a coefficient
/// with a part in that direction has no estimate without g. Where one step starts from an H₋g that is negative along
/// a direction, or the fit does not end, there is no error at all.
///
/// MacKinnon, Nielsen & Webb 2023, *Fast and reliable jackknife and bootstrap methods for cluster-robust
/// inference*; for likelihoods MacKinnon, Nielsen & Webb, *Cluster-robust jackknife and bootstrap inference
/// for logistic regression models* (2025).
struct LikelihoodJackknife {
  /// Roots of the diagonal of CR3 of the parameters asked for; `nil` where one set alone identifies one.
  let errors: [Double?]
  /// Clusters or areas without which a parameter has no estimate.
  let indispensable: [String]
  /// Those without which the step, or the fit, leads to no maximum.
  let stepless: [String]

  /// - Parameters:
  ///   - rows: of the likelihood.
  /// - Throws: `fit.singular` where all rows together leave a direction open.
  /// - Complexity: the derivatives of all rows and O(p³) for each set and step.
  init(
    _ basis: any PartingBasis, rows: Int, _ sets: RowSets, _ kind: FewClusters.Jackknife,
    threads: Int?
  ) throws {
    let places = basis.coefficientPlaces
    let start = basis.estimates
    let all = basis.likelihood(of: Array(0..<rows)).derivatives(start).information.diagonal
    guard all.allSatisfy({ $0 > 0 }) else { throw FitError.singular.fault }
    let scales = all.map { 1 / $0.squareRoot() }
    let steps = parallelMap(sets.count, threads: threads) { g -> [Double?]? in
      let rest = (0..<rows).filter { !sets.holds(g, row: $0) }
      // Without any row nothing is known of any parameter.
      guard !rest.isEmpty else { return places.map { _ in nil } }
      let likelihood = basis.likelihood(of: rest)
      guard kind == .refit else {
        guard let step = Self.step(likelihood.derivatives(start), scales), !step.isBent
        else { return nil }
        return places.map { step.isOpen[$0] ? nil : step.move[$0] }
      }
      guard let end = Self.maximum(likelihood, from: start, scales) else { return nil }
      return places.map { end.isOpen[$0] ? nil : end.point[$0] - start[$0] }
    }
    let factor = Double(sets.count - 1) / Double(sets.count)
    errors = places.indices.map { k in
      var sum = 0.0
      for step in steps {
        guard let step, let value = step[k] else { return nil }
        sum += value * value
      }
      return (factor * sum).squareRoot()
    }
    indispensable = steps.indices.filter { steps[$0]?.contains(nil) == true }
      .map { sets.names[$0] }
    stepless = steps.indices.filter { steps[$0] == nil }.map { sets.names[$0] }
  }

  /// Part of the largest information below which a direction has none.
  private static let open = 1e-10

  private struct Step {
    let move: [Double]
    /// Of parameters with a part in a direction along which nothing is known.
    let isOpen: [Bool]
    /// Whether the information is negative along some direction, which was turned round.
    let isBent: Bool
    /// `s' |H|⁻¹ s`.
    let gain: Double
  }

  /// - Parameter scales: in which all rows have information 1 on each parameter.
  private static func step(_ D: NewtonMaximum.Derivatives, _ scales: [Double]) -> Step? {
    let scaled = D.information.scalingRows(by: scales).scalingColumns(by: scales)
    guard scaled.values.allSatisfy(\.isFinite), let eigen = try? SymmetricEigen(scaled),
      let largest = eigen.values.last, largest > 0
    else { return nil }
    let gradient = scales.indices.map { scales[$0] * D.gradient[$0] }
    var move = [Double](repeating: 0, count: scales.count)
    var isOpen = [Bool](repeating: false, count: scales.count)
    var (isBent, gain) = (false, 0.0)
    for (e, value) in eigen.values.enumerated() {
      let vector = eigen.vectors.column(e)
      guard abs(value) > open * largest else {
        for k in vector.indices where abs(vector[k]) > 1e-5 { isOpen[k] = true }
        continue
      }
      isBent = isBent || value < 0
      let length = dot(vector, gradient) / abs(value)
      gain += length * length * abs(value)
      for k in move.indices { move[k] += length * vector[k] }
    }
    return Step(
      move: zip(scales, move).map { $0 * $1 }, isOpen: isOpen, isBent: isBent, gain: gain)
  }

  /// Most Newton steps of a fit.
  private static let mostSteps = 60

  private static func maximum(
    _ likelihood: any PartLikelihood, from start: [Double], _ scales: [Double]
  ) -> (point: [Double], isOpen: [Bool])? {
    var x = start
    var f = likelihood.value(x)
    for _ in 0..<mostSteps {
      guard let step = step(likelihood.derivatives(x), scales) else { return nil }
      if !step.isBent, step.gain < 1e-16 {
        return (zip(x, step.move).map { $0 + $1 }, step.isOpen)
      }
      var part = 1.0
      while true {
        let trial = zip(x, step.move).map { $0 + part * $1 }
        let next = likelihood.value(trial)
        // Sums of many rows are known to about this part of themselves.
        if next >= f - 1e-13 * abs(f) {
          (x, f) = (trial, next)
          break
        }
        part *= 0.5
        guard part > 1e-15 else { return nil }
      }
    }
    return nil
  }
}

extension LikelihoodFit {
  /// The jackknife where the fit's covariance rests on few of what is independent, as of regressions; there is
  /// no bootstrap beside it.
  ///
  /// - Throws: as `fewClusters(by:)`; `fit.few-areas-unclear`.
  public func fewClusters(threads: Int? = nil) throws -> FewClusters? {
    guard
      let found = try FewSets.behind(
        options.covariance, effects: specification.formula.effects, basis.data, rows: rows)
    else { return nil }
    let limit =
      found.unit == .areas
      ? FewClusters.unaskedLimit / (1 + parameterCount) : FewClusters.limit
    return try fewClusters(found, nil, limit: limit, threads: threads)
  }

  /// The jackknife over the clusters of a column, however many.
  ///
  /// - Parameters:
  ///   - column: `a^b` for joined columns, `pair(a,b)` for pairs without direction, `areas(a,b)` for the areas
  ///     at both ends.
  ///   - kind: how each set is left out; `nil` by a fit where rows, sets and parameters multiply to at most
  ///     `FewClusters.refitLimit`, else by one Newton step.
  ///   - threads: the result has the same bits for any number.
  /// - Throws: `Faults` of the column; `fit.one-cluster`; `fit.few-clusters-too-large` where rows times
  ///   clusters are over the limit, `fit.few-clusters-family` for mixed models, of which no rows can be left
  ///   out without their effects.
  public func fewClusters(
    by column: String, jackknife kind: FewClusters.Jackknife? = nil, threads: Int? = nil
  ) throws -> FewClusters {
    try fewClusters(
      FewSets(column, basis.data, rows: rows), kind, limit: FewClusters.limit, threads: threads)
  }

  private func fewClusters(
    _ few: FewSets, _ kind: FewClusters.Jackknife?, limit: Int, threads: Int?
  ) throws -> FewClusters {
    guard let parting = basis as? any PartingBasis else {
      throw Fault(.usage, "fit.few-clusters-family", ["family": model])
    }
    try few.require(limit: limit, rows: observations)
    let size = observations * few.sets.count * (1 + parameterCount)
    let kind = kind ?? (size <= FewClusters.refitLimit ? .refit : .oneStep)
    let jackknife = try LikelihoodJackknife(
      parting, rows: observations, few.sets, kind, threads: threads)
    let all = parts.flatMap { part in part.coefficients.map { (part.name, $0) } }
    precondition(
      all.count == jackknife.errors.count,
      "\(all.count) coefficients, \(jackknife.errors.count) errors")
    return FewClusters(
      rows: all.indices.map { k in
        FewClusters.Row(
          all[k].1, part: all[k].0, jackknifeError: jackknife.errors[k],
          degrees: few.sets.count - 1, level: options.level)
      },
      column: few.column, unit: few.unit, clusters: few.sets.count, jackknife: kind,
      bootstrap: nil, indispensable: jackknife.indispensable, stepless: jackknife.stepless)
  }
}
