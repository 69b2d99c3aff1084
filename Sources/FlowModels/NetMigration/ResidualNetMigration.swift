import Kernel

/// Net migration as what is left of population change.
///
/// United Nations, Manual VI (1970); Bogue, Hinze & White (1982). Figures are persons over the
/// period; NaN where a population or ratio is missing.
public enum ResidualNetMigration {
  /// `P₁ − P₀ − (B − D)`.
  public static func vitalStatistics(
    start: [Double], end: [Double], births: [Double], deaths: [Double]
  ) -> [Double] {
    precondition(
      start.count == end.count && start.count == births.count && start.count == deaths.count,
      "lists of different lengths")
    return start.indices.map { end[$0] - start[$0] - (births[$0] - deaths[$0]) }
  }

  /// At which end of the period migrants are thought to have moved.
  public enum Survival: String, CaseIterable, Hashable, Sendable {
    /// At its end: `P₁ − s P₀`.
    case forward
    /// At its beginning: `P₁ / s − P₀`.
    case reverse
    /// Half of them at each: the mean of the two.
    case average
  }

  /// Net migration of cohorts by survival ratios.
  ///
  /// - Parameters:
  ///   - start: cohorts at the first moment; end: the same cohorts, older, at the second.
  ///   - survival: part of a cohort that lives through the period, above 0.
  public static func cohorts(
    start: [Double], end: [Double], survival: [Double], _ method: Survival
  ) -> [Double] {
    precondition(
      start.count == end.count && start.count == survival.count, "lists of different lengths")
    precondition(survival.allSatisfy { !($0 <= 0) }, "a survival ratio that is not above 0")
    return start.indices.map { k in
      let forward = end[k] - survival[k] * start[k]
      let reverse = end[k] / survival[k] - start[k]
      switch method {
      case .forward: return forward
      case .reverse: return reverse
      case .average: return (forward + reverse) / 2
      }
    }
  }

  /// Children born in the period, who moved with their mothers.
  ///
  /// Of the children of a group the part that their mothers' net migration is of the mothers, times the part of
  /// the period at whose middle they were born: a quarter for the younger half, three quarters for
  /// the older one.
  ///
  /// - Parameters:
  ///   - children: populations of the groups born in the period, youngest first.
  ///   - mothers: for each group the populations of the women (or persons) who bore it.
  ///   - net: net migration of the same women.
  ///   - weights: one for each group, `[0.25, 0.75]` for two five-year groups and ten years.
  public static func children(
    _ children: [Double], mothers: [[Double]], net: [[Double]], weights: [Double]
  ) -> [Double] {
    precondition(
      children.count == mothers.count && children.count == net.count
        && children.count == weights.count, "groups of different numbers")
    return children.indices.map { k in
      weights[k] * children[k] / Statistics.sum(mothers[k]) * Statistics.sum(net[k])
    }
  }
}
