import Demography
import Projection

// Moves between regions, emigrants and immigrants, and the ages they are spread over.

extension InputCollector {
  mutating func flows() -> FlowBaseline? {
    let n = pairPlaces
    // No group moves into another.
    func canMove(_ i: Int, _ j: Int) -> Bool {
      guard isInternalByGroup else { return i != j }
      let places = baseline.places
      return places.isMove(i, j) && places.groupOf[i] == places.groupOf[j]
    }
    var values = [Double](repeating: .nan, count: n * n)
    var lower = values
    var upper = values
    var kind = Observation.Kind.observed
    var absent = 0
    var source = ""
    for j in 0..<n {
      for i in 0..<n {
        guard let cell = matrix[j * n + i], let value = cell.value else {
          if canMove(i, j) { absent += 1 }
          if isInternalByGroup && !canMove(i, j) { values[j * n + i] = 0 }
          continue
        }
        values[j * n + i] = value
        lower[j * n + i] = cell.lower ?? .nan
        upper[j * n + i] = cell.upper ?? .nan
        kind = max(kind, cell.kind)
        source = cell.source
      }
    }
    guard absent == 0 else {
      missing("internal", nil, absent, of: input("internal").measure)
      return nil
    }
    kinds["internal"] = kind
    return FlowBaseline(
      areas: isInternalByGroup ? baseline.areas : baseline.regions, values: values, lower: lower,
      upper: upper, level: 0.9, kind: kind,
      source: source)
  }

  /// Launch population over the mean population of the year before, by region: the flows of that year
  /// divided by the launch population and multiplied by this are rates per person-year. With the
  /// prospective form over the population at the beginning of that year, which gives probabilities.
  mutating func exposureFactor(_ population: [Double], _ shape: CohortShape) -> [Double] {
    let totals = shape.totals(population)
    let places = baseline.places
    func factor(_ before: Double, _ now: Double) -> Double {
      guard before + now > 0 else { return 1 }
      if baseline.form == .prospective { return before > 0 ? now / before : 1 }
      return now / ((before + now) / 2)
    }
    return totals.indices.map { region in
      if let before = previousTotals[region]?.value { return factor(before, totals[region]) }
      // Of a group whose total of the year before is not known the region as a whole tells.
      let own = places.regionOf[region]
      guard let before = previousOfEverybody[own]?.value else { return 1 }
      return factor(before, places.members(region: own).reduce(0) { $0 + totals[$1] })
    }
  }

  /// A schedule by sex and age: of the country, the same in all regions.
  private mutating func schedule(_ name: String, _ shape: CohortShape) -> [Double] {
    let measure = input(name).ageSchedule
    var absent = 0
    var values = [Double](repeating: 0, count: shape.ageSexCount)
    for k in values.indices {
      let key = Key(measure: measure, area: -1, sex: k / shape.ages, age: k % shape.ages)
      if let value = value(name, key) { values[k] = value } else { absent += 1 }
    }
    if absent > 0 { missing(name, nil, absent, of: measure) }
    return values
  }

  mutating func internalRates(
    _ shape: CohortShape, _ population: [Double], _ exposure: [Double], _ flows: FlowBaseline?
  ) -> InternalRates {
    let n = shape.regions
    guard !baseline.absent.contains("internal") else {
      return .factored(
        shape: shape, originLevel: [Double](repeating: 0, count: n),
        ageProfile: [Double](repeating: 1, count: shape.ageSexCount),
        shares: [Double](repeating: 0, count: n * n))
    }
    let profile = schedule("internal", shape)
    let relative = relativeExposure(profile, population, shape)
    let factor = input("internal").factor
    if let flows, baseline.groups != nil, !isInternalByGroup {
      return sharedRates(shape, profile, relative, exposure, flows)
    }
    var level = [Double](repeating: 0, count: n)
    var shares = [Double](repeating: 0, count: n * n)
    if let flows {
      for i in 0..<n where relative[i] > 0 {
        let out = (0..<n).filter { $0 != i }.reduce(0) { $0 + flows.values[$1 * n + i] }
        level[i] = factor * exposure[i] * out / relative[i]
        for j in 0..<n where j != i && out > 0 { shares[j * n + i] = flows.values[j * n + i] / out }
      }
    }
    return .factored(shape: shape, originLevel: level, ageProfile: profile, shares: shares)
  }

