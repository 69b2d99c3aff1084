import Demography
import Projection

/// A slow change of the environment that drives people out, by age.
///
/// Out-rates are multiplied by `driver ^ response(age)`, so a file with and without the lever is the
/// pair "with minus without climate". Rigaud et al. (2018), Groundswell, World Bank.
struct ClimateLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "climate", reference: "Rigaud et al. (2018), Groundswell",
    parameters: [
      .init("path", unit: "ratio", range: 1e-3...100, standard: "1"),
      .init("response", range: -10...10, standard: "1"),
    ])
  let keys = ["driver", "path", "response"]
  let targetKeys = ["from", "ages", "sexes"]
  let components = ["internal", "emigration"]
  let starter = """
    kind: climate
    target: {component: internal, from: [{region}]}
    driver: water_stress
    path: {op: multiply, unit: ratio, points: {{year}: 1.0, {horizon}: 1.2}, interpolate: logistic}
    response: {15-34: 1.0, 35-64: 0.5}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let regions = reader.regions(lever.target, "from")
    let sexes = reader.ageMask(lever.target)
    _ = reader.text(lever.node, "driver")
    let path = reader.required(lever.node, "path").flatMap {
      reader.path(
        $0, lever: lever.id, operations: [.multiply], units: ["ratio"], range: 1e-3...100)
    }
    guard let response = lever.node["response"] else {
      // The driver itself, on the ages of the target.
      return path.map {
        Effect(
          isInternal: lever.component == "internal", regions: regions, path: $0, masks: [sexes],
          elasticities: [.fixed(1)])
      }
    }
    if let own = lever.target["ages"] {
      reader.report(
        "scenario.key-not-here", ["key": "ages", "component": "response"], at: own.place)
    }
    var classes: [(ages: ClosedRange<Int>, elasticity: Quantity)] = []
    for entry in response.entries {
      guard let ages = reader.groups(of: entry.key, at: entry.keyPlace) else { continue }
      if classes.contains(where: { $0.ages.overlaps(ages) }) {
        reader.report("scenario.age-overlap", ["value": entry.key], at: entry.keyPlace)
      }
      if let elasticity = reader.quantity(
        entry.value, name: "\(lever.id).response.\(entry.key)", in: -10...10)
      {
        classes.append((ages, elasticity))
      }
    }
    guard let path, !classes.isEmpty else {
      if response.entries.isEmpty {
        reader.report("scenario.key-missing", ["key": "response"], at: response.place)
      }
      return nil
    }
    return Effect(
      isInternal: lever.component == "internal", regions: regions, path: path,
      masks: classes.map { range in
        sexes.indices.map { sexes[$0] && range.ages.contains($0 % reader.ages) }
      }, elasticities: classes.map(\.elasticity))
  }

  struct Effect: LeverEffect {
    let isInternal: Bool
    let regions: [Int]
    let path: Path
    /// One mask of ages and sexes for each class of response.
    let masks: [[Bool]]
    let elasticities: [Quantity]

    var stage: Stage { .driver }
    var ageMasks: [[Bool]] { isInternal ? masks : [] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      guard let driver = path.value(year: year.year, year.parameters, neutral: 1) else { return }
      let all = Array(0..<year.regions)
      let length = 2 * year.ages
      for (mask, elasticity) in zip(masks, elasticities) {
        let factor = power(driver, elasticity.value(year.parameters))
        if isInternal {
          year.multiplyInternal(from: regions, to: all, ages: mask, by: factor)
          continue
        }
        for region in regions {
          for k in 0..<length where mask[k] {
            year.rates.emigration[region * length + k] *= factor
          }
        }
      }
    }
  }
}
