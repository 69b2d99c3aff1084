import Demography
import Kernel

extension FlowFit {
  /// Moran's I of Pearson's residuals, among flows from neighbours of the origin, to neighbours of the
  /// destination, and both: whether the fit leaves what neighbours have in common.
  ///
  /// - Parameter links: area, neighbour and, where there is a third column, its weight; rows are divided by
  ///   their sums.
  /// - Throws: `Faults` of the columns and the links; `flows.moran-pairs` where a pair stands twice, as in a
  ///   panel; `flows.residual-family`.
  public func moran(
    origin: String, destination: String, over links: FlowData
  ) throws -> [SpecificationResult] {
    guard let data = (self as? any FlowLaws)?.flowData else { return [] }
    let areas = try data.areas(origin: origin, destination: destination)
    let weights = try SpatialTables.weights(links, areas, isNormalised: true)
    let place = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
    let ends = try [origin, destination].map { try data.index(of: $0, namedAt: nil) }
    var cells: [Int: Int] = [:]
    for (k, row) in rows.enumerated() {
      let names = ends.map { data.text(row: row, column: $0) }
      guard let i = place[names[0]], let j = place[names[1]] else { continue }
      guard cells.updateValue(k, forKey: i * areas.count + j) == nil else {
        throw Faults(
          Fault(
            .usage, "flows.moran-pairs", ["pair": "\(names[0]) → \(names[1])"],
            at: data.place(row: row, column: ends[0])))
      }
    }
    let residuals = try residuals(.pearson, seed: 0)
    let order = cells.keys.sorted()
    guard order.count > 2 else { throw FitError.singular.fault }
    let lags = FlowLags(
      origins: weights, destinations: weights,
      pairs: order.map { ($0 / areas.count, $0 % areas.count) })
    let values = order.compactMap { cells[$0].map { residuals[$0] } }
    // Without a flow from, or to, a neighbour there is nothing to be alike to.
    let kinds = FlowMoran.Neighbourhood.allCases.filter { lags.pairWeights($0).linkCount > 0 }
    guard !kinds.isEmpty else { throw Fault(.badData, "spatial.no-links") }
    return kinds.map { neighbourhood in
      let found = FlowMoran(values, over: lags, by: neighbourhood)
      return SpecificationResult(
        test: "moran",
        estimates: [
          .init(
            term: "I(\(neighbourhood.rawValue))", value: found.value,
            standardError: found.variance.squareRoot())
        ],
        statistic: found.statistic, distribution: .normal, degreesOfFreedom: nil,
        pValue: found.pValue, rows: values.count)
    }
  }
}
