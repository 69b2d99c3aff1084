import Demography
import Harmony
import Ingest
import Scenarios
import Words

/// Names of codes for the report, by code list.
enum Labels {
  static func all(
    _ checked: CheckedData, models: ModelFiles, study: Study
  ) -> [String: [String: Names]] {
    let data = checked.data
    var labels: [String: [String: Names]] = [:]
    func take(_ list: String, as name: String) {
      guard let codes = data.codelists[list]?.codes else { return }
      for code in codes { labels[name, default: [:]][code.id] = code.names }
    }
    take("reporter", as: "agency")
    take("measure", as: "measure")
    take("measure", as: "indicator")
    take("permit_type", as: "programme")
    take("unit", as: "unit")
    for duty in checked.duties.all {
      labels["indicator", default: [:]][duty.indicator] = duty.title
    }
    for (id, title) in models.titles { labels["series", default: [:]][id] = title }
    for entry in data.registry.sources { labels["source", default: [:]][entry.id] = entry.title }
    labels.merge(of(study.scenarios, study.baseline)) { $0.merging($1) { $1 } }
    return labels
  }

  /// Names that scenario files give to what they hold. What two scenarios may both call by one code
  /// stands under `scenario/code`; an indicator or a set of regions that two files call by one name with
  /// different titles bears none, rather than that of the other file.
  static func of(_ scenarios: [Scenario], _ baseline: Baseline) -> [String: [String: Names]] {
    var labels: [String: [String: Names]] = [:]
    func take(_ list: String, _ code: String, _ title: Names?) {
      if let title { labels[list, default: [:]][code] = title }
    }
    for programme in baseline.programmes { take("programme", programme.id, programme.title) }
    for group in baseline.groups?.groups ?? [] {
      take("group", group.id, group.title)
      take("area", group.id, group.title)
    }
    for (place, code) in baseline.places.codes.enumerated() where baseline.places.isGrouped {
      guard let title = baseline.groups?.groups[baseline.places.groupOf[place]].title else {
        continue
      }
      let region = baseline.regions[baseline.places.regionOf[place]]
      take(
        "area", code,
        Names(
          kk: "\(region) · \(title.kk)", ru: "\(region) · \(title.ru)",
          en: "\(region) · \(title.en)"))
    }
    var own: [String: [String: Set<Names>]] = [:]
    for scenario in scenarios {
      // Of a file without a title the name itself is what it says.
      for indicator in scenario.indicators {
        let title = indicator.title ?? Names(kk: indicator.id, ru: indicator.id, en: indicator.id)
        own["metric", default: [:]][indicator.id, default: []].insert(title)
      }
      // What costs are told in is the file's own.
      if let unit = scenario.costUnit {
        for metric in [Metric.programmeCost, .costPerRetained] {
          func told(_ language: Language) -> String {
            Wordbook(language)("label.metric.\(metric.rawValue)") + ", " + unit(language.rawValue)
          }
          own["metric", default: [:]][metric.rawValue, default: []].insert(
            Names(kk: told(.kk), ru: told(.ru), en: told(.en)))
        }
      }
      for set in scenario.sets {
        let title = scenario.setTitles[set] ?? Names(kk: set, ru: set, en: set)
        own["area", default: [:]][set, default: []].insert(title)
      }
    }
    for (list, titles) in own {
      for (code, found) in titles where found.count == 1 { take(list, code, found.first) }
    }
    take("scenario", baseline.id, baseline.title)
    take("scenario", "baseline", baseline.title)
    for scenario in scenarios {
      take("scenario", scenario.id, scenario.title)
      for variant in scenario.variants {
        take("variant", "\(scenario.id)/\(variant.id)", variant.title)
      }
      for lever in scenario.levers { take("lever", "\(scenario.id)/\(lever.id)", lever.title) }
      for parameter in scenario.parameters {
        take("parameter", "\(scenario.id)/\(parameter.name)", parameter.title)
      }
    }
    return labels
  }
}
