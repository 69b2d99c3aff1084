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
  /// Whether the other scenario has several variants, so that its name alone says too little.
  let namesVariant: Bool

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
    let compared = Self.compared(input, area: area, base: scenario)
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
    let wantedOther = input.focus.against.flatMap { others.contains($0) ? $0 : nil }
    let candidates = compared.filter {
      $0.period == period && others.contains($0.scenario)
        && (wantedOther == nil || $0.scenario == wantedOther)
    }
    let answering = candidates.first { !$0.isNothing } ?? candidates.first
    let other = answering?.scenario ?? wantedOther ?? others.first
    against = other
    againstVariant =
      answering?.variant ?? projected.first { $0.text("scenario") == other }?.text("variant")
    namesVariant =
      projected.filter { $0.text("scenario") == other }.map { $0.text("variant") }.distinct().count
      > 1
  }

  /// One variant and period whose population of the area is compared on the same draws.
  private struct Compared {
    let scenario: String
    let variant: String
    let period: String
    /// Whether no draw differs.
    let isNothing: Bool
  }

  private static func compared(
    _ input: ReportInput, area: String, base: String
  ) -> [Compared] {
    guard let table = input.tables["differences"] else { return [] }
    return TableRows(table).filter {
      $0.text("metric") == "population" && $0.text("area") == area
        && Difference.isAgainst(base, $0)
    }.map {
      Compared(
        scenario: $0.text("scenario"), variant: $0.text("variant"), period: $0.text("period"),
        isNothing: Difference.isNothing($0))
    }
  }
}

/// What rows of the table `differences` say.
enum Difference {
  /// Whether the row compares with the scenario itself, and not with another variant.
  static func isAgainst(_ base: String, _ row: TableRows.Row) -> Bool {
    let against = row.text("against")
    return against.isEmpty || against == base || against == "baseline"
  }

  /// Whether what is compared is the same in every draw that the row tells of; what has no value is not.
  static func isNothing(_ row: TableRows.Row) -> Bool {
    ["median", "lower_95", "lower_80", "upper_80", "upper_95"].allSatisfy {
      row.number($0) == 0
    }
  }
}
