import Demography

/// What the first screen asks about, with every choice made.
struct ChosenFocus: Hashable {
  let area: String
  let scenario: String
  let variant: String
  let year: Int
  /// The period of `year` as the table writes it.
  let period: String
  let launchPeriod: String
  let against: String?
  let againstVariant: String?

  /// `nil` where nothing is projected.
  init?(_ input: ReportInput) {
    guard let table = input.tables["population"] else { return nil }
    let rows = TableRows(table)
    let projected = rows.filter { $0.text("kind") == "projected" }
    let scenarios = projected.map { $0.text("scenario") }.distinct()
    let wanted = input.focus.scenario ?? "baseline"
    guard let scenario = scenarios.contains(wanted) ? wanted : scenarios.first else { return nil }
    let areas = projected.map { $0.text("area") }.distinct()
    let wantedArea = input.focus.area ?? input.country
    guard let area = areas.contains(wantedArea) ? wantedArea : areas.first else { return nil }
    let own = projected.filter { $0.text("scenario") == scenario && $0.text("area") == area }
    let periods = own.map { $0.text("period") }.distinct().sorted()
    let compared = Self.compared(input, area: area)
    let asked =
      input.focus.year.flatMap { year in periods.first { Period($0)?.year == year } }
      ?? compared.map(\.period).filter { periods.contains($0) }.max()
    guard let period = asked ?? periods.last, let year = Period(period)?.year else { return nil }
    let known = rows.filter {
      $0.text("kind") != "projected" && $0.text("area") == area && $0.text("period") < period
    }
    self.area = area
    self.scenario = scenario
    variant = own.first?.text("variant") ?? ""
    self.year = year
    self.period = period
    launchPeriod = known.map { $0.text("period") }.max() ?? periods.first ?? period
    let others = scenarios.filter { $0 != scenario }
    let wantedOther = input.focus.against ?? ""
    let withAnswer = compared.first { $0.period == period && others.contains($0.scenario) }
    let other = others.contains(wantedOther) ? wantedOther : withAnswer?.scenario ?? others.first
    against = other
    againstVariant = projected.first { $0.text("scenario") == other }?.text("variant")
  }

  /// Scenarios and periods whose population of the area is compared on the same draws.
  private static func compared(
    _ input: ReportInput, area: String
  ) -> [(scenario: String, period: String)] {
    guard let table = input.tables["differences"] else { return [] }
    return TableRows(table).filter {
      $0.text("metric") == "population" && $0.text("area") == area
    }.map { ($0.text("scenario"), $0.text("period")) }
  }
}
