import Demography
import FlowModels
import Harmony
import SeriesModels

/// Fits the models of a workspace to its checked observations.
struct Fitting {
  private let checked: CheckedData
  private let models: ModelFiles
  private let seed: UInt32
  private let threads: Int
  private let progress: any ProgressListener

  init(
    _ checked: CheckedData, models: ModelFiles, seed: UInt32, threads: Int,
    progress: any ProgressListener
  ) {
    self.checked = checked
    self.models = models
    self.seed = seed
    self.threads = threads
    self.progress = progress
  }

  /// `od_flows`, `gravity`, `series` and `backtest`.
  func tables() throws -> [Table] {
    try flowTables() + seriesTables()
  }

  static func pairCount(_ tables: [Table]) -> Int {
    guard let flows = tables.first(where: { $0.name == "od_flows" }) else { return 0 }
    return zip(flows.texts("origin"), flows.texts("destination")).count { $0 != $1 }
  }

  static func seriesCount(_ tables: [Table]) -> Int {
    guard let series = tables.first(where: { $0.name == "backtest" || $0.name == "series" })
    else { return 0 }
    return Set(zip(series.texts("series"), series.texts("area")).map { "\($0 ?? "")|\($1 ?? "")" })
      .count
  }

  private func flowTables() throws -> [Table] {
    guard let specification = models.flowEstimate else { return [] }
    let (estimate, inputs) = try FlowEstimate.make(specification, checked: checked, seed: seed)
    var tables = [estimate.table(inputs.period)]
    for file in models.flows {
      guard case .gravity(let gravity) = file.kind else { continue }
      let fit = try GravityFit.fit(gravity, on: estimate, inputs: inputs)
      tables.append(fit.coefficientTable(model: file.id))
    }
    return tables
  }

  private func seriesTables() throws -> [Table] {
    var outcomes: [SeriesOutcome] = []
    for (index, plan) in models.series.enumerated() {
      progress.report(ProgressEvent("fitting", done: index, total: models.series.count))
      let series = try SeriesSelection.series(of: plan, in: checked)
      outcomes += forecastBatch(series, plan: plan, seed: UInt64(seed), threads: threads)
    }
    progress.report(
      ProgressEvent("fitting", done: models.series.count, total: models.series.count))
    return [
      seriesTable(outcomes, plans: models.series), backtestTable(outcomes),
    ]
  }
}

/// The origin–destination estimate of a workspace.
enum FlowEstimate {
  static func make(
    _ specification: ODSpecification, checked: CheckedData, seed: UInt32
  ) throws -> (ODEstimate, ODInputs) {
    let inputs = try ODInputs(
      specification, observations: checked.observations, regions: checked.data.currentRegions,
      adjacency: checked.data.adjacency)
    return (try ODEstimate.estimate(specification, inputs, seed: seed), inputs)
  }
}

/// Picks the series a plan asks for.
enum SeriesSelection {
  /// One series an area: the workspace's current regions and the country, sorted by code.
  /// - Throws: `series.duplicate` when two observations claim one period of one area.
  static func series(of plan: SeriesPlan, in checked: CheckedData) throws -> [TimeSeries] {
    let column = Observation.Column(rawValue: plan.area) ?? .referenceArea
    let points = Dictionary(grouping: observations(of: plan, in: checked)) { $0[column] }
      .mapValues { $0.map { ($0.period, $0.value) } }
    var faults: [Fault] = []
    var series: [TimeSeries] = []
    for area in points.keys.sorted() {
      do throws(SeriesError) {
        series.append(
          try TimeSeries(
            id: area, points: points[area] ?? [], frequency: plan.frequency, season: plan.season))
      } catch {
        faults.append(error.fault)
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
    return series
  }

  /// The observations these series are made of.
  static func observations(of plan: SeriesPlan, in checked: CheckedData) -> [Observation] {
    let country = checked.data.workspace.geography.country
    let known = Set(checked.data.currentRegions.codes.map(\.id) + [country])
    let column = Observation.Column(rawValue: plan.area) ?? .referenceArea
    return checked.observations.filter { observation in
      observation.measure == plan.measure && known.contains(observation[column])
        && plan.select.allSatisfy { name, code in
          Observation.Column(rawValue: name).map { observation[$0] == code } ?? false
        } && isOfFrequency(observation.period, plan.frequency)
    }
  }

  /// A stock at a day counts for the month, or the year, that starts on it.
  private static func isOfFrequency(_ period: Period, _ frequency: String) -> Bool {
    guard period.frequency == "D", period.firstDay.day == 1 else {
      return period.frequency == frequency
    }
    return frequency == "M" || (frequency == "A" && period.firstDay.month == 1)
  }
}
