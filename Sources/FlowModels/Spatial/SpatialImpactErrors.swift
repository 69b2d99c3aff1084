public import Demography
import Kernel

/// Impacts of an attribute with what the errors of the coefficients leave of them.
///
/// Coefficients are drawn from the normal distribution at the estimates with their covariance, and every
/// draw has its own impacts, for these bend with the dependence (LeSage & Pace 2009, ch. 2.7). A draw
/// outside the region in which the model has a likelihood is drawn again, and counted.
public struct SpatialImpactErrors: Sendable {
  /// One kind of flow that a change of the attribute reaches.
  public struct Row: Hashable, Sendable {
    public let attribute: String
    /// `origin`, `destination`, `intra`, `network` or `total`.
    public let kind: String
    /// At the estimates.
    public let estimate: Double
    /// Standard deviation of the draws.
    public let standardError: Double
    /// Quantiles of the draws.
    public let low: Double
    public let high: Double
  }

  public let rows: [Row]
  public let draws: Int
  /// Draws that lay outside and were drawn again.
  public let outside: Int

  static let kinds: [(name: String, value: @Sendable (SpatialImpact) -> Double)] = [
    ("origin", { $0.origin }), ("destination", { $0.destination }), ("intra", { $0.intra }),
    ("network", { $0.network }), ("total", { $0.total }),
  ]

  public var table: Table {
    Table(
      "impacts",
      [
        .text("attribute", rows.map(\.attribute)), .text("impact", rows.map(\.kind)),
        .real("estimate", rows.map(\.estimate)), .real("std_error", rows.map(\.standardError)),
        .real("conf_low", rows.map(\.low)), .real("conf_high", rows.map(\.high)),
      ])
  }
}

extension SpatialFlowFit {
  /// Draws that are taken where nobody says how many: of impacts in closed form, and of such as take the
  /// solution of a system for each area.
  public var standardImpactDraws: Int { hasSeries ? 500 : 100 }

  /// Impacts of some attributes with errors and intervals.
  ///
  /// - Parameters:
  ///   - level: coverage of the intervals.
  ///   - threads: the result has the same bits for any number; draw k has stream k.
  /// - Throws: as `impacts`; `spatial.impact-draws` where a draw inside the region is not to be had.
  /// - Complexity: `draws` times that of `impacts`.
  public func impactErrors(
    of attributes: [String], draws: Int, seed: UInt32, level: Double, threads: Int? = nil
  ) throws -> SpatialImpactErrors {
    precondition(draws > 1, "\(draws) draws")
    let estimates = try attributes.map { try impacts(of: $0) }
    let region = try FlowRegion(self)
    let root = try coefficientRoot()
    let key = StreamKey(seed: seed, stream: "flows.sar.impacts")
    let powers = powerSums
    let moved: [(SpatialFlowFit, Int)] = try parallelMap(draws, threads: threads) { k in
      try region.draw(self, root, key, k)
    }
    let found: [[SpatialImpact]] = try parallelMap(draws, threads: threads) { k in
      try attributes.map { try moved[k].0.impacts(of: $0, powers: powers, threads: 1) }
    }
    let tail = 0.5 * (1 - level)
    var rows: [SpatialImpactErrors.Row] = []
    for (a, attribute) in attributes.enumerated() {
      for kind in SpatialImpactErrors.kinds {
        let values = found.map { kind.value($0[a]) }
        let ends = Statistics.quantiles(values, [tail, 1 - tail])
        rows.append(
          .init(
            attribute: attribute, kind: kind.name, estimate: kind.value(estimates[a]),
            standardError: Statistics.standardDeviation(values), low: ends[0], high: ends[1]))
      }
    }
    return SpatialImpactErrors(
      rows: rows, draws: draws, outside: moved.reduce(0) { $0 + $1.1 })
  }

  /// The lower factor of the covariance of the coefficients, σ² left out.
  private func coefficientRoot() throws -> Matrix {
    let size = Int(Double(covarianceMatrix.count).squareRoot().rounded())
    let count = coefficients.count
    var V = Matrix(rows: count, columns: count)
    for a in 0..<count {
      for b in 0..<count { V[a, b] = covarianceMatrix[a * size + b] }
    }
    let scales = V.diagonal.map { $0.squareRoot() }
    let scaled = V.scalingRows(by: scales.map { 1 / $0 }).scalingColumns(by: scales.map { 1 / $0 })
    do {
      return try Cholesky(scaled).factor.scalingRows(by: scales)
    } catch {
      throw Fault(.incomplete, "spatial.impact-draws", ["draws": "0"])
    }
  }
}

/// Where a spatial model has a likelihood.
private struct FlowRegion: Sendable {
  private let determinant: FlowLogDeterminant
  private let bounds: (origins: Double, destinations: Double)
  private static let mostAttempts = 1000

  init(_ fit: SpatialFlowFit) throws {
    determinant = fit.form == .independent ? .independent : try FlowLogDeterminant(fit.design.lags)
    func largest(_ W: SpatialWeights) -> Double {
      (0..<W.count).map { W.links(of: $0).reduce(0) { $0 + $1.weight } }.max() ?? 0
    }
    bounds = (largest(fit.design.lags.origins), largest(fit.design.lags.destinations))
  }

  /// The fit at draw k, and how many attempts lay outside before.
  func draw(
    _ fit: SpatialFlowFit, _ root: Matrix, _ key: StreamKey, _ k: Int
  ) throws -> (SpatialFlowFit, Int) {
    let free = fit.form.parameters.count
    for attempt in 0..<Self.mostAttempts {
      var stream = RandomStream(key, unit: UnitKey(number: 0), draw: k, time: attempt)
      let step = root.times(stream.normals(fit.coefficients.count))
      let drawn = fit.coefficients.indices.map { fit.coefficients[$0].estimate + step[$0] }
      if try holds(fit.form.dependence(Array(drawn.prefix(free)))) {
        return (fit.moved(to: drawn), attempt)
      }
    }
    throw Fault(.incomplete, "spatial.impact-draws", ["draws": "\(Self.mostAttempts)"])
  }

  private func holds(_ rho: [Double]) throws -> Bool {
    let (o, d) = bounds
    if abs(rho[0]) * d + abs(rho[1]) * o + abs(rho[2]) * o * d < 1 { return true }
    return try determinant.value(rho) != nil
  }
}
