import Demography
import Projection

/// Multiplies fertility, mortality, emigration or internal rates.
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
    guard let node = reader.required(lever.node, "path"),
      let path = reader.path(
        node, lever: lever.id, operations: [.multiply], units: ["ratio"], range: 0...100)
    else { return nil }
    return Effect(
      component: lever.component, regions: regions, origins: origins, destinations: destinations,
      mask: mask, path: path,
      claims: [lever.claim(path, regions: isInternal ? origins : regions, ages: mask)])
  }

  struct Effect: LeverEffect {
    let component: String
    let regions: [Int]
    let origins: [Int]
    let destinations: [Int]
    let mask: [Bool]
    let path: Path
    let claims: [Claim]

    var stage: Stage { .multiply }
    var ageMasks: [[Bool]] { component == "internal" ? [mask] : [] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
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
  }
}
