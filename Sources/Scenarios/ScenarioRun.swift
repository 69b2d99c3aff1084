public import Demography
public import Projection

/// A baseline and its scenarios, ready to be run on the same draws.
public struct ScenarioRun: Sendable {
  public private(set) var baseline: Baseline
  public let inputs: BaselineInputs
  public private(set) var scenarios: [Scenario]
  public let seed: UInt32
  public let draws: Int
  /// At most so many threads; as many as there are processors where absent. It changes no bit.
  public let threads: Int?
  private let frame: BaselineFrame
  private let engine: CohortEngine
  /// What any of the scenarios asks of every draw.
  let requests: RecordRequests
  /// Whether the baseline is that of the one scenario.
  private var isApart = false

  /// - Precondition: the inputs are of the baseline's areas; at least one draw, and no more than
  ///   `Baseline.check(draws:)` permits.
  public init(
    baseline: Baseline, inputs: BaselineInputs, scenarios: [Scenario], seed: UInt32, draws: Int,
    threads: Int? = nil
  ) {
    precondition(inputs.areas == baseline.areas, "inputs of other areas than the baseline's")
    precondition(
      inputs.cohort.stepYears == Double(baseline.stepYears),
      "inputs in steps of \(inputs.cohort.stepYears) years, a baseline of \(baseline.stepYears)")
    precondition(draws >= 1, "\(draws) draws")
    self.baseline = baseline
    self.inputs = inputs
    self.scenarios = scenarios.sorted { $0.id < $1.id }
    self.seed = seed
    self.draws = draws
    self.threads = threads
    requests = RecordRequests(self.scenarios)
    let effects = self.scenarios.flatMap { $0.levers.map(\.effect) }
    frame = BaselineFrame(
      baseline, inputs, masks: effects.flatMap(\.ageMasks),
      requests: effects.flatMap(\.schedules))
    var cohort = inputs.cohort
    cohort.internalRates = frame.internalRates
    // Every group of ages that any of the files asks for is a union of these.
    let flowAges = Set(
      ([baseline.flowAges] + self.scenarios.map { $0.settings.flowAges ?? [] }).joined()
    ).map { $0 / baseline.stepYears }
    if !flowAges.isEmpty {
      cohort.internalRates = frame.internalRates.countingMoves(from: flowAges.sorted())
    }
    engine = CohortEngine(inputs: cohort, schedules: frame.schedules)
  }

  /// The same run for one scenario, beside the baseline as that scenario wants it: with its horizon, its
  /// totals and the years it prints. `nil` where it wants nothing, and in that run itself.
  func apart(_ scenario: Scenario) -> ScenarioRun? {
    guard scenario.settings.changesBaseline, !isApart else { return nil }
    var own = self
    own.isApart = true
    own.scenarios = [scenario]
    own.baseline = baseline.changed(by: scenario.settings)
    return own
  }

  /// The population and the account of every year of a variant on the median path.
  ///
  /// - Parameters:
  ///   - scenario: `nil` for the baseline.
  ///   - levers: ids of the levers that are on; `nil` for those of the variant.
  public func medianPath(
    _ scenario: Scenario? = nil, variant: Scenario.Variant? = nil, levers: [String]? = nil
  ) -> [YearResult] {
    let simulation = simulation(
      scenario, variant, levers, shared: scenario == nil ? nil : medianShared(lastYear: nil))
    var record = [Double](repeating: 0, count: simulation.layout.length)
    var results: [YearResult] = []
    var span = record.mutableSpan
    simulation.run(draw: nil, record: &span) { step, population, ledger in
      results.append(
        YearResult(year: baseline.year(step), population: population, ledger: ledger))
    }
    return results
  }

  /// One year of a path.
  public struct YearResult: Sendable {
    public let year: Int
    /// Residents at the end of the year, a surface.
    public let population: [Double]
    public let ledger: StepLedger
  }

