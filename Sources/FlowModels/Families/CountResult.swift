import Demography
import Glibc
import Kernel

/// Makes the result of a count model from its maximum.
struct CountResult<Density: CountDensity> {
  let id: String
  let specification: LikelihoodSpecification
  let options: RegressionOptions
  let design: CountDesign
  let likelihood: CountLikelihood<Density>
  let found: NewtonMaximum.Result
  let data: FlowData

  func fit() throws -> LikelihoodFit {
    let psi = found.point
    let count = design.count, zero = design.zero
    let coefficientCount = count.names.count + (zero?.names.count ?? 0)
    let shown =
      Array(count.levelCount..<count.names.count)
      + (zero.map { z in
        (z.levelCount..<z.names.count).map { count.names.count + $0 }
      } ?? [])
    let covariance = try LikelihoodCovariance(
      information: found.derivatives.information, scores: likelihood.scores(psi),
      coefficientCount: coefficientCount - design.design.nestedLevels,
      groups: design.design.clusters,
      frequencies: try design.design.frequencies(options.weighting, data)
    ).result(options.covariance, options.smallSample, shown: shown)
    let names = count.names + (zero?.names ?? [])
    let all = covariance.estimate.coefficients(
      names: shown.map { names[$0] }, estimates: shown.map { psi[$0] }, level: options.level)
    let ofCount = count.names.count - count.levelCount
    var parts = [LikelihoodFit.Part(name: "count", coefficients: Array(all.prefix(ofCount)))]
    if zero != nil {
      parts.append(LikelihoodFit.Part(name: "zero", coefficients: Array(all.dropFirst(ofCount))))
    }
    let expected = likelihood.expectations(psi)
    return LikelihoodFit(
      model: id, specification: specification, options: options, parts: parts,
      levels: levels(covariance.matrix), shapes: shape(covariance.matrix), components: [],
      covariance: covariance.estimate, collinear: count.collinear + (zero?.collinear ?? []),
      dropped: design.dropped, rows: design.rows, fitted: expected.mean,
      zeroProbability: expected.zero, parameterCount: psi.count, logLikelihood: found.value,
      iterations: found.iterations, gradientNorm: found.gradientNorm, stop: .gradient,
      basis: CountBasis(
        data: data, likelihood: likelihood, count: count.columns, zero: zero?.columns, psi: psi,
        covariance: ParameterCovariance(
          matrix: covariance.matrix, isRepaired: covariance.estimate.isRepaired),
        coefficientPlaces: shown))
  }

  private func shape(_ V: Matrix) -> [ShapeParameter] {
    guard let name = Density.shapeName else { return [] }
    let last = found.point.count - 1
    let value = Glibc.exp(found.point[last]), error = V[last, last].squareRoot()
    return [
      ShapeParameter(
        name: name, estimate: value, standardError: value * error, logStandardError: error)
    ]
  }

  private func levels(_ V: Matrix) -> [LikelihoodFit.Level] {
    (0..<design.count.levelCount).map {
      LikelihoodFit.Level(
        name: design.count.names[$0], estimate: found.point[$0],
        standardError: V[$0, $0].squareRoot())
    }
  }
}
