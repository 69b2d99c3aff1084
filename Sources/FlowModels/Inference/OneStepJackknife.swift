import Demography
import Kernel

/// The cluster jackknife of a full likelihood with one Newton step in place of each fit.
///
/// CR3: `V = (G−1)/G Σ_g d_g d_g'`, `d_g = H₋g⁻¹ s₋g`, with score s₋g and observed information H₋g of the rows
/// outside set g at the estimates of all rows, all parameters together: coefficients of every part, levels of
/// effects and the shape. Of a conditional logit, rows outside g are alternatives that remain. For a Poisson
/// mean this is the step of least squares with the working weights. Where H₋g leaves a direction open, such as
/// the level of an effect that is left out, the step is the shortest one, and a coefficient with a part in that
/// direction has no estimate without g. Where H₋g is negative along a direction, as that of NB1 may be without rows
/// that weigh heavily, no step leads to a maximum, and there is no error at all.
///
/// MacKinnon, Nielsen & Webb 2023, *Fast and reliable jackknife and bootstrap methods for cluster-robust
/// inference*; for likelihoods MacKinnon, Nielsen & Webb, *Cluster-robust jackknife and bootstrap inference
/// for logistic regression models* (2025).
struct OneStepJackknife {
  /// Roots of the diagonal of CR3 of the parameters asked for; `nil` where one set alone identifies one.
  let errors: [Double?]
  /// Clusters or areas without which a parameter has no estimate.
  let indispensable: [String]
  /// Those without which the information is not positive, so that no step leads to a maximum.
  let stepless: [String]

  /// - Parameters:
  ///   - places: of the parameters asked for.
  ///   - derivatives: gradient and information of some rows alone at the estimates.
  /// - Throws: `fit.singular` where all rows together leave a direction open.
  /// - Complexity: the derivatives of all rows and O(p³) for each set.
  init(
    places: [Int], rows: Int, _ sets: RowSets, threads: Int?,
    derivatives: @escaping @Sendable ([Int]) -> NewtonMaximum.Derivatives
  ) throws {
    let all = derivatives(Array(0..<rows)).information.diagonal
    guard all.allSatisfy({ $0 > 0 }) else { throw FitError.singular.fault }
    let scales = all.map { 1 / $0.squareRoot() }
    let steps = parallelMap(sets.count, threads: threads) { g -> [Double?]? in
      let rest = (0..<rows).filter { !sets.holds(g, row: $0) }
      // Without any row nothing is known of any parameter.
      return rest.isEmpty
        ? places.map { _ in nil } : Self.step(derivatives(rest), scales, places)
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

  /// - Parameter scales: in which all rows have information 1 on each parameter.
  /// - Returns: `nil` in place of parameters with a part in an open direction, `nil` alone where the information
  ///   is negative along some direction.
  private static func step(
    _ D: NewtonMaximum.Derivatives, _ scales: [Double], _ places: [Int]
  ) -> [Double?]? {
    let scaled = D.information.scalingRows(by: scales).scalingColumns(by: scales)
    guard scaled.values.allSatisfy(\.isFinite), let eigen = try? SymmetricEigen(scaled),
      let largest = eigen.values.last, largest > 0
    else { return nil }
    let gradient = scales.indices.map { scales[$0] * D.gradient[$0] }
    var step = [Double](repeating: 0, count: scales.count)
    var isOpen = [Bool](repeating: false, count: scales.count)
    for (e, value) in eigen.values.enumerated() {
      let vector = eigen.vectors.column(e)
      guard value > open * largest else {
        guard value > -open * largest else { return nil }
        for k in vector.indices where abs(vector[k]) > 1e-5 { isOpen[k] = true }
        continue
      }
      let length = dot(vector, gradient) / value
      for k in step.indices { step[k] += length * vector[k] }
    }
    return places.map { isOpen[$0] ? nil : scales[$0] * step[$0] }
  }
}

extension LikelihoodFit {
  /// The jackknife where the fit's covariance rests on few of what is independent, as of regressions; there is
  /// no bootstrap beside it, and each set is left out by one Newton step.
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
    return try fewClusters(found, limit: limit, threads: threads)
  }

  /// The jackknife over the clusters of a column, however many.
  ///
  /// - Parameters:
  ///   - column: `a^b` for joined columns, `pair(a,b)` for pairs without direction, `areas(a,b)` for the areas
  ///     at both ends.
  ///   - threads: the result has the same bits for any number.
  /// - Throws: `Faults` of the column; `fit.one-cluster`; `fit.few-clusters-too-large` where rows times
  ///   clusters are over the limit, `fit.few-clusters-family` for mixed models, of which no rows can be left
  ///   out without their effects.
  public func fewClusters(by column: String, threads: Int? = nil) throws -> FewClusters {
    try fewClusters(
      FewSets(column, basis.data, rows: rows), limit: FewClusters.limit, threads: threads)
  }

  private func fewClusters(_ few: FewSets, limit: Int, threads: Int?) throws -> FewClusters {
    guard let parting = basis as? any PartingBasis else {
      throw Fault(.usage, "fit.few-clusters-family", ["family": model])
    }
    try few.require(limit: limit, rows: observations)
    let places = parting.coefficientPlaces
    let jackknife = try OneStepJackknife(
      places: places, rows: observations, few.sets, threads: threads
    ) { parting.derivatives(of: $0) }
    let all = parts.flatMap { part in part.coefficients.map { (part.name, $0) } }
    precondition(all.count == places.count, "\(all.count) coefficients, \(places.count) places")
    return FewClusters(
      rows: all.indices.map { k in
        FewClusters.Row(
          all[k].1, part: all[k].0, jackknifeError: jackknife.errors[k],
          degrees: few.sets.count - 1, level: options.level)
      },
      column: few.column, unit: few.unit, clusters: few.sets.count, jackknife: .oneStep,
      bootstrap: nil, indispensable: jackknife.indispensable, stepless: jackknife.stepless)
  }
}
