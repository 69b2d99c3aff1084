import Glibc
import Kernel
import Projection

/// One variant of one scenario, ready to be run for any draw.
struct Simulation: Sendable {
  /// A lever that is on, with the numbers of its schedules and its place in the memory.
  struct Active: Sendable {
    let effect: any LeverEffect
    let schedules: [Int]
    let memory: Int
  }

  let baseline: Baseline
  let inputs: BaselineInputs
  let frame: BaselineFrame
  let engine: CohortEngine
  let layout: RecordLayout
  /// In the order in which they act.
  let levers: [Active]
  /// Shares of the streams of every programme that are followed apart: its countries of origin, or
  /// everybody together where it names none.
  let streams: [[Double]]
  let parameters: [Parameter]
  let overrides: [String: Double]
  let seed: UInt32
  /// A run of the baseline whose factors of the constraint are taken; `nil` finds them anew.
  var factors: DrawStore?
  /// The chance of all draws, made once for several settings; `nil` finds it draw by draw.
  var paths: DrawPaths?
  private let chance: ChanceSource
  /// `nil` where events come about as expected.
  private let noise: EventNoise?
  private let mortality: [Double]
  /// Places of one region, each with each other: from, to.
  let groupPairs: [(Int, Int)]
  /// Which of the ages of the record's flows each group is in by which the engine counts moves.
  let flowAgesOf: [Int]

  init(
    baseline: Baseline, inputs: BaselineInputs, frame: BaselineFrame, engine: CohortEngine,
    levers: [Scenario.Lever], parameters: [Parameter], overrides: [String: Double], seed: UInt32,
    lastYear: Int? = nil, requests: RecordRequests = RecordRequests()
  ) {
    self.baseline = baseline
    self.inputs = inputs
    self.frame = frame
    self.engine = engine
    layout = RecordLayout(baseline, lastYear: lastYear, requests: requests)
    let countedIn = engine.inputs.internalRates.countedIn
    let flowAges = layout.flowAges
    flowAgesOf = (0..<engine.inputs.internalRates.countedGroups).map { counted in
      let first = countedIn.firstIndex(of: counted) ?? 0
      return flowAges.count { $0 <= first } - 1
    }
    let sorted = Scenario.inOrder(levers)
    self.levers = sorted.map { lever in
      Active(
        effect: lever.effect, schedules: lever.effect.schedules.map { frame.schedule($0) },
        memory: lever.effect.memory
          + (requests.followsSettlers ? lever.effect.settlerMemory : 0))
    }
    streams = frame.originShares.map { $0.isEmpty ? [1] : $0 }
    self.parameters = parameters
    self.overrides = overrides
    self.seed = seed
    chance = ChanceSource(baseline, inputs, seed: seed)
    noise =
      baseline.noise == .poisson ? EventNoise(baseline, frame.internalRates, seed: seed) : nil
    mortality = StepRates(engine.inputs).mortality
    let places = baseline.places
    groupPairs =
      places.isGrouped
      ? places.codes.indices.flatMap { i in
        places.members(region: places.regionOf[i]).filter { $0 != i }.map { (i, $0) }
      } : []
  }

  /// Everything that goes from year to year in one draw.
  struct State {
    var deviations: [Double]
    /// Factors of the year by component, then region.
    var factors: [Double]
    /// By programme, `stream · regions + region`.
    var permits: [[PermitStock]]
    /// The rules under which the stocks of each stream of a programme are laid out.
    var rules: [[PermitProgramme]]
    /// The same programmes without levers, to see what levers change; of a programme that no lever has
    /// changed yet they are the stocks themselves and stand in `permits` alone.
    var unchangedPermits: [[PermitStock]]
    var isChanged: [Bool]
    /// Persons refused by other programmes in the quarter before, `programme · regions + region`.
    var turned: [Double]
    /// What the baseline says of the programmes in the year.
    var plainPermits: [YearBuild.PermitYear] = []
    var memories: [[Double]]
    /// Internal rates of this draw before deviations.
    let level: [Double]
    /// By how much the flows of this draw miss their margins; 0 where they meet them.
    let marginError: Double
  }

