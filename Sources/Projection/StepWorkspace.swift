import Kernel

/// Intermediate values of one step; nothing in it outlives the step.
public struct StepWorkspace: Sendable {
  /// A cohort whose step has to be split, kept out of the block it was found in.
  struct Split: Sendable {
    let cell: Int
    let classes: [(classIndex: Int, weights: [Double])]
    let start: [Double]
    let mortality: [Double]
    let emigration: [Double]
  }

  let regions: Int
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
  /// Exposure of each class by origin, weights included.
  var movers: [Double]
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
  var current: [SIMD4<Double>]
  var arrivals: [SIMD4<Double>]
  /// Squares of the changes that are small enough, by group.
  var tolerance: [SIMD4<Double>]
  /// Moving persons by term, region and group.
  var people: [SIMD4<Double>]

  init(_ columns: CohortBlocks, form: ProjectionForm) {
    let n = columns.shape.regions
    let surface = [Double](repeating: 0, count: columns.shape.cellCount)
    let block = [SIMD4<Double>](repeating: .zero, count: n * CohortBlocks.widest)
    regions = n
    start = [Double](repeating: 0, count: n)
    totals = start
    aged = surface
    leaving = surface
    end = surface
    movers = [Double](repeating: 0, count: n * columns.classCount)
    outLevel = movers
    if form == .rogersLifetable { lifeTable = [surface, surface, surface, surface] }
    if form == .prospective { deadArrivals = surface }
    initial = block
    mortality = block
    emigration = block
    earlyMortality = block
    earlyEmigration = block
    constant = block
    inverse = block
    current = block
    arrivals = block
    tolerance = [SIMD4<Double>](repeating: .zero, count: CohortBlocks.widest)
    people = [SIMD4<Double>](repeating: .zero, count: n * columns.widestTerms)
  }

  mutating func prepare(_ level: [Double]) {
    splits.removeAll(keepingCapacity: true)
    for k in movers.indices { movers[k] = 0 }
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

  /// Puts the block's persons, mortality and emigration side by side.
  mutating func gather(_ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates) {
    let length = columns.shape.ageSexCount
    gatherLanes(columns.cells, block.groups, rowLength: length, from: aged, into: &initial)
    gatherLanes(
      columns.cells, block.groups, rowLength: length, from: rates.mortality, into: &mortality)
    gatherLanes(columns.cells, block.groups, rowLength: length, from: leaving, into: &emigration)
  }

  /// Puts the block's survivors where they belong.
  mutating func scatter(_ block: CohortBlocks.Block, _ columns: CohortBlocks) {
    scatterLanes(
      columns.cells, block.groups, rowLength: columns.shape.ageSexCount, from: current, into: &end)
  }

  /// Adds the moving persons of a block to the exposure of its classes.
  mutating func countMovers(_ block: CohortBlocks.Block, _ columns: CohortBlocks) {
    for t in block.terms {
      let term = columns.terms[t]
      addMovers(
        rows: regions, groups: term.groups.count, counted: columns.counted,
        group: block.groups.lowerBound + term.groups.lowerBound, people, slot: term.slot,
        into: &movers, row: term.classIndex * regions)
    }
  }

  /// Books the moves of all classes.
  func bookFlows(_ level: [Double], _ ledger: inout StepLedger) {
    for g in 0..<movers.count / regions {
      addFlows(
        rates: level, movers: movers, matrix: g * regions * regions, row: g * regions,
        into: &ledger.flows, arrivals: &ledger.internalIn)
      for i in 0..<regions {
        ledger.internalOut[i] += outLevel[g * regions + i] * movers[g * regions + i]
      }
    }
  }
}
