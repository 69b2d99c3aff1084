import Demography
import Glibc
import Kernel

/// Maximum likelihood of counts with one shape and, where asked for, a part for zeros.
///
/// Starts: Poisson means; zero-inflated counts begin at the hurdle of the same count, where that has a
/// maximum, and once more at the Poisson means of the flows above zero with every second zero inflated;
/// the higher maximum is taken. A search that ends without a maximum, but higher than the other's, is
/// the answer: what the other found is then not the highest. All parameters are found together by
/// Newton's method; standard errors are those of the observed information, or the sandwich.
struct CountRegression<Density: CountDensity> {
  let id: String
  let part: ZeroPart

  func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try specification.require(zero: part != .none, random: .none, weights: true, of: id)
    let design = try CountDesign(specification, part, data, options)
    let likelihood = CountLikelihood<Density>(
      y: design.design.y, X: design.count.X, Z: design.zero?.X ?? Self.none(design.design.count),
      part: part, offset: design.design.offset, zeroOffset: design.zeroOffset,
      weights: design.design.weights)
    let found = try maximum(likelihood, design, options)
    return try CountResult(
      id: id, specification: specification, options: options, design: design,
      likelihood: likelihood, found: found, data: data
    ).fit()
  }

  private static func none(_ rows: Int) -> Matrix { Matrix(rows: rows, columns: 0) }

  private func maximum(
    _ likelihood: CountLikelihood<Density>, _ design: CountDesign, _ options: RegressionOptions
  ) throws -> NewtonMaximum.Result {
    guard part == .inflated else {
      return try climb(likelihood, design, try start(likelihood, design, options), options)
    }
    let hurdle = CountLikelihood<Density>(
      y: likelihood.y, X: likelihood.X, Z: likelihood.Z, part: .hurdle,
      offset: likelihood.offset, zeroOffset: likelihood.zeroOffset.map { $0.map { -$0 } },
      weights: likelihood.weights)
    var starts = [try start(likelihood, design, options)]
    // A hurdle without a maximum is no fault of the inflated count.
    if var point = try? climb(hurdle, design, try start(hurdle, design, options), options).point {
      for k in design.count.names.count..<(point.count - (likelihood.hasShape ? 1 : 0)) {
        point[k] = -point[k]
      }
      starts.insert(point, at: 0)
    }
    return try NewtonMaximum.highest(
      of: starts.map { start in
        { (reached: inout Double) in
          try climb(likelihood, design, start, options, reached: &reached)
        }
      })
  }

  private func climb(
    _ likelihood: CountLikelihood<Density>, _ design: CountDesign, _ start: [Double],
    _ options: RegressionOptions
  ) throws -> NewtonMaximum.Result {
    var reached = -Double.infinity
    return try climb(likelihood, design, start, options, reached: &reached)
  }

  /// - Parameter reached: the highest likelihood on the way, also of a search that fails.
  private func climb(
    _ likelihood: CountLikelihood<Density>, _ design: CountDesign, _ start: [Double],
    _ options: RegressionOptions, reached: inout Double
  ) throws -> NewtonMaximum.Result {
    let rows = Double(likelihood.y.count).squareRoot()
    let shape = likelihood.hasShape ? [rows] : []
    let search = NewtonMaximum(
      names: design.count.names + (design.zero?.names ?? []).map { "zero: \($0)" }
        + (likelihood.hasShape ? ["shape"] : []),
      sizes: (likelihood.X.columnNorms + likelihood.Z.columnNorms) + shape,
      maximumIterations: options.maximumIterations)
    func value(_ psi: [Double]) -> Double {
      let value = likelihood.value(psi)
      if value > reached { reached = value }
      return value
    }
    return try search.maximise(from: start, value: value) { psi in
      if likelihood.hasShape, Density.isPoisson(psi[psi.count - 1]) {
        throw FitError.noOverdispersion.fault
      }
      return likelihood.derivatives(psi)
    }
  }

  /// Poisson coefficients, a zero part that says nothing, and the shape by moments.
  private func start(
    _ likelihood: CountLikelihood<Density>, _ design: CountDesign, _ options: RegressionOptions
  ) throws -> [Double] {
    let rows = part == .none ? nil : likelihood.y.indices.filter { likelihood.y[$0] > 0 }
    let y = rows.map { $0.map { likelihood.y[$0] } } ?? likelihood.y
    let X = rows.map { likelihood.X.selectingRows($0) } ?? likelihood.X
    func chosen(_ column: [Double]?) -> [Double]? {
      column.map { column in rows.map { $0.map { column[$0] } } ?? column }
    }
    let (offset, weights) = (chosen(likelihood.offset), chosen(likelihood.weights))
    let beta = try PoissonStart(y: y, X: X, offset: offset, weights: weights)
      .coefficients(options)
    var start = beta + [Double](repeating: 0, count: likelihood.Z.columns)
    guard likelihood.hasShape else { return start }
    var eta = X.times(beta)
    if let offset { for row in eta.indices { eta[row] += offset[row] } }
    let shape = Density.start(y, exp(eta), weights)
    // Truncated or inflated counts may be overdispersed though the flows above zero alone are not.
    if shape == nil, part == .none { throw FitError.noOverdispersion.fault }
    start.append(shape ?? 0)
    return start
  }
}