  /// Runs everything: the baseline first, then the scenarios by id, variants in the order of their file.
  ///
  /// Only the draws of the baseline, of the variant at hand and of the one it is compared with are
  /// held at a time.
  /// - Parameter progress: told the part that is done, 0 to 1.
  /// - Throws: `Faults` when people appeared or vanished in any draw.
  public func results(
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws(Faults) -> ScenarioResults {
    let total = Double(1 + scenarios.reduce(0) { $0 + $1.variants.count })
    var done = 0.0
    var tables = ResultTables(baseline, inputs, seed: seed, threads: threads)
    let paths = paths(lastYear: nil)
    let reference = DrawStore(
      simulation(nil, nil, nil, shared: SharedDraws(paths: paths, reference: nil)), draws: draws,
      threads: threads)
    try reference.check("baseline", "baseline")
    tables.add(reference, scenario: "baseline", variant: "baseline")
    done += 1
    progress?(done / total)
    var warnings = ConstraintReport(baseline, reference)?.warnings ?? []
    for scenario in scenarios {
      let finished: () -> Void = {
        done += 1
        progress?(done / total)
      }
      guard let own = apart(scenario) else {
        let shared = SharedDraws(
          paths: paths, reference: baseline.constraint == nil ? nil : reference)
        try add(scenario, to: &tables, beside: reference, shared, finished)
        continue
      }
      let store = DrawStore(
        own.simulation(nil, nil, nil, shared: SharedDraws(paths: paths, reference: nil)),
        draws: draws, threads: threads)
      try store.check(scenario.id, "baseline")
      tables.baseline = own.baseline
      tables.add(store, scenario: scenario.id, variant: "baseline")
      warnings += ConstraintReport(own.baseline, store)?.warnings ?? []
      let shared = SharedDraws(
        paths: paths, reference: own.baseline.constraint == nil ? nil : store)
      try own.add(scenario, to: &tables, beside: store, shared, finished)
      tables.baseline = baseline
    }
    return ScenarioResults(
      tables: tables.tables,
      warnings: warnings + tables.warnings
        + scenarios.flatMap { $0.warnings + plausibility($0) },
      banner: scenarios.filter(\.isAssumed).map(\.id))
  }

  /// Runs the variants of a scenario and adds their rows.
  ///
  /// - Parameter reference: the baseline the scenario is compared with.
  private func add(
    _ scenario: Scenario, to tables: inout ResultTables, beside reference: DrawStore,
    _ shared: SharedDraws, _ finished: () -> Void
  ) throws(Faults) {
    tables.addIndicators(reference, scenario, "baseline")
    tables.addThresholds(reference, scenario, "baseline")
    tables.addLevels(reference, scenario, "baseline")
    let rest = scenario.variants.filter { $0.id != scenario.comparison.against }
    let first = scenario.variants.filter { $0.id == scenario.comparison.against }
    var against = reference
    for variant in first + rest {
      let simulation = simulation(scenario, variant, nil, shared: shared)
      // Without a lever every draw is that of the baseline, bit for bit.
      let store =
        simulation.levers.isEmpty
        ? reference : DrawStore(simulation, draws: draws, threads: threads)
      try store.check(scenario.id, variant.id)
      try store.checkNobodyIsMissing(scenario.id, variant.id, beside: reference)
      try tables.addChecks(store, scenario, variant.id)
      tables.add(store, scenario: scenario.id, variant: variant.id)
      tables.addIndicators(store, scenario, variant.id)
      tables.addThresholds(store, scenario, variant.id)
      tables.addLevels(store, scenario, variant.id)
      tables.compare(store, scenario, variant.id, with: reference, named: "baseline")
      if variant.id == scenario.comparison.against {
        against = store
      } else {
        tables.compareFlows(
          store, scenario, variant.id, with: against, named: scenario.comparison.against)
        if scenario.comparison.against != "baseline" {
          tables.compare(
            store, scenario, variant.id, with: against, named: scenario.comparison.against)
        }
      }
      finished()
    }
    tables.addLevers(scenario)
    if scenario.comparison.attribution != .none { tables.add(attribution(scenario), scenario) }
  }

  func simulation(
    _ scenario: Scenario?, _ variant: Scenario.Variant?, _ levers: [String]?,
    shared: SharedDraws?
  ) -> Simulation {
    let active = (scenario?.levers ?? []).filter { lever in
      if let levers { return levers.contains(lever.id) }
      return variant?.isOn(lever) ?? lever.isEnabled
    }
    return simulation(scenario, active, variant?.set ?? [:], lastYear: nil, shared: shared)
  }

  /// - Parameters:
  ///   - lastYear: the last 1 January that is wanted, without pyramids and flows.
  ///   - shared: what other settings have in common with this one; without a run of the baseline in it,
  ///     and where every scenario is constrained by itself, this run is constrained by itself.
  func simulation(
    _ scenario: Scenario?, _ active: [Scenario.Lever], _ overrides: [String: Double],
    lastYear: Int?, shared: SharedDraws?
  ) -> Simulation {
    precondition(
      scenario.map { wanted in scenarios.contains { $0.id == wanted.id } } ?? true,
      "scenario \(scenario?.id ?? "") is none of this run, whose age classes may not hold its levers"
    )
    var found = Simulation(
      baseline: baseline, inputs: inputs, frame: frame, engine: engine, levers: active,
      parameters: scenario?.parameters ?? [], overrides: overrides, seed: seed, lastYear: lastYear,
      requests: requests)
    found.factors = baseline.constraint?.reconstrains == true ? nil : shared?.reference
    found.paths = shared?.paths
    return found
  }

  /// What all settings of a question up to a year have in common.
  ///
  /// - Throws: `Faults` as `store` does.
  func shared(lastYear: Int) throws(Faults) -> SharedDraws {
    let paths = paths(lastYear: lastYear)
    guard baseline.constraint != nil else { return SharedDraws(paths: paths, reference: nil) }
    let found = DrawStore(
      simulation(
        nil, [], [:], lastYear: lastYear, shared: SharedDraws(paths: paths, reference: nil)),
      draws: draws, threads: threads)
    try found.check("baseline", "baseline")
    return SharedDraws(paths: paths, reference: found)
  }

  private func paths(lastYear: Int?) -> DrawPaths {
    DrawPaths(
      ChanceSource(baseline, inputs, seed: seed),
      years: RecordLayout(baseline, lastYear: lastYear).steps * baseline.stepYears, draws: draws,
      threads: threads)
  }

  /// The same on the median path.
  func medianShared(lastYear: Int?) -> SharedDraws? {
    guard baseline.constraint != nil else { return nil }
    return SharedDraws(
      paths: nil,
      reference: DrawStore(median: simulation(nil, [], [:], lastYear: lastYear, shared: nil)))
  }

  /// The draws of one setting of a scenario, in which every account closes.
  ///
  /// - Parameter shared: of the same years; a run of the baseline in it is what a setting without levers
  ///   has, bit for bit.
  /// - Throws: `Faults` when a parameter has a value that is not permitted, alone or beside others, or
  ///   when an account does not close.
  func store(
    _ scenario: Scenario, _ active: [Scenario.Lever], _ overrides: [String: Double], lastYear: Int,
    shared: SharedDraws
  ) throws(Faults) -> DrawStore {
    try scenario.check(overrides, .badConfiguration)
    if active.isEmpty, let reference = shared.reference { return reference }
    let found = DrawStore(
      simulation(scenario, active, overrides, lastYear: lastYear, shared: shared), draws: draws,
      threads: threads)
    try found.check(scenario.id, active.map(\.id).joined(separator: "+"))
    return found
  }
}
