/// Totals of the country that a projection is drawn towards or made to meet.
///
/// Every cell of the population of a year is multiplied by `(target / total) ^ weight`. The factors of a
/// draw come from the baseline and are the same in every scenario, so that a difference between
/// scenarios is none between constraints. What the factors add or take away stands in the ledger.
/// Smith, Tayman & Swanson (2013), chapter 10.
public struct Constraint: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    case none, soft, hard
  }

  public let mode: Mode
  /// 1 with `hard`; the part of the way, on the log scale, with `soft`.
  public let weight: Double
  /// Persons of the country on 1 January, by year; linear between the years, none outside them.
  public let population: [(year: Int, persons: Double)]

  public static func == (a: Constraint, b: Constraint) -> Bool {
    a.mode == b.mode && a.weight == b.weight
      && a.population.map(\.year) == b.population.map(\.year)
      && a.population.map(\.persons) == b.population.map(\.persons)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(mode)
    hasher.combine(weight)
    hasher.combine(population.map(\.year))
    hasher.combine(population.map(\.persons))
  }

  /// A change of a factor from one year to the next that a planner would see as a jump.
  static let stepChange = 0.005

  /// Persons to be met on 1 January of a year; `nil` outside the years stated.
  public func target(_ year: Int) -> Double? {
    guard let next = population.firstIndex(where: { $0.year >= year }) else { return nil }
    let after = population[next]
    if after.year == year { return after.persons }
    guard next > 0 else { return nil }
    let before = population[next - 1]
    let part = Double(year - before.year) / Double(after.year - before.year)
    return before.persons + part * (after.persons - before.persons)
  }

  /// What a year's cells are multiplied by.
  func factor(_ year: Int, total: Double) -> Double {
    guard mode != .none, total > 0, let target = target(year) else { return 1 }
    return mode == .hard ? target / total : power(target / total, weight)
  }
}
