import Demography
import Projection

/// Multiplies fertility, mortality, emigration or internal rates, or sets their level (`op: set`).
///
/// What is set is the number of children a woman would have (`children_per_woman`), or how many of a
/// thousand residents of 1 January the rates make leave in a year (`per_1000`); ages and destinations keep
/// their proportions. Mortality has no level to be set.
struct RateLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "rate", reference: "Rogers (1995), Multiregional demography, ch. 5",
    parameters: [.init("path", unit: "ratio", range: 0...100, standard: "1")])
  let keys = ["path"]
  let targetKeys = ["regions", "from", "to", "ages", "sexes"]
  let components = ["fertility", "mortality", "internal", "emigration"]
  let starter = """
    kind: rate
    target: {component: fertility}
    path: {op: multiply, unit: ratio, points: {{year}: 1.0, {horizon}: 0.9}, interpolate: linear}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let all = Array(reader.areas.indices)
    let isInternal = lever.component == "internal"
    reader.forbid(
      lever.target, isInternal ? ["regions"] : ["from", "to"], because: lever.component)
    let regions = reader.regions(lever.target, "regions", standard: all)
    let origins = reader.regions(lever.target, "from", standard: all)
    let destinations = reader.regions(lever.target, "to", standard: all)
    let mask = reader.ageMask(lever.target)
    guard let node = reader.required(lever.node, "path") else { return nil }
    let isSet = node["op"]?.text == "set" && lever.component != "mortality"
    let units =
      isSet ? [lever.component == "fertility" ? "children_per_woman" : "per_1000"] : ["ratio"]
    let operations: [Path.Operation] =
      lever.component == "mortality" ? [.multiply] : [.multiply, .set]
    let most: [String: Double] = ["children_per_woman": 15, "per_1000": 500]
    guard
      let path = reader.path(
        node, lever: lever.id, operations: operations, units: units,
        range: 0...(most[units[0]] ?? 100))
    else { return nil }
    if isSet, lever.component == "fertility" {
      reader.forbid(lever.target, ["ages", "sexes"], because: "fertility, op: set")
    }
    return Effect(
      component: lever.component, regions: regions, origins: origins, destinations: destinations,
      mask: mask, path: path,
      // Of moves the pairs are the cells.
      claims: [
        lever.claim(
          path,
          regions: isInternal
            ? origins.flatMap { i in destinations.map { i * all.count + $0 } } : regions, ages: mask
        )
      ])
  }

  struct Effect: LeverEffect {
    let component: String
    let regions: [Int]
    let origins: [Int]
    let destinations: [Int]
    let mask: [Bool]
    let path: Path
    let claims: [Claim]

    var stage: Stage { path.operation == .set ? .set : .multiply }
    var ageMasks: [[Bool]] { component == "internal" ? [mask] : [] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      if path.operation == .set {
        set(&year)
        return
      }
      guard let factor = path.value(year: year.year, year.parameters, neutral: 1) else { return }
      switch component {
      case "internal":
        year.multiplyInternal(from: origins, to: destinations, ages: mask, by: factor)
      case "fertility":
        for region in regions {
          for age in 0..<year.ages where mask[year.ages + age] {
            year.rates.fertility[region * year.ages + age] *= factor
          }
        }
      default:
        let length = 2 * year.ages
        for region in regions {
          for k in 0..<length where mask[k] {
            if component == "mortality" {
              year.rates.mortality[region * length + k] *= factor
            } else {
              year.rates.emigration[region * length + k] *= factor
            }
          }
        }
      }
    }

    /// Scales the rates of every region to the level of a year; quarters without one have the region's own.
    private func set(_ year: inout YearBuild) {
      func factor(_ own: Double) -> Double {
        (path.value(year: year.year, year.parameters, neutral: own) ?? own) / own
      }
      guard path.value(year: year.year, year.parameters, neutral: 0) != nil else { return }
      switch component {
      case "fertility":
        for region in regions {
          let cells = region * year.ages..<(region + 1) * year.ages
          let children = cells.reduce(0) { $0 + year.rates.fertility[$1] } * Double(year.ageWidth)
          guard children > 0 else { continue }
          let factor = factor(children)
          for cell in cells { year.rates.fertility[cell] *= factor }
        }
      case "internal":
        for origin in origins {
          let others = destinations.filter { $0 != origin }
          let (leaving, people) = year.leaving(from: origin, to: others, ages: mask)
          guard leaving > 0 else { continue }
          year.multiplyInternal(
            from: [origin], to: others, ages: mask, by: factor(1000 * leaving / people))
        }
      default:
        let length = 2 * year.ages
        for region in regions {
          let cells = (0..<length).filter { mask[$0] }.map { region * length + $0 }
          let people = cells.reduce(0) { $0 + year.population[$1] }
          let leaving = cells.reduce(0) {
            $0 + year.population[$1] * year.rates.emigration[$1]
          }
          guard leaving > 0 else { continue }
          let factor = factor(1000 * leaving / people)
          for cell in cells { year.rates.emigration[cell] *= factor }
        }
      }
    }
  }
}