  /// The flows of everybody over the movers of all groups of their origin: each group moves alike.
  private func sharedRates(
    _ shape: CohortShape, _ profile: [Double], _ relative: [Double], _ exposure: [Double],
    _ flows: FlowBaseline
  ) -> InternalRates {
    let places = baseline.places
    let (n, m) = (shape.regions, places.regions.count)
    let factor = input("internal").factor
    var level = [Double](repeating: 0, count: n)
    var shares = [Double](repeating: 0, count: n * n)
    for region in 0..<m {
      let movers = Self.sharedExposure(relative, exposure, places.members(region: region))
      let out = (0..<m).filter { $0 != region }.reduce(0) { $0 + flows.values[$1 * m + region] }
      guard movers > 0, out > 0 else { continue }
      for origin in places.members(region: region) {
        level[origin] = factor * out / movers
        for to in 0..<m where to != region {
          let destination = places.place(region: to, group: places.groupOf[origin])
          shares[destination * n + origin] = flows.values[to * m + region] / out
        }
      }
    }
    return .factored(shape: shape, originLevel: level, ageProfile: profile, shares: shares)
  }

  /// Person-years at relative intensity of all groups of a region, in the year their flows are of.
  private static func sharedExposure(
    _ relative: [Double], _ exposure: [Double], _ members: [Int]
  ) -> Double {
    members.reduce(0) { $0 + relative[$1] / exposure[$1] }
  }

  private func relativeExposure(
    _ profile: [Double], _ population: [Double], _ shape: CohortShape
  ) -> [Double] {
    (0..<shape.regions).map { region in
      (0..<shape.ageSexCount).reduce(0) {
        $0 + profile[$1] * population[region * shape.ageSexCount + $1]
      }
    }
  }

  private mutating func regionTotals(_ name: String) -> [Double] {
    let measure = input(name).measure
    return baseline.areas.indices.map { region in
      let key = Key(measure: measure, area: region, sex: 2, age: -1)
      guard let value = value(name, key) else {
        missing(name, region, 1, of: measure)
        return 0
      }
      return value * input(name).factor
    }
  }

  mutating func emigration(
    _ shape: CohortShape, _ population: [Double], _ exposure: [Double]
  ) -> [Double] {
    if baseline.absent.contains("emigration") {
      return [Double](repeating: 0, count: shape.cellCount)
    }
    if input("emigration").isByAge { return surfaceByAge("emigration", shape) }
    let totals = regionTotals("emigration")
    let profile = schedule("emigration", shape)
    let relative = relativeExposure(profile, population, shape)
    var rates = [Double](repeating: 0, count: shape.cellCount)
    let isShared = baseline.groups != nil && !input("emigration").isByGroup
    for region in 0..<shape.regions where relative[region] > 0 {
      let places = baseline.places
      let level =
        isShared
        ? totals[region]
          / Self.sharedExposure(
            relative, exposure, places.members(region: places.regionOf[region]))
        : exposure[region] * totals[region] / relative[region]
      for k in 0..<shape.ageSexCount { rates[region * shape.ageSexCount + k] = level * profile[k] }
    }
    return rates
  }

  mutating func immigration(_ shape: CohortShape) -> [Double] {
    if baseline.absent.contains("immigration") {
      return [Double](repeating: 0, count: shape.cellCount)
    }
    if input("immigration").isByAge { return ofStep(surfaceByAge("immigration", shape)) }
    let totals = regionTotals("immigration")
    let shares = schedule("immigration", shape)
    let sum = shares.reduce(0, +)
    guard sum > 0 else { return [Double](repeating: 0, count: shape.cellCount) }
    return ofStep(totals.flatMap { total in shares.map { total * $0 / sum } })
  }
}
