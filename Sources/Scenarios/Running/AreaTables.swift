import Demography
import Kernel

/// People and what changes them, area by area: once by region, and where people are in groups of a second state once
/// more by region and group.
struct AreaTables {
  /// Regions that a row stands for, with the texts that name them in it.
  struct Area {
    let names: [String]
    let members: [Int]
  }

  private var population: RowsOf
  private var pyramid: RowsOf
  private var components: RowsOf

  /// - Parameters:
  ///   - prefix: of the names of the tables.
  ///   - areaKeys: columns that name an area.
  init(prefix: String = "", areaKeys: [String]) {
    let keys = ["scenario", "variant"] + areaKeys
    population = RowsOf(
      prefix + "population", keys: keys + ["period", "kind"],
      values: ["mean", "lower_95", "lower_80", "median", "upper_80", "upper_95"])
    pyramid = RowsOf(
      prefix + "pyramid", keys: keys + ["period", "sex", "age", "kind"],
      values: ["median", "lower_80", "upper_80"])
    components = RowsOf(
      prefix + "components", keys: keys + ["period", "component"],
      values: ["median", "lower_80", "upper_80"])
  }

  var tables: [Table] { [population, pyramid, components].map(\.table) }

  /// Adds the rows of a run.
  ///
  /// - Parameters:
  ///   - kinds: of the numbers at the launch and after it.
  ///   - components: those that are told.
  mutating func add(
    _ store: DrawStore, _ baseline: Baseline, _ areas: [Area], run: [String],
    components wanted: [RecordLayout.Component], startKind: String, threads: Int?
  ) {
    let layout = store.layout
    func stock(_ step: Int) -> (period: String, kind: String) {
      ("\(baseline.year(step))-01-01", step == 0 ? startKind : "projected")
    }
    var rows: [(keys: [String], places: [Int])] = []
    func summaries() -> [Summary] {
      let all = rows
      return parallelMap(all.count, threads: threads) { Summary(store.sums(all[$0].places)) }
    }
    for area in areas {
      for step in 0...layout.steps {
        let (period, kind) = stock(step)
        rows.append(
          (
            run + area.names + [period, kind],
            area.members.map { layout.band(.total, step: step, region: $0) }
          ))
      }
    }
    for (row, s) in zip(rows, summaries()) {
      population.add(row.keys, [s.mean, s.lower95, s.lower80, s.median, s.upper80, s.upper95])
    }
    rows = []
    for area in areas {
      for (index, step) in layout.pyramidSteps.enumerated() {
        let (period, kind) = stock(step)
        for (sex, code) in ["M", "F"].enumerated() {
          for group in 0..<layout.ageGroups {
            let age = AgeGrouping.fiveYearCode(group, of: layout.ageGroups)
            rows.append(
              (
                run + area.names + [period, code, age, kind],
                area.members.map { layout.pyramid(index, sex: sex, group: group, region: $0) }
              ))
          }
        }
      }
    }
    for (row, s) in zip(rows, summaries()) {
      pyramid.add(row.keys, [s.median, s.lower80, s.upper80])
    }
    rows = []
    for area in areas {
      for step in 0..<layout.steps {
        let period = Period.years(baseline.year(step), baseline.stepYears).description
        for component in wanted {
          rows.append(
            (
              run + area.names + [period, component.name],
              area.members.map { layout.component(component, step: step, region: $0) }
            ))
        }
      }
    }
    for (row, s) in zip(rows, summaries()) {
      components.add(row.keys, [s.median, s.lower80, s.upper80])
    }
  }
}
