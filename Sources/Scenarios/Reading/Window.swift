import Demography

/// Days on which a lever holds, both ends included.
struct Window: Hashable, Sendable {
  let first: Day
  /// `nil` holds to the horizon.
  let last: Day?

  /// Part of a stretch of days that lies inside.
  private func share(_ days: Range<Day>) -> Double {
    let begin = max(first.number, days.lowerBound.number)
    let end = min(last.map { $0.number + 1 } ?? .max, days.upperBound.number)
    guard end > begin else { return 0 }
    return Double(end - begin) / Double(days.upperBound.number - days.lowerBound.number)
  }

  func share(_ quarter: QuarterIndex) -> Double { share(quarter.days) }

  func share(year: Int) -> Double {
    share(Day(year: year, month: 1, day: 1)..<Day(year: year + 1, month: 1, day: 1))
  }

  /// Years touched, up to the horizon.
  func years(upTo horizon: Int) -> ClosedRange<Int> {
    let begin = min(first.year, horizon)
    return begin...max(begin, min(last?.year ?? horizon, horizon))
  }
}

extension Reader {
  /// Reads `window: {from, until}`: years, quarters or days; without `until` the window stays open.
  ///
  /// - Parameter wholeQuarters: whether it begins and ends with quarters.
  mutating func window(_ lever: LeverNode, wholeQuarters: Bool = false) -> Window? {
    guard let node = required(lever.node, "window") else { return nil }
    closed(node, ["from", "until"])
    guard text(node, "from") != nil, let from = node["from"],
      let first = days(from)?.lowerBound
    else { return nil }
    var last: Day?
    if let until = node["until"] {
      guard let days = days(until) else { return nil }
      let end = Day(number: days.upperBound.number - 1)
      guard end >= first else {
        report("scenario.window-order", ["value": until.text ?? ""], at: until.place)
        return nil
      }
      last = end
    }
    if wholeQuarters {
      let next = last.map { Day(number: $0.number + 1) }
      for (day, node) in [(first, from), (next, node["until"] ?? node)] {
        guard let day, day.day != 1 || day.month % 3 != 1 else { continue }
        report("scenario.window-quarter", ["value": node.text ?? ""], at: node.place)
      }
    }
    let launch = Day(year: lever.baseline.launch, month: 1, day: 1)
    let horizon = Day(year: lever.baseline.horizon, month: 1, day: 1)
    if first < launch || first >= horizon {
      report(
        "scenario.outside-horizon",
        [
          "year": String(first.year), "launch": String(lever.baseline.launch),
          "horizon": String(lever.baseline.horizon),
        ], at: from.place)
    }
    return Window(first: first, last: last)
  }

  /// The days of a year, a quarter or a day; `nil` after a fault.
  private mutating func days(_ node: Document) -> Range<Day>? {
    let text = node.text ?? ""
    if let day = Day(text) { return day..<Day(number: day.number + 1) }
    if let time = QuarterIndex.read(text) {
      guard time.isYear else { return time.index.days }
      let year = time.index.number / 4
      return Day(year: year, month: 1, day: 1)..<Day(year: year + 1, month: 1, day: 1)
    }
    report("scenario.time", ["value": text], at: node.place)
    return nil
  }
}
