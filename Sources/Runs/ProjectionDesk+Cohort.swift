import Demography
import Kernel
import Projection
import Scenarios
import Words

// The baseline itself launched from past years.

extension ProjectionDesk {
  /// The baseline of the workspace launched from past years and scored beside the lines.
  ///
  /// Rates are those of as many years before a launch as in the file (`PastLaunch`). The spread of a region
  /// is that of the log-normal with the run's 80 % interval. Lines are scored twice: with one year behind
  /// them on all regions, and with ten on those that have them, beside the same regions of the baseline.
  /// - Throws: `option.wrong` without launches; `hindcast.no-outcome`; `Faults` that name every input a
  ///   launch has not.
  func cohortHindcast(
    _ request: HindcastRequest, breaks: BreakRequest, overrides: Plan.Overrides, threads: Int
  ) throws -> Answer {
    let launches = try request.launches.map { try Self.years($0, option: "--launch") } ?? []
    guard !launches.isEmpty else {
      throw Fault(.usage, "option.wrong", ["option": "--launch", "value": "", "form": "2023"])
    }
    let horizons = try Self.years(request.horizons, option: "--horizon")
    var series = try workspaceTotals(overrides)
    _ = try series.fillNaturalIncrease()
    let long = breaks.declared(in: try series.totals(breaks: breaks.years))
    var panels = [Panel(), Panel()]
    var notes: [String] = []
    for launch in launches {
      let past = try Study.pastLaunch(of: workspace, launch: launch, last: long.lastYear)
      let desk = ScenarioDesk(workspace, words: words, progress: progress)
      let study = try desk.study(
        files: [], settings: [], overrides: overrides, threads: threads, past: past)
      let forecasts = try self.forecasts(study, horizons, series)
      let short = try series.totals(
        of: study.baseline.regions, from: launch - 1, breaks: breaks.years)
      if short.breaks.contains(launch - 1) {
        notes.append(
          words("hindcast.cohort-break", ["launch": "\(launch)", "year": "\(launch - 1)"]))
      }
      let one: [TotalsLine] = [.noChange, .linear(years: 1), .noMigration(years: 1)]
      panels[0].add(forecasts)
      try panels[0].add(one, launch, horizons, breaks.choice, short, threads: threads)
      panels[1].add(forecasts.filter { long.regions.contains($0.region) })
      try panels[1].add(
        TotalsLine.benchmarks + [.components(.standard)], launch, horizons, breaks.choice, long,
        threads: threads)
      if !past.leftOut.isEmpty {
        notes.append(
          words(
            "hindcast.cohort-left-out",
            ["launch": "\(launch)", "keys": past.leftOut.joined(separator: ", ")]))
      }
    }
    let results = panels.map(\.result)
    notes.insert(
      words(
        "hindcast.cohort",
        [
          "launches": launches.map(String.init).joined(separator: ", "),
          "regions": "\(results[0].regions.count)", "long": "\(results[1].regions.count)",
          "last": "\(long.lastYear)",
        ]), at: 0)
    let scores = results.map { result in
      let table = result.scoreTable()
      let count = Table.Column.integer(
        "regions", [Int](repeating: result.regions.count, count: table.rowCount))
      return Table(table.name, [count] + table.columns)
    }
    return Answer(
      tables: [
        Table.joined(scores), results[0].regionTable(), results[0].forecastTable(),
      ], notes: notes, names: names)
  }

  /// One forecast of the baseline by region and horizon, with its outcome.
  private typealias Forecast = (
    region: String, launch: Int, horizon: Int, median: Double, actual: Double, deviation: Double
  )

  /// What the baseline of a study says of the years ahead that have an outcome.
  private func forecasts(
    _ study: Study, _ horizons: [Int], _ series: TotalsTable
  ) throws -> [Forecast] {
    let results = try study.run(progress: progress)
    guard let table = results["population"] else { return [] }
    let (areas, periods) = (table.texts("area"), table.texts("period"))
    let median = table.numbers("median")
    let (lower, upper) = (table.numbers("lower_80"), table.numbers("upper_80"))
    let launch = study.baseline.launch
    return (0..<table.rowCount).compactMap { row -> Forecast? in
      guard let area = areas[row], study.baseline.regions.contains(area),
        let year = periods[row].flatMap({ Int($0.prefix(4)) }), horizons.contains(year - launch),
        let actual = series.population(area, year), let middle = median[row],
        let low = lower[row], let high = upper[row], low > 0
      else { return nil }
      return (
        area, launch, year - launch, middle, actual,
        Kernel.log([high / low])[0] / (2 * normalQuantile(0.9))
      )
    }
  }

  /// Cases of lines and of the baseline on the same regions.
  private struct Panel {
    var regions: [String] = []
    var cases: [Hindcast.Case] = []
    var result: Hindcast.Result { Hindcast.Result(regions: regions, cases: cases) }

    private mutating func position(_ region: String) -> Int {
      if let known = regions.firstIndex(of: region) { return known }
      regions.append(region)
      return regions.count - 1
    }

    mutating func add(_ forecasts: [Forecast]) {
      for one in forecasts {
        cases.append(
          Hindcast.Case(
            line: .projection("cohort"), launch: one.launch, horizon: one.horizon,
            region: position(one.region), forecast: one.median, actual: one.actual,
            deviation: one.deviation))
      }
    }

    mutating func add(
      _ lines: [TotalsLine], _ launch: Int, _ horizons: [Int], _ breaks: Hindcast.Breaks,
      _ totals: RegionalTotals, threads: Int
    ) throws {
      let found: Hindcast.Result
      do {
        found = try Hindcast.run(
          Hindcast.Specification(
            launches: [launch], horizons: horizons, lines: lines, breaks: breaks,
            target: .published),
          on: totals, threads: threads)
      } catch {
        throw Faults(error.fault)
      }
      for one in found.cases {
        cases.append(
          Hindcast.Case(
            line: one.line, launch: one.launch, horizon: one.horizon,
            region: position(found.regions[one.region]), forecast: one.forecast,
            actual: one.actual, deviation: one.deviation))
      }
    }
  }
}
