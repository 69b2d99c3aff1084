public import Demography

/// Why a table does not meet its margin sets.
public enum ContingencyError: Error, Hashable, Sendable {
  /// A seed, or a bound, that is no amount; the cell counts from 0.
  case badCell(Int, Double)
  case badBounds(Int, lower: Double, upper: Double)
  /// Everything that is wrong with the totals, found before any iteration.
  case inconsistent([Gap])
  /// No table exists, by the minimum cut between two sets.
  case infeasible(Cut)
  /// The iteration has come to an end without meeting the totals; the worst groups first.
  case notMet(rounds: Int, [Gap])

  /// Two figures for the same cells.
  public enum Gap: Hashable, Sendable {
    case badTotal(set: String, group: String, Double)
    /// Groups of two sets that hold the same cells, with different totals.
    case differ(
      first: String, firstGroups: [String], Double, second: String, secondGroups: [String], Double)
    /// A total that the bounds of its cells exclude.
    case outOfReach(set: String, group: String, total: Double, least: Double, most: Double)
    case unmet(set: String, group: String, total: Double, found: Double)
  }

  /// Groups of one set whose cells do not find room in the other.
  public struct Cut: Hashable, Sendable {
    public let first: String
    public let groups: [String]
    public let second: String
    public let others: [String]
    public let needed: Double
    public let available: Double
  }

  /// For a person, one for every gap.
  public var faults: [Fault] {
    switch self {
    case .badCell(let cell, let found):
      [Fault(.badData, "contingency.bad-cell", ["cell": "\(cell + 1)", "found": text(found)])]
    case .badBounds(let cell, let lower, let upper):
      [
        Fault(
          .badData, "contingency.bad-bounds",
          ["cell": "\(cell + 1)", "lower": text(lower), "upper": text(upper)])
      ]
    case .inconsistent(let gaps): gaps.map { $0.fault(rounds: 0) }
    case .infeasible(let cut):
      [
        Fault(
          .badData, "contingency.infeasible",
          [
            "first": cut.first, "groups": names(cut.groups), "second": cut.second,
            "others": names(cut.others), "needed": text(cut.needed),
            "available": text(cut.available), "missing": text(cut.needed - cut.available),
          ])
      ]
    case .notMet(let rounds, let gaps): gaps.map { $0.fault(rounds: rounds) }
    }
  }
}

extension ContingencyError.Gap {
  fileprivate func fault(rounds: Int) -> Fault {
    switch self {
    case .badTotal(let set, let group, let found):
      Fault(
        .badData, "contingency.bad-total", ["set": set, "group": group, "found": text(found)])
    case .differ(let first, let firstGroups, let a, let second, let secondGroups, let b):
      Fault(
        .badData, "contingency.totals-differ",
        [
          "first": first, "first_groups": names(firstGroups), "first_total": text(a),
          "second": second, "second_groups": names(secondGroups), "second_total": text(b),
          "difference": text(a - b),
        ])
    case .outOfReach(let set, let group, let total, let least, let most):
      Fault(
        .badData, "contingency.out-of-reach",
        [
          "set": set, "group": group, "total": text(total), "least": text(least),
          "most": text(most),
        ])
    case .unmet(let set, let group, let total, let found):
      Fault(
        .incomplete, "contingency.not-met",
        [
          "set": set, "group": group, "total": text(total), "found": text(found),
          "rounds": "\(rounds)",
        ])
    }
  }
}

private func names(_ names: [String]) -> String {
  let shown = names.prefix(12).joined(separator: ", ")
  return names.isEmpty ? "—" : names.count > 12 ? "\(shown), … (\(names.count))" : shown
}
