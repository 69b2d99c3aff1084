public import Demography

/// Why a table cannot be balanced. Rows are origins, columns destinations, both from 0.
public enum BalancingError: Error, Hashable, Sendable {
  case badRow(Int, Double)
  case badColumn(Int, Double)
  case badSeed(Int, Int, Double)
  case badBounds(Int, Int, Double, Double)
  case totalsDiffer(rows: Double, columns: Double)
  /// The known cells of an origin (`isRow`) or destination add up to more than its total.
  case knownExceed(isRow: Bool, Int, known: Double, total: Double, others: [Int])
  case infeasible(Infeasibility)
  case notConverged(sweeps: Int, error: Double)

  /// Why no table exists, by the minimum cut.
  public struct Infeasibility: Hashable, Sendable {
    /// Origins whose flows do not find room.
    public let origins: [Int]
    /// The only destinations these origins can still reach.
    public let destinations: [Int]
    /// What the origins must send, and what the destinations and bounded cells can take.
    public let needed: Double
    public let available: Double
    /// Least change of each row total, and of each column total, that makes a table possible.
    public let rowSlack: [Double]
    public let columnSlack: [Double]
  }

  /// For a person.
  /// - Parameters:
  ///   - origins: names of the rows; destinations: names of the columns.
  public func fault(origins: [String], destinations: [String]) -> Fault {
    switch self {
    case .badRow(let i, let value):
      Fault(.badData, "balance.bad-margin", ["area": origins[i], "found": text(value)])
    case .badColumn(let j, let value):
      Fault(.badData, "balance.bad-margin", ["area": destinations[j], "found": text(value)])
    case .badSeed(let i, let j, let value):
      Fault(
        .badData, "balance.bad-seed",
        ["origin": origins[i], "destination": destinations[j], "found": text(value)])
    case .badBounds(let i, let j, let lower, let upper):
      Fault(
        .badData, "balance.bad-bounds",
        [
          "origin": origins[i], "destination": destinations[j], "lower": text(lower),
          "upper": text(upper),
        ])
    case .totalsDiffer(let rows, let columns):
      Fault(
        .badData, "balance.totals-differ",
        ["rows": text(rows), "columns": text(columns), "difference": text(rows - columns)])
    case .knownExceed(let isRow, let area, let known, let total, let others):
      Fault(
        .badData, isRow ? "balance.known-departures" : "balance.known-arrivals",
        [
          "area": isRow ? origins[area] : destinations[area], "known": text(known),
          "total": text(total), "excess": text(known - total),
          "others": others.map { isRow ? destinations[$0] : origins[$0] }.joined(separator: ", "),
        ])
    case .infeasible(let found):
      Fault(
        .badData,
        found.destinations.isEmpty ? "balance.infeasible-alone" : "balance.infeasible",
        found.arguments(origins, destinations))
    case .notConverged(let sweeps, let error):
      Fault(.incomplete, "balance.not-converged", ["sweeps": "\(sweeps)", "error": text(error)])
    }
  }
}

extension BalancingError.Infeasibility {
  fileprivate func arguments(_ from: [String], _ to: [String]) -> [String: String] {
    func slack(_ names: [String], _ values: [Double]) -> String {
      let parts = values.indices.filter { values[$0] > 0 }.map {
        "\(names[$0]) \(text(values[$0]))"
      }
      return parts.isEmpty ? "—" : parts.joined(separator: ", ")
    }
    return [
      "origins": origins.map { from[$0] }.joined(separator: ", "),
      "destinations": destinations.map { to[$0] }.joined(separator: ", "),
      "needed": text(needed), "available": text(available), "missing": text(needed - available),
      "row_slack": slack(from, rowSlack), "column_slack": slack(to, columnSlack),
    ]
  }
}
