import Demography

/// Quarters in which a lever holds, both ends included.
struct Window: Hashable, Sendable {
  let first: QuarterIndex
  /// `nil` holds to the horizon.
  let last: QuarterIndex?

  func contains(_ quarter: QuarterIndex) -> Bool {
    quarter >= first && last.map { quarter <= $0 } ?? true
  }

  /// Part of a year that lies inside, by quarters: 0, 0.25, … 1.
  func share(year: Int) -> Double {
    let inside = (0..<4).filter { contains(QuarterIndex(year: year, quarter: $0)) }
    return Double(inside.count) / 4
  }

  /// Years touched, up to the horizon.
  func years(upTo horizon: Int) -> ClosedRange<Int> {
    let begin = min(first.number / 4, horizon)
    return begin...max(begin, min(last.map { $0.number / 4 } ?? horizon, horizon))
  }
}

extension Reader {
  /// Reads `window: {from, until}`; without `until` the window stays open.
  mutating func window(_ lever: LeverNode) -> Window? {
    guard let node = required(lever.node, "window") else { return nil }
    closed(node, ["from", "until"])
    guard let first = moment(node, "from") else { return nil }
    var last: QuarterIndex?
    if let value = node["until"] {
      guard let text = value.text, let time = QuarterIndex.read(text) else {
        report("scenario.time", ["value": value.text ?? ""], at: value.place)
        return nil
      }
      let end = time.isYear ? QuarterIndex(year: time.index.number / 4, quarter: 3) : time.index
      guard end >= first else {
        report("scenario.window-order", ["value": text], at: value.place)
        return nil
      }
      last = end
    }
    let year = first.number / 4
    if year < lever.baseline.launch || year >= lever.baseline.horizon {
      report(
        "scenario.outside-horizon",
        [
          "year": String(year), "launch": String(lever.baseline.launch),
          "horizon": String(lever.baseline.horizon),
        ], at: node["from"]?.place ?? node.place)
    }
    return Window(first: first, last: last)
  }
}