  /// Runs one draw and writes its record; `nil` is the median path.
  ///
  /// - Parameter trace: called after every year with its account.
  func run(
    draw: Int?, record: inout MutableSpan<Double>,
    trace: ((_ step: Int, _ population: [Double], _ ledger: StepLedger) -> Void)? = nil
  ) {
    let values = parameters.map { overrides[$0.name] ?? $0.value(seed: seed, draw: draw) }
    var state = makeState(draw)
    var build = YearBuild(
      year: baseline.launch, seed: seed, draw: draw, parameters: values, frame: frame,
      population: inputs.cohort.population, rates: StepRates(engine.inputs), permits: [],
      displaced: [], settlementUnmet: [])
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    write(population: build.population, step: 0, &record)
    var worst = 0.0
    var splits = 0.0
    var overdrawn = 0.0
    var negative = 0.0
    var unbounded = 0.0
    for step in 0..<layout.steps {
      if baseline.stepYears == 1 {
        prepare(&build, &state, year: step, step: step, draw: draw, &record)
      } else {
        prepareYears(&build, &state, step: step, draw: draw, &record)
      }
      if let noise, let draw { noise.apply(to: &build, draw: draw) }
      self.step(&build, &ledger, &workspace, step: step, draw: draw, &record)
      write(population: build.population, step: step + 1, &record)
      write(ledger, build, step: step, &record)
      // What is no number stays, and the check of the run refuses it.
      if !(ledger.largestResidual <= worst || worst.isNaN) { worst = ledger.largestResidual }
      splits += Double(ledger.splitCohorts)
      overdrawn += Double(ledger.overdrawnCells)
      negative += Double(ledger.negativeCells)
      if unbounded == 0, let found = ledger.unbounded {
        unbounded = layout.unbounded(found, step: step)
      }
      trace?(step, everybody(build.population), ledger)
    }
    record[layout.checkStart] = worst
    record[layout.checkStart + 1] = splits
    record[layout.checkStart + 2] = overdrawn
    // A draw without flows of its own ran on the estimate, and the check of the run refuses it.
    record[layout.checkStart + 3] = state.marginError
    record[layout.checkStart + 4] = negative
    record[layout.checkStart + 10] = unbounded
  }

  /// Rates, counts and planned moves of a year, after deviations and levers.
  ///
  /// - Parameter year: from 0 at the launch.
  func prepare(
    _ build: inout YearBuild, _ state: inout State, year: Int, step: Int, draw: Int?,
    _ record: inout MutableSpan<Double>
  ) {
    begin(&build, &state, year: year, draw: draw)
    scale(&build.rates, step: step, draw: draw, &record)
    var next = 0
    while next < levers.count && levers[next].effect.stage <= .closure {
      let lever = levers[next]
      lever.effect.apply(&build, memory: &state.memories[next], schedules: lever.schedules)
      next += 1
    }
    runPermits(&build, &state, step: step, &record)
    while next < levers.count {
      let lever = levers[next]
      lever.effect.apply(&build, memory: &state.memories[next], schedules: lever.schedules)
      next += 1
    }
  }

  private func makeState(_ draw: Int?) -> State {
    let start = baseline.programmes.indices.map { p in
      let programme = baseline.programmes[p]
      let inflow =
        programme.stock > 0 ? programme.stock / programme.quartersPerAdmission : 0
      return streams[p].flatMap { stream in
        frame.programmeShares[p].map { share in
          programme.rules.steadyStock(
            inflow: inflow * stream * share, seasons: programme.seasons)
        }
      }
    }
    let flows = level(draw)
    let deviations = [Double](repeating: 0, count: chance.width)
    return State(
      deviations: deviations, factors: deviations, permits: start,
      rules: zip(baseline.programmes, streams).map { programme, streams in
        streams.map { _ in programme.rules }
      }, unchangedPermits: start,
      isChanged: start.map { _ in false },
      turned: [Double](repeating: 0, count: baseline.programmes.count * frame.shape.regions),
      memories: levers.map { [Double](repeating: 0, count: $0.memory) }, level: flows.level,
      marginError: flows.error)
  }

  /// Internal rates as the error of the flow estimate allows in this draw; those of the estimate, with
  /// the error, where the flows of the draw do not meet their margins.
  private func level(_ draw: Int?) -> (level: [Double], error: Double) {
    var level = engine.inputs.internalRates.level
    guard let draw, chance.pairs > 0 else { return (level, 0) }
    let (ratios, error) = paths?.flows(draw) ?? chance.flows(draw)
    var place = 0
    for _ in 0..<engine.inputs.internalRates.classCount {
      for ratio in ratios {
        level[place] *= ratio
        place += 1
      }
    }
    return (level, error)
  }

