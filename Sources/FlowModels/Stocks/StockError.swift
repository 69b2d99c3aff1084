public import Demography

/// Why stocks of two moments give no flows. Areas count from 0.
public enum StockError: Error, Hashable, Sendable {
  case badStock(birth: Int, residence: Int, Double)
  case badEvents(Int, Double)
  case deathsExceed(Int, deaths: Double, residents: Double)
  case birthsExceed(Int, births: Double, residents: Double)
  /// The natives of a place differ by more than those at home could make up for.
  case noNatives(surplus: Double)
  /// Closing the balance of the natives of a place would leave fewer than none in an area.
  case negative(birth: Int, residence: Int, Double)
  /// The first stock table has no inverse.
  case singular(Int)
  case badWeight(Double)
  /// No flows of the natives of a place meet their two margins.
  case noFlows(birth: Int, BalancingError)
  /// Tables that cannot be matched, before any place of birth is looked at.
  case noMatch(BalancingError)

  /// For a person.
  public func faults(areas: [String]) -> [Fault] {
    func fault(_ code: String, _ arguments: [String: String]) -> [Fault] {
      let name = "stocks.\(code)"
      return [Fault(.badData, name, arguments)]
    }
    switch self {
    case .badStock(let birth, let residence, let value):
      return fault(
        "bad-stock",
        ["birth": areas[birth], "residence": areas[residence], "found": text(value)])
    case .badEvents(let area, let value):
      return fault("bad-events", ["area": areas[area], "found": text(value)])
    case .deathsExceed(let area, let deaths, let residents):
      return fault(
        "deaths-exceed",
        ["area": areas[area], "deaths": text(deaths), "residents": text(residents)])
    case .birthsExceed(let area, let births, let residents):
      return fault(
        "births-exceed",
        ["area": areas[area], "births": text(births), "residents": text(residents)])
    case .noNatives(let surplus): return fault("no-natives", ["surplus": text(surplus)])
    case .negative(let birth, let residence, let value):
      return fault(
        "negative",
        ["birth": areas[birth], "residence": areas[residence], "found": text(value)])
    case .singular(let area): return fault("singular", ["area": areas[area]])
    case .badWeight(let weight): return fault("bad-weight", ["found": text(weight)])
    case .noFlows(let birth, let error):
      return fault("no-flows", ["birth": areas[birth]])
        + [error.fault(origins: areas, destinations: areas)]
    case .noMatch(let error): return [error.fault(origins: areas, destinations: areas)]
    }
  }
}
