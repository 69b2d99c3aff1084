import Demography

/// A driver such as wages or jobs that changes internal rates through an elasticity (eq. 7).
///
/// The power of the driver stands in the file, or comes with its error from a saved fit of the model of
/// flows: `fit: {file, digest, origin, destination}`. With `mode: generate` the moves of an origin grow or fall with it; with `redistribute` as many leave
/// as before, and only where they go changes.
struct DriverLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "driver",
    reference: "Santos Silva & Tenreyro (2006), The log of gravity",
    parameters: [
      .init("path", unit: "ratio", range: 0...100, standard: "1"),
      .init("response.elasticity", range: -10...10, standard: "0.5"),
      .init("response.lag_years", unit: "years", range: 0...20, standard: "0"),
    ])
  let keys = ["driver", "path", "response"]
  let targetKeys = ["to", "ages", "sexes"]
  let components = ["internal"]
  let starter = """
    kind: driver
    target: {component: internal, to: [{region}], ages: 18-59}
    driver: relative_wage
    path: {op: multiply, unit: ratio, points: {{year}: 1.0, {horizon}: 1.1}, interpolate: linear}
    response: {elasticity: {dist: normal, mean: 0.5, sd: 0.15, bounds: [0, 2]}, side: both, lag_years: 1}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let regions = reader.regions(lever.target, "to")
    let mask = reader.ageMask(lever.target)
    _ = reader.text(lever.node, "driver")
    let path = reader.required(lever.node, "path").flatMap {
      reader.path(
        $0, lever: lever.id, operations: [.multiply], units: ["ratio"], range: 1e-3...100)
    }
    guard let response = reader.required(lever.node, "response") else { return nil }
    let powers = powers(response, lever, &reader)
    let mode = reader.choice(
      response, "mode", ["generate", "redistribute"], standard: "generate")
    if mode == "redistribute", let powers, powers.destination == nil, let own = response["mode"] {
      reader.report("scenario.redistribute-origin", ["lever": lever.id], at: own.place)
    }
    let lag = reader.whole(response, "lag_years", in: 0...20, standard: 0)
    guard let path, let powers, let lag else { return nil }
    return Effect(
      regions: regions, mask: mask, path: path, destination: powers.destination,
      origin: powers.origin, isMirrored: powers.isMirrored,
      redistributes: mode == "redistribute", lag: lag)
  }

  /// Powers of the driver where people move to and where they move from; `nil` after a fault.
  private func powers(
    _ response: Document, _ lever: LeverNode, _ reader: inout Reader
  ) -> (destination: Quantity?, origin: Quantity?, isMirrored: Bool)? {
    if let fit = response["fit"] {
      reader.closed(response, ["fit", "mode", "lag_years"])
      return reader.fittedResponse(fit).map { ($0.destination, $0.origin, false) }
    }
    reader.closed(response, ["elasticity", "side", "fit", "mode", "lag_years"])
    let elasticity = reader.quantity(
      response, "elasticity", name: lever.id + ".elasticity", in: -10...10)
    let side = reader.choice(response, "side", ["origin", "destination", "both"])
    guard let elasticity, let side else { return nil }
    return (
      side == "origin" ? nil : elasticity, side == "destination" ? nil : elasticity, true
    )
  }

  struct Effect: LeverEffect {
    let regions: [Int]
    let mask: [Bool]
    let path: Path
    let destination: Quantity?
    let origin: Quantity?
    /// Whether the power at the origin counts with the opposite sign.
    let isMirrored: Bool
    let redistributes: Bool
    let lag: Int

    var stage: Stage { .driver }
    var ageMasks: [[Bool]] { [mask] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let driver = path.value(year: year.year - lag, year.parameters, neutral: 1)
      guard let driver else { return }
      let all = Array(0..<year.regions)
      let before = redistributes ? year.outRates(ages: mask) : []
      if let destination {
        let factor = power(driver, destination.value(year.parameters))
        year.multiplyInternal(from: all, to: regions, ages: mask, by: factor)
      }
      if let origin {
        let factor = power(driver, origin.value(year.parameters))
        year.multiplyInternal(
          from: regions, to: all, ages: mask, by: isMirrored ? 1 / factor : factor)
      }
      if redistributes { year.restoreOutRates(before, ages: mask) }
    }
  }
}
