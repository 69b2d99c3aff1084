import Demography
import Kernel
import Projection

/// Tables by group of a second state, beside those by region.
struct GroupTables {
  private var population = RowsOf(
    "group_population", keys: ["scenario", "variant", "area", "group", "period", "kind"],
    values: ["mean", "lower_95", "lower_80", "median", "upper_80", "upper_95"])
  private var pyramid = RowsOf(
    "group_pyramid",
    keys: ["scenario", "variant", "area", "group", "period", "sex", "age", "kind"],
    values: ["median", "lower_80", "upper_80"])
  private var components = RowsOf(
    "group_components", keys: ["scenario", "variant", "area", "group", "period", "component"],
    values: ["median", "lower_80", "upper_80"])

  var tables: [Table] { [population, pyramid, components].map(\.table) }

  /// Adds the rows of a run; none where people are in no groups.
  mutating func add(
    _ store: DrawStore, _ baseline: Baseline, _ scenario: String, _ variant: String,
    startKind: String, threads: Int?
  ) {
    guard baseline.groups != nil else { return }
    let layout = store.layout
    let areas = baseline.allAreas.flatMap { area in
      baseline.places.groups.indices.map { group in
        (
          keys: [scenario, variant, area.name, baseline.places.groups[group]],
          members: area.members.filter { baseline.places.groupOf[$0] == group }
        )
      }
    }
    func summaries(_ places: [[Int]]) -> [Summary] {
      parallelMap(places.count, threads: threads) { Summary(store.sums(places[$0])) }
    }
    func stock(_ step: Int) -> [String] {
      ["\(baseline.year(step))-01-01", step == 0 ? startKind : "projected"]
    }
    var keys: [[String]] = []
    var places: [[Int]] = []
    for area in areas {
      for step in 0...layout.steps {
        keys.append(area.keys + stock(step))
        places.append(area.members.map { layout.band(.total, step: step, region: $0) })
      }
    }
    for (key, s) in zip(keys, summaries(places)) {
      population.add(key, [s.mean, s.lower95, s.lower80, s.median, s.upper80, s.upper95])
    }
    keys = []
    places = []
    for area in areas {
      for step in 0..<layout.steps {
        let period = Period.years(baseline.year(step), baseline.stepYears).description
        for component in layout.components {
          keys.append(area.keys + [period, component.name])
          places.append(
            area.members.map { layout.component(component, step: step, region: $0) })
        }
      }
    }
    for (key, s) in zip(keys, summaries(places)) {
      components.add(key, [s.median, s.lower80, s.upper80])
    }
    keys = []
    places = []
    for area in areas {
      for (index, step) in layout.pyramidSteps.enumerated() {
        for sex in 0..<2 {
          for group in 0..<layout.ageGroups {
            let age =
              group == layout.ageGroups - 1
              ? "Y_GE\(5 * group)" : "Y\(5 * group)T\(5 * group + 4)"
            let when = stock(step)
            keys.append(area.keys + [when[0], sex == 0 ? "M" : "F", age, when[1]])
            places.append(
              area.members.map { layout.pyramid(index, sex: sex, group: group, region: $0) })
          }
        }
      }
    }
    for (key, s) in zip(keys, summaries(places)) {
      pyramid.add(key, [s.median, s.lower80, s.upper80])
    }
  }
}
