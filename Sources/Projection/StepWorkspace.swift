import Kernel

/// Intermediate values of one step; nothing in it outlives the step.
public struct StepWorkspace: Sendable {
  /// A cohort whose step has to be split, kept out of the block it was found in.
  struct Split: Sendable {
    let cell: Int
    let streams: [(stream: Int, weights: [Double])]
    let start: [Double]
    let mortality: [Double]
    let emigration: [Double]
  }

  let regions: Int
  let classOfStream: [Int]
  /// Persons of each region at the start of the step.
  var start: [Double]
  /// Persons of each region at its end.
  var totals: [Double]
  /// Persons at the start of the step by the age and sex they end it in, a surface; newborns at age 0.
  var aged: [Double]
  /// Emigrants per person over the step, a surface.
  var leaving: [Double]
  /// In Rogers' form what a person loses to death and to emigration in the half step of the age at the
  /// start, then in that of the age at the end, surfaces by the age at the end; else empty.
  var lifeTable: [[Double]] = []
  /// In the prospective form immigrants who die in the step, a surface; else empty.
  var deadArrivals: [Double] = []
  /// Survivors at the end of the step, before immigrants of its end; a surface.
  var end: [Double]
  /// Exposure of each stream by origin, weights included.
  var movers: [Double]
  /// Deaths and emigrants by region and lane.
  var dead: [SIMD4<Double>]
  var abroad: [SIMD4<Double>]
  /// Out-rate of each class and origin at intensity 1.
  var outLevel: [Double]
  var splits: [Split] = []

  // For the block at hand, by region, then group.
  var initial: [SIMD4<Double>]
  var mortality: [SIMD4<Double>]
  var emigration: [SIMD4<Double>]
  /// In Rogers' form the loss of those at the start to death and to emigration.
  var earlyMortality: [SIMD4<Double>]
  var earlyEmigration: [SIMD4<Double>]
  var constant: [SIMD4<Double>]
  var inverse: [SIMD4<Double>]
  var halfOut: [SIMD4<Double>]
  var current: [SIMD4<Double>]
  var arrivals: [SIMD4<Double>]
  /// Iterates that an extrapolation starts from.
  var first: [SIMD4<Double>]
  var second: [SIMD4<Double>]
  /// Persons whose exposure is counted.
  var exposed: [SIMD4<Double>]
  /// Groups of the block that `arrivals` and `constant` were left by in this step; 0 for none.
  var before = 0
  /// Squares of the changes that are small enough, by group.
  var tolerance: [SIMD4<Double>]
  /// Moving persons by term, region and group.
  var people: [SIMD4<Double>]

  init(_ columns: CohortBlocks, form: ProjectionForm) {
    let n = columns.shape.regions
    let surface = [Double](repeating: 0, count: columns.shape.cellCount)
    let block = [SIMD4<Double>](repeating: .zero, count: n * CohortBlocks.widest)
    regions = n
    classOfStream = columns.streams.map(\.classIndex)
    start = [Double](repeating: 0, count: n)
    totals = start
    aged = surface
    leaving = surface
    end = surface
    movers = [Double](repeating: 0, count: n * columns.streams.count)
    outLevel = [Double](repeating: 0, count: n * columns.classCount)
    dead = [SIMD4<Double>](repeating: .zero, count: n)
    abroad = dead
    if form == .rogersLifetable { lifeTable = [surface, surface, surface, surface] }
    if form == .prospective { deadArrivals = surface }
    initial = block
    mortality = block
    emigration = block
    earlyMortality = block
    earlyEmigration = block
    constant = block
    inverse = block
    halfOut = block
    current = block
    arrivals = block
    first = block
    second = block
    exposed = block
    tolerance = [SIMD4<Double>](repeating: .zero, count: CohortBlocks.widest)
    people = [SIMD4<Double>](repeating: .zero, count: n * columns.widestTerms)
  }

  mutating func prepare(_ level: [Double]) {
    splits.removeAll(keepingCapacity: true)
    before = 0
    for k in movers.indices { movers[k] = 0 }
    for i in dead.indices {
      dead[i] = .zero
      abroad[i] = .zero
    }
    for g in 0..<outLevel.count / regions {
      setColumnSums(
        of: level, matrix: g * regions * regions, order: regions, into: &outLevel, row: g * regions)
    }
  }

  /// The larger of two values in every lane.
  @inline(__always)
  static func larger(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> SIMD4<Double> {
    a.replacing(with: b, where: b .> a)
  }

  func cells(of block: CohortBlocks.Block, _ columns: CohortBlocks) -> BlockCells {
    BlockCells(regions: regions, groups: block.groups, length: columns.shape.ageSexCount)
  }

  /// Puts the block's persons, mortality and emigration side by side.
  mutating func gather(_ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates) {
    takeCells(
      cells(of: block, columns), columns.cells, aged, rates.mortality, leaving, into: &initial,
      &mortality, &emigration)
  }

  /// Puts the block's survivors where they belong.
  mutating func scatter(_ block: CohortBlocks.Block, _ columns: CohortBlocks) {
    scatterLanes(
      columns.cells, block.groups, rowLength: columns.shape.ageSexCount, from: current, into: &end)
  }

  /// Adds the exposed persons of a block to the movers of its streams.
  mutating func countMovers(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ weights: [SIMD4<Double>],
    _ persons: [SIMD4<Double>]
  ) {
    countExposed(
      regions: regions, width: block.groups.count, columns.counts, block.counts, weights: weights,
      exposed: persons, into: &movers)
  }

  /// Books deaths and emigrants, and the moves of all streams in place of those of the step before.
  func book(_ columns: CohortBlocks, _ level: [Double], _ ledger: inout StepLedger) {
    for i in 0..<regions {
      ledger.deaths[i] += dead[i].sum()
      ledger.emigration[i] += abroad[i].sum()
    }
    for (s, stream) in columns.streams.enumerated() {
      let (g, f) = (stream.classIndex, stream.countedIn)
      bookFlows(
        rates: level, matrix: g * regions * regions, movers: movers, row: s * regions,
        isFirst: s == 0 || columns.streams[s - 1].countedIn != f, into: &ledger.flows,
        table: f * regions * regions, arrivals: &ledger.internalIn)
      for i in 0..<regions {
        ledger.internalOut[i] += outLevel[g * regions + i] * movers[s * regions + i]
      }
    }
  }
}
