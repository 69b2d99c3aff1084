import Demography
import Projection

/// Closes the whole border, or a whole programme, but for a residual share.
///
/// It follows every other lever on those who come (stage `closure`); planned programmes are exempt.
struct ClosureLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "closure",
    reference: "Groen (2016), Simulating refugee movements: where would you go?",
    parameters: [.init("residual", unit: "ratio", range: 0...1, standard: "0")])
  let keys = ["window", "residual"]
  let targetKeys = ["programme", "regions"]
  let components = ["immigration", "emigration", "temporary"]
  let starter = """
    kind: closure
    target: {component: immigration}
    window: {from: {year}-Q1, until: {year}-Q2}
    residual: 0.05
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let isTemporary = lever.component == "temporary"
    if !isTemporary { reader.forbid(lever.target, ["programme"], because: lever.component) }
    let regions = reader.regions(lever.target, "regions", standard: Array(reader.areas.indices))
    let window = reader.window(lever)
    let residual = reader.quantity(
      lever.node, "residual", name: lever.id + ".residual", in: 0...1, standard: 0)
    let programme = isTemporary ? reader.programme(lever.target) : nil
    guard let window, let residual, !isTemporary || programme != nil else { return nil }
    return Effect(
      component: lever.component, programme: programme, regions: regions, window: window,
      residual: residual)
  }

  struct Effect: LeverEffect {
    let component: String
    let programme: Int?
    let regions: [Int]
    let window: Window
    let residual: Quantity

    var stage: Stage { .closure }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let open = residual.value(year.parameters)
      if let programme {
        for quarter in 0..<4
        where window.contains(QuarterIndex(year: year.year, quarter: quarter)) {
          for region in regions {
            year.permits[programme].wanted[quarter * year.regions + region] *= open
          }
        }
        return
      }
      let closed = window.share(year: year.year)
      guard closed > 0 else { return }
      let kept = 1 - closed * (1 - open)
      let length = 2 * year.ages
      for region in regions {
        for cell in region * length..<(region + 1) * length {
          if component == "immigration" {
            year.rates.immigration[cell] *= kept
          } else {
            year.rates.emigration[cell] *= kept
          }
        }
      }
    }
  }
}
