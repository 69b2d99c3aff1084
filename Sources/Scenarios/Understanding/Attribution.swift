import Projection

/// How much of a difference each lever makes, on the median path with every lever on that is on where
/// no variant says otherwise.
///
/// Shapley values: the mean effect of switching a lever on over all orders of switching; they sum to
/// the total. One at a time: the effect of the lever alone; the interaction is what these leave.
/// Shorrocks (2013), Decomposition procedures for distributional analysis.
public struct Attribution: Sendable {
  /// One lever's part in one area and year.
  public struct Part: Hashable, Sendable {
    public let lever: String
    public let area: String
    public let year: Int
    public let oneAtATime: Double
    /// NaN when only one-at-a-time effects were asked for.
    public let shapley: Double
    /// Total difference less the sum of the one-at-a-time effects; the same for all levers.
    public let interaction: Double
  }

  public let parts: [Part]

  /// Shapley values of a game.
  ///
  /// - Parameters:
  ///   - players: how many.
  ///   - values: worth of every coalition, by the bits of its members; `2^players` numbers.
  /// - Complexity: O(players · 2^players)
  public static func shapley(players: Int, values: [Double]) -> [Double] {
    precondition(players <= 16 && values.count == 1 << players, "\(values.count) coalitions")
    return (0..<players).map { player in
      var sum = 0.0
      for coalition in 0..<values.count where coalition & (1 << player) == 0 {
        let weight = CoalitionPlan.weight(coalition.nonzeroBitCount, of: players)
        sum += weight * (values[coalition | (1 << player)] - values[coalition])
      }
      return sum
    }
  }
}

extension ScenarioRun {
  /// Parts of the levers in the population, by area and year of the scenario's comparison.
  ///
  /// Six levers or fewer are decomposed by Shapley over all their combinations when the scenario asks
  /// for it; more levers, or another wish, give the one-at-a-time effects alone.
  public func attribution(_ scenario: Scenario) -> Attribution {
    if let own = apart(scenario) { return own.attribution(scenario) }
    let ids = scenario.levers.filter(\.isEnabled).map(\.id)
    let exact =
      scenario.comparison.attribution == .shapley && ids.count <= CoalitionPlan.exactPlayers
    let coalitions =
      exact
      ? Array(0..<1 << ids.count) : [0] + ids.indices.map { 1 << $0 } + [(1 << ids.count) - 1]
    let runs = coalitions.map { coalition in
      medianPath(
        scenario, levers: ids.indices.filter { coalition & (1 << $0) != 0 }.map { ids[$0] })
    }
    var parts: [Attribution.Part] = []
    for area in scenario.comparison.areas {
      for year in scenario.comparison.years where year > baseline.launch {
        let worth = runs.map { run -> Double in
          let totals = inputs.cohort.shape.totals(
            run[(year - baseline.launch) / baseline.stepYears - 1].population)
          return area.members.reduce(0) { $0 + totals[$1] }
        }
        let alone = ids.indices.map { worth[exact ? 1 << $0 : $0 + 1] - worth[0] }
        let total = worth[worth.count - 1] - worth[0]
        let values =
          exact
          ? Attribution.shapley(players: ids.count, values: worth) : ids.map { _ in Double.nan }
        for (k, id) in ids.enumerated() {
          parts.append(
            Attribution.Part(
              lever: id, area: area.name, year: year, oneAtATime: alone[k], shapley: values[k],
              interaction: total - alone.reduce(0, +)))
        }
      }
    }
    return Attribution(parts: parts)
  }
}
