import Demography
import Projection

/// Closes the whole border, or a whole programme, but for a residual share.
///
/// It follows every other lever on those who come (stage `closure`); planned programmes are exempt.
struct ClosureLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "closure",
    reference: "Groen (2016), Simulating refugee movements: where would you go?",
    parameters: [
      .init("residual", unit: "ratio", range: 0...1, standard: "0"),
      .init("divert.fraction", range: 0...1, standard: "0"),
    ])
  let keys = ["window", "residual", "divert"]
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
    let diverted = divert(lever, regions, &reader)
    guard let window, let residual, !isTemporary || programme != nil else { return nil }
    return Effect(
      component: lever.component, programme: programme, regions: regions, window: window,
      residual: residual, diverted: diverted,
      closes: [claim(lever, programme, regions, window, reader)],
      diverts: diverted.map { [claim(lever, programme, regions + $0.to, window, reader)] } ?? [])
  }

  private func claim(
    _ lever: LeverNode, _ programme: Int?, _ regions: [Int], _ window: Window, _ reader: Reader
  ) -> Claim {
    let countries = programme.map { max(1, lever.baseline.programmes[$0].origins.count) } ?? 1
    return reader.entry(
      lever, programme, regions, Array(0..<countries), window.years(upTo: lever.baseline.horizon))
  }

  /// Reads `divert: {fraction, to: [regions]}`: those kept out who come to other regions.
  private func divert(
    _ lever: LeverNode, _ closed: [Int], _ reader: inout Reader
  ) -> (fraction: Quantity, to: [Int])? {
    guard let node = lever.node["divert"] else { return nil }
    if lever.component == "emigration" {
      reader.forbid(lever.node, ["divert"], because: lever.component)
      return nil
    }
    reader.closed(node, ["fraction", "to"])
    let fraction = reader.quantity(node, "fraction", name: lever.id + ".divert", in: 0...1)
    let open = reader.areas.indices.filter { !closed.contains($0) }
    let to = reader.regions(node, "to", standard: open)
    // Nobody's group changes on the way, so that each has to have a place to go to.
    let groups = Set(closed.map { reader.places.groupOf[$0] })
    let isWithout =
      lever.component == "immigration"
      && !groups.isSubset(of: to.map { reader.places.groupOf[$0] })
    if to.isEmpty || isWithout || to.contains(where: { closed.contains($0) }) {
      reader.report("scenario.divert-closed", [:], at: (node["to"] ?? node).place)
      return nil
    }
    return fraction.map { ($0, to) }
  }

  struct Effect: LeverEffect {
    let component: String
    let programme: Int?
    let regions: [Int]
    let window: Window
    let residual: Quantity
    /// Share of those kept out who come to other regions; `nil` for none.
    let diverted: (fraction: Quantity, to: [Int])?
    let closes: [Claim]
    let diverts: [Claim]

    var stage: Stage { .closure }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let open = residual.value(year.parameters)
      if let programme {
        for quarter in 0..<4 {
          let closed = window.share(QuarterIndex(year: year.year, quarter: quarter))
          guard closed > 0 else { continue }
          let kept = closed * (1 - open)
          if let diverted {
            turn(
              &year, programme, quarter, kept * diverted.fraction.value(year.parameters),
              diverted.to)
          }
          year.multiplyWanted(programme, quarter: quarter, regions: regions, by: 1 - kept)
        }
        return
      }
      let closed = window.share(year: year.year)
      guard closed > 0 else { return }
      let kept = 1 - closed * (1 - open)
      let length = 2 * year.ages
      if let diverted {
        turn(
          &year, closed * (1 - open) * diverted.fraction.value(year.parameters), diverted.to)
      }
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

    /// Adds a share of the immigrants of the closed regions to others, by age and sex as they are, in
    /// proportion to the others' own.
    private func turn(_ year: inout YearBuild, _ share: Double, _ to: [Int]) {
      let length = 2 * year.ages
      let totals = year.frame.shape.totals(year.rates.immigration)
      let places = year.frame.places
      // Nobody's group changes on the way.
      for group in Set(places.groupOf).sorted() {
        let closed = regions.filter { places.groupOf[$0] == group }
        let open = to.filter { places.groupOf[$0] == group }
        let weights = Self.weights(open.map { totals[$0] })
        for k in 0..<length {
          let kept = closed.reduce(0) { $0 + year.rates.immigration[$1 * length + k] } * share
          for (region, weight) in zip(open, weights) {
            year.rates.immigration[region * length + k] += kept * weight
          }
        }
      }
    }

    /// The same for a programme in a quarter, stream by stream.
    private func turn(
      _ year: inout YearBuild, _ programme: Int, _ quarter: Int, _ share: Double, _ to: [Int]
    ) {
      let n = year.regions
      for stream in year.streams(programme, nil) {
        let first = (stream * 4 + quarter) * n
        let kept = regions.reduce(0) { $0 + year.permits[programme].wanted[first + $1] } * share
        let weights = Self.weights(to.map { year.permits[programme].wanted[first + $0] })
        for (region, weight) in zip(to, weights) {
          year.permits[programme].wanted[first + region] += kept * weight
        }
      }
    }

    /// Parts of a whole; equal ones where there is nothing to be in proportion to.
    private static func weights(_ values: [Double]) -> [Double] {
      let sum = values.reduce(0, +)
      return values.map { sum > 0 ? $0 / sum : 1 / Double(values.count) }
    }
  }
}
