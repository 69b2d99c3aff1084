import Demography

/// A one-off event: when, how many persons, over how many quarters.
struct Event: Sendable {
  let at: QuarterIndex
  let magnitude: Quantity
  let quarters: Int
  /// Quarters in which the tail halves; 0 for no tail.
  let halfLife: Double

  /// Share of the magnitude that falls in a quarter. With a tail the pace of the event goes on and
  /// halves every half-life; the magnitude counts the tail in.
  func share(_ quarter: QuarterIndex) -> Double {
    let since = quarter.number - at.number
    guard since >= 0 else { return 0 }
    let ratio = halfLife > 0 ? power(0.5, 1 / halfLife) : 0
    let total = Double(quarters) + ratio / (1 - ratio)
    return (since < quarters ? 1 : power(ratio, Double(since - quarters + 1))) / total
  }

  func share(year: Int) -> Double {
    (0..<4).reduce(0) { $0 + share(QuarterIndex(year: year, quarter: $1)) }
  }
}

extension Reader {
  /// Reads `event: {at, magnitude, spread_quarters}` and `decay: {half_life_years}`.
  mutating func event(_ lever: LeverNode) -> Event? {
    guard let node = required(lever.node, "event") else { return nil }
    closed(node, ["at", "magnitude", "spread_quarters"])
    let at = moment(node, "at")
    let magnitude = quantity(node, "magnitude", name: lever.id + ".magnitude", in: 0...1e8)
    let quarters = whole(node, "spread_quarters", in: 1...80, standard: 1)
    let decay = lever.node["decay"] ?? Document(.null, at: lever.node.place)
    closed(decay, ["half_life_years"])
    let halfLife = number(decay, "half_life_years", in: 0...50, standard: 0)
    guard let at, let magnitude, let quarters, let halfLife else { return nil }
    if at.number / 4 < lever.baseline.launch || at.number / 4 >= lever.baseline.horizon {
      report(
        "scenario.outside-horizon",
        [
          "year": String(at.number / 4), "launch": String(lever.baseline.launch),
          "horizon": String(lever.baseline.horizon),
        ], at: node["at"]?.place ?? node.place)
    }
    return Event(at: at, magnitude: magnitude, quarters: quarters, halfLife: halfLife * 4)
  }
}
