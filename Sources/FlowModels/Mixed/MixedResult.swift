import Demography
import Glibc
import Kernel

/// Makes the result of a mixed model from its maximum.
struct MixedResult {
  let id: String
  let specification: LikelihoodSpecification
  let options: RegressionOptions
  let design: RegressionDesign
  let part: PartDesign
  let likelihood: LaplaceLikelihood
  /// What the responses were divided by.
  let unit: Double
  let found: NewtonMaximum.Result
  let mode: LaplaceLikelihood.Mode
  let data: FlowData

  func fit() throws -> LikelihoodFit {
    let point = likelihood.point(found.point)
    let random = likelihood.random
    let normals = random.groupings[0].count + random.borderCount
    let beta = (likelihood.isRestricted ? Array(mode.u[normals...]) : point.beta).map { unit * $0 }
    let V = try unit * unit * ofCoefficients()
    let shown = Array(part.levelCount..<part.names.count)
    let values = shown.flatMap { i in shown.map { V[i, $0] } }
    let covariance = CovarianceEstimate(
      kind: .iid, rule: .none, factor: 1, matrix: values, unrepaired: values, groupCounts: [:],
      lag: nil, fullLeverageRows: 0, degreesOfFreedom: nil)
    let basis = MixedBasis(
      data: data, response: design.y, likelihood: likelihood, columns: part.columns,
      psi: found.point, mode: mode,
      covariance: likelihood.response == .normal
        ? nil : try found.derivatives.information.positiveInverse(), unit: unit)
    return LikelihoodFit(
      model: id, specification: specification, options: options,
      parts: [
        LikelihoodFit.Part(
          name: "fixed",
          coefficients: covariance.coefficients(
            names: shown.map { part.names[$0] }, estimates: shown.map { beta[$0] },
            level: options.level))
      ],
      levels: (0..<part.levelCount).map {
        LikelihoodFit.Level(
          name: part.names[$0], estimate: beta[$0], standardError: V[$0, $0].squareRoot())
      }, shapes: try shapes(point), components: components(point), covariance: covariance,
      collinear: part.collinear, dropped: design.dropped, rows: design.rows,
      fitted: (basis.laws ?? []).map(\.mean),
      zeroProbability: [],
      parameterCount: likelihood.parameterCount + (likelihood.isRestricted ? beta.count : 0),
      logLikelihood: found.value - degrees * Glibc.log(unit), iterations: found.iterations,
      gradientNorm: found.gradientNorm,
      stop: .gradient, basis: basis)
  }

  /// How many densities of the response there are: of as many contrasts where β is integrated out.
  private var degrees: Double {
    Double(likelihood.y.count - (likelihood.isRestricted ? likelihood.X.columns : 0))
  }

  /// Of normal rows the inverse of the joint precision of effects and coefficients at the variances
  /// found; of others the inverse information of all parameters.
  private func ofCoefficients() throws -> Matrix {
    let p = part.names.count
    guard likelihood.response == .normal else {
      return try found.derivatives.information.positiveInverse().topLeft(p)
    }
    let whole = LaplaceLikelihood(
      y: likelihood.y, X: likelihood.X, random: likelihood.random, response: .normal,
      isRestricted: true)
    let variances = Array(found.point[likelihood.fixedCount...])
    do {
      let system = try whole.mode(variances, from: nil).system
      let start = likelihood.random.borderCount
      var V = Matrix(rows: p, columns: p)
      for i in 0..<p { for j in 0..<p { V[i, j] = system.core[start + i, start + j] } }
      return V
    } catch {
      throw error.fault
    }
  }

  private func shapes(_ point: LaplaceLikelihood.Point) throws -> [ShapeParameter] {
    guard likelihood.response.hasShape else { return [] }
    let V = try found.derivatives.information.positiveInverse()
    let last = V.rows - 1
    let error = V[last, last].squareRoot()
    let value = unit * Glibc.exp(point.tau)
    return [
      ShapeParameter(
        name: likelihood.response == .normal ? "sigma" : "theta", estimate: value,
        standardError: value * error, logStandardError: error)
    ]
  }

  private func components(
    _ point: LaplaceLikelihood.Point
  ) -> [LikelihoodFit.VarianceComponent] {
    let random = likelihood.random
    return random.names.indices.map { k in
      let start = k == 0 ? 0 : random.groupings[0].count + random.offsets[k]
      let count = random.groupings[k].count
      let sigma = unit * point.sigma[k]
      return LikelihoodFit.VarianceComponent(
        name: random.names[k], levels: random.groupings[k].levels, variance: sigma * sigma,
        isAtBoundary: abs(point.sigma[k]) < 1e-6,
        effects: (start..<(start + count)).map { sigma * mode.u[$0] })
    }
  }
}

extension Matrix {
  /// The first p rows and columns.
  func topLeft(_ p: Int) -> Matrix {
    selectingRows(Array(0..<p)).selectingColumns(Array(0..<p))
  }
}
