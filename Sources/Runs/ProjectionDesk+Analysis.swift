import Demography
import Export
import Projection
import Scenarios
import Words

// What the rates of the baseline mean.

extension ProjectionDesk {
  /// Life tables, stable populations, the regions together with their moves, and schedules of migration
  /// by age of the baseline's rates.
  ///
  /// The multiregional tables are there only where moves are rates (`form: movement`,
  /// `rogers_lifetable`); a note says so where they are shares of survivors, and where a schedule could
  /// not be fitted.
  /// - Throws: `analyse.rates-missing` when the baseline has no death rates.
  public func analyse(_ overrides: Plan.Overrides, threads: Int) throws -> Answer {
    let desk = ScenarioDesk(workspace, words: words, progress: progress)
    let prepared = try desk.prepare(
      "analyse", files: [], settings: [], overrides: overrides, threads: threads)
    let run = prepared.study.scenarioRun
    let names = prepared.note.names
    guard let rates = run.inputs.deathRates else {
      throw Fault(.missingInput, "analyse.rates-missing", [:])
    }
    let cohort = run.inputs.cohort
    let analysis = CohortAnalysis(cohort, deathRates: rates, regions: run.baseline.areas)
    var tables: [Table]
    do {
      let closed = try analysis.closedRegions()
      tables = [
        analysis.stableTable(closed), analysis.stableAgeTable(closed), try analysis.lifeTables(),
      ]
      if let abridged = try analysis.abridgedLifeTables() { tables.append(abridged) }
    } catch let error as ProjectionError {
      throw Faults(error.fault)
    }
    var notes: [String] = []
    if analysis.hasMoveRates {
      let growth = try SpatialGrowth(analysis.multiregional())
      tables += try analysis.multiregionalTables(growth)
      notes.append(together(growth, run.baseline.areas, names))
      if let dying = diesOut(growth, run.baseline, names) { notes.append(dying) }
    } else {
      notes.append(words("analyse.shares"))
    }
    let schedules = BaselineSchedules(cohort, seed: run.seed, threads: threads)
    tables += [schedules.fitTable(), schedules.parameterTable(), schedules.rateTable()]
    notes += schedules.faults.map { words("fault.\($0.code).what", $0.arguments) }
    let shown = [
      "stable_population", "multiregional_growth", "multiregional_stable", "schedule_fits",
    ]
    return Answer(tables: tables, notes: notes, shown: shown, names: names)
  }

  private func together(
    _ growth: SpatialGrowth, _ regions: [String], _ names: CodeNames
  ) -> String {
    let shares = growth.regionShares
    let largest = shares.indices.max { shares[$0] < shares[$1] } ?? 0
    return words(
      "analyse.together",
      [
        "rate": Self.percent(growth.rate), "years": text(growth.settledYears),
        "region": names.area(regions[largest]),
        "share": Self.percent(shares[largest]),
      ])
  }

  /// Who is not there in the long run: groups as a whole where none of their places lasts, else regions and
  /// groups; `nil` where everybody lasts.
  private func diesOut(
    _ growth: SpatialGrowth, _ baseline: Baseline, _ names: CodeNames
  ) -> String? {
    let places = baseline.places
    var left = growth.dyingRegions
    var told: [String] = []
    for (group, id) in places.groups.enumerated() {
      let members = places.members(group: group)
      guard members.allSatisfy(left.contains) else { continue }
      told.append(names.area(id))
      left.removeAll(where: members.contains)
    }
    told += left.map { names.area(places.codes[$0]) }
    return told.isEmpty
      ? nil : words("analyse.dies-out", ["who": told.joined(separator: ", ")])
  }

  private static func percent(_ value: Double) -> String { text((value * 1e4).rounded() / 100) }
}
