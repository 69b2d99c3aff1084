public import Demography
import Kernel

/// Flows between all pairs of areas, estimated from totals and assumptions; never observed.
///
/// Both margins are the published totals to the tolerance of the specification. `lower` and `upper`
/// are quantiles over variants of the assumptions, not a statistical interval.
public struct ODEstimate: Sendable {
  public let specification: ODSpecification
  public let inputs: ODInputs
  /// Area codes, sorted.
  public let areas: [String]
  /// The point estimate, with moves inside an area on the diagonal.
  public let flows: FlowTable
  /// 5 % and 95 % quantiles of the drawn variants; equal to `flows` without draws.
  public let lower: FlowTable
  public let upper: FlowTable
  /// Whether a published share fixed the cell; origin fastest.
  public let isPinned: [Bool]
  /// Totals of moves between areas.
  public let arrivalsBetween: [Double]
  public let departuresBetween: [Double]
  /// Moves inside each area.
  public let inside: [Double]
  /// Interregional share of the areas of which none is published.
  public let uniformShare: Double
  public let sweeps: Int
  public let maxRelativeMarginError: Double
  public let drawCount: Int
  /// Variants that allowed no table and were drawn again.
  public let redrawn: Int
  private let seed: UInt32

  private static let attempts = 50

  /// - Parameters:
  ///   - draws: number of variants; 0 for none.
  ///   - seed: of the run.
  /// - Throws: `Fault` when the assumptions allow no table, saying which areas are to blame.
  /// - Complexity: O(draws · areas² · sweeps), draws in parallel with the same bits for any number of
  ///   threads.
  public static func estimate(
    _ specification: ODSpecification, _ inputs: ODInputs, seed: UInt32, draws: Int = 200,
    threads: Int? = nil
  ) throws -> ODEstimate {
    let assumptions = ODAssumptions(specification, inputs)
    let point: (margins: ODAssumptions.Margins, balanced: Balanced)
    do {
      let margins = try assumptions.margins(inputs)
      point = (margins, try assumptions.balance(specification, inputs, margins))
    } catch {
      throw error.fault(inputs.areas)
    }
    let variants = try parallelMap(draws, threads: threads) { k in
      try variant(specification, inputs, seed: seed, draw: k)
    }
    return ODEstimate(
      specification, inputs, point.margins, point.balanced, variants, seed: seed)
  }

  private init(
    _ specification: ODSpecification, _ inputs: ODInputs, _ margins: ODAssumptions.Margins,
    _ balanced: Balanced, _ variants: [(values: [Double], attempts: Int)], seed: UInt32
  ) {
    let n = inputs.areas.count
    func table(_ values: [Double]) -> FlowTable {
      FlowTable(
        areas: inputs.areas, periods: [inputs.period], values: values, kind: .modelled)
    }
    func quantile(_ p: Double, _ values: [Double]) -> [Double] {
      guard !variants.isEmpty else { return values }
      return values.indices.map { cell in Statistics.quantile(variants.map { $0.values[cell] }, p) }
    }
    self.specification = specification
    self.inputs = inputs
    self.seed = seed
    areas = inputs.areas
    let values = Self.withDiagonal(balanced.values, margins.inside)
    flows = table(values)
    lower = table(quantile(0.05, values))
    upper = table(quantile(0.95, values))
    var isPinned = [Bool](repeating: false, count: n * n)
    for cell in inputs.cells { isPinned[cell.destination * n + cell.origin] = true }
    self.isPinned = isPinned
    arrivalsBetween = margins.arrivals
    departuresBetween = margins.departures
    inside = margins.inside
    uniformShare = margins.uniformShare
    sweeps = balanced.sweeps
    maxRelativeMarginError = balanced.maxRelativeMarginError
    drawCount = variants.count
    redrawn = variants.reduce(0) { $0 + $1.attempts - 1 }
  }

  /// The k-th variant: `areas · areas` flows, origin fastest, with the diagonal, exact on the margins.
  ///
  /// - Throws: `Fault` `od.no-variant` when fifty choices of assumptions allow no table.
  public func draw(_ k: Int) throws -> [Double] {
    try Self.variant(specification, inputs, seed: seed, draw: k).values
  }

  private static func variant(
    _ specification: ODSpecification, _ inputs: ODInputs, seed: UInt32, draw k: Int
  ) throws(Fault) -> (values: [Double], attempts: Int) {
    var last: ODFailure?
    for attempt in 0..<attempts {
      let assumptions = ODAssumptions(
        specification, inputs, seed: seed, draw: k, attempt: attempt)
      do {
        let margins = try assumptions.margins(inputs)
        let balanced = try assumptions.balance(specification, inputs, margins)
        return (withDiagonal(balanced.values, margins.inside), attempt + 1)
      } catch {
        last = error
      }
    }
    throw Fault(
      .badConfiguration, "od.no-variant",
      ["draw": "\(k)", "attempts": "\(attempts)", "last": last?.fault(inputs.areas).code ?? ""])
  }

  private static func withDiagonal(_ values: [Double], _ inside: [Double]) -> [Double] {
    var values = values
    for i in inside.indices { values[i * inside.count + i] = inside[i] }
    return values
  }

  /// The flows as a run publishes them.
  ///
  /// - Parameter period: what the table calls the period.
  public func table(_ period: Period) -> Table {
    let n = areas.count
    let pairs = areas.indices.flatMap { i in areas.indices.map { (i: i, j: $0) } }
    let cells = pairs.map { $0.j * n + $0.i }
    return Table(
      "od_flows",
      [
        .text("origin", pairs.map { areas[$0.i] }),
        .text("destination", pairs.map { areas[$0.j] }),
        .text("period", pairs.map { _ in period.description }),
        .real("value", unit: "PS", cells.map { flows.values[$0] }),
        .real("lower", unit: "PS", cells.map { lower.values[$0] }),
        .real("upper", unit: "PS", cells.map { upper.values[$0] }),
        .text("kind", pairs.map { _ in "modelled" }),
        .boolean("pinned", cells.map { isPinned[$0] }),
        .text("unit", pairs.map { _ in "PS" }),
      ])
  }
}
