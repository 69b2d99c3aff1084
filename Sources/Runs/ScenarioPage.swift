import Demography
import Export
import Foundation
import Harmony
import Scenarios
import Words

/// The page that explains one scenario, from the tables of its run.
struct ScenarioPage {
  private let prepared: ScenarioDesk.Prepared
  private let scenario: Scenario
  private let tables: [Table]
  private let warnings: [Fault]
  private let year: Int

  /// - Parameter year: the year whose differences are told first; where absent the last one compared in
  ///   which every metric has a value.
  init(
    _ prepared: ScenarioDesk.Prepared, _ scenario: Scenario, tables: [Table], warnings: [Fault],
    year: Int? = nil
  ) {
    self.prepared = prepared
    self.scenario = scenario
    self.tables = tables
    self.warnings = warnings
    let years = scenario.comparison.years
    let horizon = scenario.settings.horizon ?? prepared.study.baseline.horizon
    self.year = year ?? years.filter { $0 < horizon }.max() ?? years.max() ?? horizon
  }

  /// Tables of the workspace that stand on the page beside those of the scenario.
  var others: [Table] {
    let data = prepared.checked.data
    return [data.sourcesTable, data.regionsTable, prepared.checked.gaps.table()]
  }

  func input(_ language: Language) -> ReportInput {
    let words = Wordbook(language)
    let data = prepared.checked.data
    var all: [String: Table] = [:]
    for table in tables { all[table.name] = table }
    all["observations"] = data.observationsTable
    all["permit_stock"] = PermitStocks.table(prepared.checked, projected: all["permit_stock"])
    for table in others { all[table.name] = table }
    let country = prepared.workspace.geography.country
    return ReportInput(
      run: prepared.note.identity.card(id: scenario.id), tables: all, language: language,
      title: prepared.workspace.title, country: country,
      focus: Focus(area: country, year: year, scenario: "baseline", against: scenario.id),
      labels: Labels.all(prepared.checked, models: prepared.models, study: prepared.study),
      question: question(country),
      warnings: warnings.map { words("fault.\($0.code).what", named($0.arguments, language)) })
  }

  private func question(_ country: String) -> ScenarioQuestion {
    let comparison = scenario.comparison
    let regions = Set(prepared.study.baseline.regions)
    // A set of regions is what the file asks about; the whole comes after it, and single regions where
    // the file compares nothing else.
    let names = comparison.areas.map(\.name)
    let wide =
      names.filter { !regions.contains($0) && $0 != country } + names.filter { $0 == country }
    return ScenarioQuestion(
      scenario: scenario.id, title: scenario.title, against: comparison.against,
      variants: scenario.variants.map(\.id).filter { $0 != comparison.against },
      metrics: comparison.metrics.map(\.name),
      areas: wide.isEmpty ? names : wide, year: year)
  }

  /// Arguments of a warning with the names of levers, variants, parameters and regions in place of their
  /// ids.
  private func named(_ arguments: [String: String], _ language: Language) -> [String: String] {
    func title(_ key: String, _ id: String) -> Names? {
      switch key {
      case "lever", "other": scenario.levers.first { $0.id == id }?.title
      case "variant", "against": scenario.variants.first { $0.id == id }?.title
      case "parameter": scenario.parameters.first { $0.name == id }?.title
      case "scenario": id == scenario.id ? scenario.title : nil
      default: nil
      }
    }
    let data = prepared.checked.data
    var areas = scenario.setTitles
    for code in data.currentRegions.codes { areas[code.id] = code.names }
    areas[prepared.workspace.geography.country] = prepared.workspace.title
    var named = arguments
    for (key, id) in arguments {
      // A list may hold regions among years and variants.
      let parts = id.components(separatedBy: ", ").map { areas[$0]?(language.rawValue) ?? $0 }
      named[key] = title(key, id)?(language.rawValue) ?? parts.joined(separator: ", ")
    }
    return named
  }

  /// The page in every language; that of the workspace is `report.html`.
  func files() -> [(name: String, bytes: [UInt8])] {
    let bundle = ChartBundle.bytes(for: prepared.workspace) ?? ChartBundle.bytesAround()
    return Language.allCases.map { language in
      (
        Self.name(language, prepared.workspace),
        Report(input(language)).html(bundle: bundle)
      )
    }
  }

  static func name(_ language: Language, _ workspace: Workspace) -> String {
    language.rawValue == workspace.language ? "report.html" : "report.\(language.rawValue).html"
  }
}
