public import Demography
public import Projection

/// The numbers a baseline starts from, taken from observations.
public struct BaselineInputs: Sendable {
  /// Codes of the places, sorted: regions, or regions with the groups of a second state.
  public let areas: [String]
  public let cohort: CohortInputs
  /// Moves between regions with what is known of their error; `nil` leaves the rates as they are in
  /// every draw. Between regions, or between places where the moves of each group are known.
  public let flows: FlowBaseline?
  /// Persons of each cell who are held apart, a surface; empty for none. They stand in no population of
  /// `cohort`.
  public let special: [Double]
  /// Deaths per person and year, a surface; `nil` where the inputs began with survival ratios or with
  /// probabilities.
  public let deathRates: [Double]?
  /// The weakest kind among the numbers of each input.
  public let kinds: [String: Observation.Kind]

  /// - Parameters:
  ///   - areas: sorted, as many as the inputs have regions.
  public init(
    areas: [String], cohort: CohortInputs, flows: FlowBaseline? = nil,
    kinds: [String: Observation.Kind] = [:], deathRates: [Double]? = nil,
    special: [Double] = []
  ) {
    precondition(areas == areas.sorted(), "areas of a baseline are not sorted")
    precondition(areas.count == cohort.shape.regions, "\(areas.count) areas")
    precondition(
      flows.map { flows in
        flows.areas == areas
          || flows.areas.allSatisfy { region in areas.contains { $0.hasPrefix(region + ".") } }
      } ?? true, "flows between other areas")
    precondition(
      special.isEmpty || special.count == cohort.shape.cellCount, "\(special.count) special cells")
    self.special = special
    self.areas = areas
    self.cohort = cohort
    self.flows = flows
    self.kinds = kinds
    self.deathRates = deathRates
  }

  /// Collects the inputs of a baseline from observations of any vintages; the latest vintage counts.
  ///
  /// - Parameter flows: an estimate of this run, in place of the observed `FLOW_OD`; not read where the
  ///   file gives rates of moving by age.
  /// - Throws: `Faults` that name every measure, region, sex or age that is missing.
  public init(
    observations: [Observation], baseline: Baseline, regions: Codelist, flows: FlowBaseline? = nil
  ) throws(Faults) {
    var collector = InputCollector(observations, baseline, regions)
    let shape = CohortShape(regions: baseline.areas.count, ages: baseline.ages)
    let everybody = collector.population(shape)
    let special = collector.special(shape, everybody)
    let population =
      special.isEmpty ? everybody : zip(everybody, special).map { $0 - $1 }
    let isProspective = baseline.form == .prospective
    let deaths = collector.deaths(shape)
    let survival = isProspective ? deaths.map { 1 - $0 } : collector.survival(shape, deaths)
    let fertility = collector.fertility(shape)
    let moves = baseline.inputs["internal"]
    let isByAge = moves?.isByAge ?? false
    let hasMoves = !baseline.absent.contains("internal")
    let own = moves?.isByGroup == true ? nil : flows
    let estimate = isByAge || !hasMoves ? nil : own ?? collector.flows()
    let exposure = collector.exposureFactor(everybody, shape)
    let rates =
      isByAge
      ? collector.internalRatesByAge(shape)
      : collector.internalRates(shape, population, exposure, estimate)
    let emigration = collector.emigration(shape, population, exposure)
    let immigration = collector.immigration(shape)
    let internalRates = collector.groupChanges(shape, rates)
    let birthShares =
      baseline.groups == nil
      ? collector.birthShares(shape, fertility) : collector.groupBirths(shape, fertility)
    guard collector.faults.isEmpty else { throw Faults(collector.faults) }
    areas = baseline.areas
    self.special = special
    cohort = CohortInputs(
      shape: shape, population: population, survival: survival, fertility: fertility,
      sexRatioAtBirth: baseline.sexRatioAtBirth, internalRates: internalRates,
      emigration: emigration, immigration: immigration, timing: baseline.timing,
      stepYears: Double(baseline.stepYears), form: baseline.form,
      deathRates: isProspective ? [] : deaths, birthShares: birthShares)
    self.flows = estimate
    kinds = collector.kinds
    deathRates = isProspective ? nil : deaths
    do {
      try cohort.check()
    } catch {
      throw Faults(error.fault)
    }
  }
}
