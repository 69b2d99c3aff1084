import Demography
import Projection
import Words

// What vintages of the data said and forecast.

extension ProjectionDesk {
  /// The revision triangle of regional totals.
  ///
  /// - Throws: `hindcast.vintage-few` for fewer than two vintages, `hindcast.vintage-unknown` for one that
  ///   the file has not, `hindcast.vintage-regions` where vintages have other regions.
  func triangle(
    _ request: HindcastRequest, _ names: String, breaks: BreakRequest, _ overrides: Plan.Overrides
  ) throws -> Answer {
    let wanted = try vintages(request, names)
    guard wanted.count >= 2 else {
      throw Fault(
        .usage, "hindcast.vintage-few", ["found": wanted.joined(separator: ", ")])
    }
    var leftOut: Set<String> = []
    let found = try wanted.map { name -> RevisionTriangle.Vintage in
      var series: TotalsTable
      if let file = request.file {
        series = try TotalsTable(file: file, asOf: name)
      } else {
        var own = overrides
        own.asOf = name
        series = try workspaceTotals(own)
      }
      for join in request.joins { try series.join(join) }
      _ = try series.fillNaturalIncrease()
      let totals = try series.totals(breaks: breaks.years)
      leftOut.formUnion(series.leftOut)
      return RevisionTriangle.Vintage(name: name, totals: totals)
    }
    for vintage in found where vintage.totals.regions != found[0].totals.regions {
      let differing = Set(vintage.totals.regions).symmetricDifference(found[0].totals.regions)
      throw Fault(
        .badData, "hindcast.vintage-regions",
        [
          "vintage": vintage.name, "first": found[0].name,
          "regions": differing.sorted().joined(separator: ", "),
        ])
    }
    return try answer(found, request, breaks: breaks, leftOut: leftOut.sorted())
  }

  private func answer(
    _ vintages: [RevisionTriangle.Vintage], _ request: HindcastRequest, breaks: BreakRequest,
    leftOut: [String]
  ) throws -> Answer {
    let horizons = try Self.years(request.horizons, option: "--horizon")
    let years = vintages.map { $0.totals.lastYear - $0.totals.firstYear }.min() ?? 0
    let lines = (TotalsLine.benchmarks + [.components(.standard)]).filter {
      $0.yearsNeeded <= years
    }
    let triangle: RevisionTriangle
    do {
      triangle = try RevisionTriangle(
        vintages, lines: lines, horizon: max(1, horizons.max() ?? 1), known: 5,
        breaks: breaks.choice)
    } catch {
      throw Faults(error.fault)
    }
    var notes = [
      words(
        "hindcast.triangle",
        [
          "vintages": "\(vintages.count)", "first": vintages[0].name,
          "last": vintages[vintages.count - 1].name, "regions": "\(triangle.regions.count)",
        ])
    ]
    if !leftOut.isEmpty {
      notes.append(words("hindcast.left-out", ["regions": leftOut.joined(separator: ", ")]))
    }
    return Answer(
      tables: [triangle.revisionTable(), triangle.triangleTable()], notes: notes, names: names)
  }

  /// Vintages asked for, from the oldest.
  private func vintages(_ request: HindcastRequest, _ names: String) throws -> [String] {
    let asked = names.split(separator: ",").map(String.init)
    guard let file = request.file else {
      let wrong = asked.filter { Instant($0) == nil }.map {
        Fault(
          .usage, "option.wrong",
          ["option": "--vintages", "value": $0, "form": "2023-06-30,2024-06-30"])
      }
      guard wrong.isEmpty else { throw Faults(wrong) }
      return Set(asked).sorted()
    }
    let known = try TotalsTable.vintages(file: file)
    if names == "all" { return known }
    for name in asked where !known.contains(name) {
      throw Fault(
        .usage, "hindcast.vintage-unknown",
        [
          "vintage": name, "nearest": nearest(to: name, in: known) ?? "",
          "known": known.joined(separator: ", "),
        ])
    }
    return Set(asked).sorted()
  }
}
