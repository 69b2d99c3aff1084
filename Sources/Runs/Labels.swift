import Demography
import Harmony
import Ingest
import Scenarios

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
    for programme in study.baseline.programmes {
      if let title = programme.title { labels["programme", default: [:]][programme.id] = title }
    }
    for (id, title) in models.titles { labels["series", default: [:]][id] = title }
    for entry in data.registry.sources { labels["source", default: [:]][entry.id] = entry.title }
    labels["scenario", default: [:]][study.baseline.id] = study.baseline.title
    labels["scenario", default: [:]]["baseline"] = study.baseline.title
    for scenario in study.scenarios {
      labels["scenario", default: [:]][scenario.id] = scenario.title
      for variant in scenario.variants {
        if let title = variant.title { labels["variant", default: [:]][variant.id] = title }
      }
      for indicator in scenario.indicators {
        if let title = indicator.title { labels["metric", default: [:]][indicator.id] = title }
      }
      for lever in scenario.levers {
        if let title = lever.title { labels["lever", default: [:]][lever.id] = title }
      }
    }
    return labels
  }
}
