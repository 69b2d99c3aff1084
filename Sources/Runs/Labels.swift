import Demography
import Ingest
import Scenarios

/// Names of codes for the report, by code list.
enum Labels {
  static func all(
    _ data: WorkspaceData, models: ModelFiles, study: Study
  ) -> [String: [String: Names]] {
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
    for (id, title) in models.titles { labels["series", default: [:]][id] = title }
    for entry in data.registry.sources { labels["source", default: [:]][entry.id] = entry.title }
    labels["scenario", default: [:]][study.baseline.id] = study.baseline.title
    labels["scenario", default: [:]]["baseline"] = study.baseline.title
    for scenario in study.scenarios {
      labels["scenario", default: [:]][scenario.id] = scenario.title
    }
    return labels
  }
}
