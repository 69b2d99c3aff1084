/// Totals of the country, its regions and pairs of them that a projection is drawn towards or made to meet: the population of 1 January,
/// or what happens in a year.
///
/// The population of a year is multiplied by `(target / total) ^ weight` cell by cell; a component by
/// scaling its rates or counts, alike in all regions and ages. The factors of a draw come from the
/// baseline and are the same in every scenario, so that a difference between scenarios is none between
/// constraints; with `reconstrains` every scenario meets the totals by itself. What the factors add or
/// take away stands in the ledger. Smith, Tayman & Swanson (2013), chapter 10.
public struct Constraint: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    case none, soft, hard
  }

  /// What happens in a year and can be constrained.
  public enum Component: String, Hashable, Sendable, CaseIterable {
    case births, deaths, `internal`, immigration, emigration
  }

  /// The totals of one component, or of the population.
  public struct Target: Hashable, Sendable {
    public struct Point: Hashable, Sendable {
      public let year: Int
      public let persons: Double
    }

    /// Never `none`.
    public let mode: Mode
    /// 1 with `hard`; the part of the way, on the log scale, with `soft`.
    public let weight: Double
    /// A factor lies between this and its reciprocal; infinity for no bound.
    public let mostFactor: Double
    /// Persons of the country by year; linear between the years, none outside them.
    public let points: [Point]

    /// Persons to be met in a year; `nil` outside the years stated.
    public func total(_ year: Int) -> Double? {
      guard let next = points.firstIndex(where: { $0.year >= year }) else { return nil }
      let after = points[next]
      if after.year == year { return after.persons }
      guard next > 0 else { return nil }
      let before = points[next - 1]
      let part = Double(year - before.year) / Double(after.year - before.year)
      return before.persons + part * (after.persons - before.persons)
    }

    /// The sum of several years; `nil` where one of them is outside the years stated.
    func total(_ years: Range<Int>) -> Double? {
      let totals = years.compactMap { total($0) }
      return totals.count == years.count ? totals.reduce(0, +) : nil
    }

    /// What a total without the constraint is multiplied by.
    func factor(to target: Double, from found: Double) -> Double {
      guard found > 0 else { return 1 }
      guard mode == .soft else { return target / found }
      return min(max(power(target / found, weight), 1 / mostFactor), mostFactor)
    }
  }

  /// Of 1 January; `nil` where it is free.
  public let population: Target?
  /// Of regions, on 1 January; the others share what is left to the total of the country.
  public let regionalPopulation: [Margin]
  /// Components that are neither here nor among the margins are free.
  public let components: [Component: Target]
  /// Totals of regions, or of moves by origin, destination and pair; the total of the country then holds
  /// for the rest.
  public let margins: [Component: [Margin]]
  /// Whether every scenario meets the totals by itself, with its levers.
  public let reconstrains: Bool

  /// A change of the population's factor from one year to the next that a planner would see as a jump.
  static let stepChange = 0.005
  /// The same for a component, and the distance from 1 at which it is not the baseline's any more.
  static let componentChange = 0.02
  static let componentDistance = 0.05

  /// Components with totals, in a fixed order.
  var constrained: [Component] {
    Component.allCases.filter { components[$0] != nil || margins[$0]?.isEmpty == false }
  }
  var hasPopulation: Bool { population != nil || !regionalPopulation.isEmpty }
}