  /// Stage S0: the baseline of this draw and year.
  private func begin(_ build: inout YearBuild, _ state: inout State, year step: Int, draw: Int?) {
    build.year = baseline.launch + step
    if let draw, let paths {
      paths.setFactors(&state.factors, year: step, draw: draw)
    } else {
      chance.advance(&state.deviations, into: &state.factors, step: step, draw: draw)
    }
    fill(&build.rates, state)
    followPairs(&build.rates.level, year: build.year, draw: draw)
    hold(&build)
    build.displaced = [Double](repeating: 0, count: frame.shape.regions)
    build.settlementUnmet = build.displaced
    build.settlement =
      layout.requests.followsSettlers ? .init(places: frame.shape.regions) : nil
    state.plainPermits = makePermits(build, year: step, state.factors)
    build.permits = state.plainPermits
  }

  /// Where the factors of a component stand.
  private func first(_ component: Baseline.Component) -> Int {
    (Baseline.Component.allCases.firstIndex(of: component) ?? 0) * frame.shape.regions
  }

  private func fill(_ rates: inout StepRates, _ state: State) {
    let n = frame.shape.regions
    let cohort = inputs.cohort
    func scaled(_ values: [Double], by first: Int, into result: inout [Double]) {
      scaleRows(values, by: state.factors, first..<first + n, into: &result)
    }
    scaled(mortality, by: first(.mortality), into: &rates.mortality)
    scaled(cohort.emigration, by: first(.emigration), into: &rates.emigration)
    // Of one year; those of the inputs are of the whole step.
    let coming = state.factors[first(.immigration)..<first(.immigration) + n].map {
      $0 / cohort.stepYears
    }
    scaleRows(cohort.immigration, by: coming, 0..<n, into: &rates.immigration)
    scaled(cohort.fertility, by: first(.fertility), into: &rates.fertility)
    scaleColumns(
      state.level, by: state.factors, first(.internal)..<first(.internal) + n, into: &rates.level)
    restoreGroupChanges(&rates.level, state.level)
    rates.transfers.removeAll(keepingCapacity: true)
    rates.schedules.removeAll(keepingCapacity: true)
  }

  /// Moves between each pair of regions follow their sample paths.
  private func followPairs(_ level: inout [Double], year: Int, draw: Int?) {
    guard let paths = baseline.paths[.internal], paths.isByPair else { return }
    let (n, places) = (frame.shape.regions, frame.places)
    let factors = (0..<n * n).map { pair in
      paths.factor(
        draw: draw, year: year, from: places.regionOf[pair % n], to: places.regionOf[pair / n])
    }
    for place in level.indices { level[place] *= factors[place % (n * n)] }
  }

  /// Changes of the group inside a region do not deviate with moves.
  private func restoreGroupChanges(_ level: inout [Double], _ own: [Double]) {
    let n = frame.shape.regions
    for (i, j) in groupPairs {
      for place in stride(from: j * n + i, to: level.count, by: n * n) { level[place] = own[place] }
    }
  }

  private func makePermits(
    _ build: YearBuild, year step: Int, _ factors: [Double]
  ) -> [YearBuild.PermitYear] {
    guard !baseline.programmes.isEmpty else { return [] }
    let labourForce = build.labourForce
    let first = first(.permits)
    return baseline.programmes.indices.map { p in
      let programme = baseline.programmes[p]
      let shares = frame.programmeShares[p]
      let growth = power(1 + programme.demandGrowth, Double(step))
      let inflow =
        programme.stock > 0 ? programme.stock / programme.quartersPerAdmission * growth : 0
      let quarter = shares.indices.map { inflow * shares[$0] * factors[first + $0] }
      let count = streams[p].count
      let wanted = streams[p].flatMap { stream in
        programme.seasons.flatMap { season in
          let part = 4 * season * stream
          return part == 1 ? quarter : quarter.map { $0 * part }
        }
      }
      return YearBuild.PermitYear(
        streams: count, rules: [PermitProgramme](repeating: programme.rules, count: 4 * count),
        presence: [Double](repeating: programme.presence, count: 4 * count), wanted: wanted,
        stockLimit: programme.quotaShare.map { quota in
          shares.map { quota * labourForce * $0 }
        })
    }
  }
}
