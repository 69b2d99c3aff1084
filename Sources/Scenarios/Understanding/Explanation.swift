public import Demography

/// Why a variant differs from what it is compared with: the part of every lever, on the same draws.
///
/// The players are the levers that are on in one of both settings, and, where the reference has levers,
/// the parameters to which they give other values. Shapley values sum to the total in every draw.
/// Shorrocks (2013), Decomposition procedures for distributional analysis.
public struct Explanation: Sendable {
  /// Parts of each metric: `explanation`.
  public let parts: Table
  /// Parts of the population by component of change: `explanation_ledger`.
  public let ledger: Table
  /// Players in the order of the tables.
  public let players: [String]
  /// Whether orders of joining were sampled because there are more than six players.
  public let isSampled: Bool
}

/// A setting of a scenario: which levers are on and which parameters are given a value.
struct Setting: Hashable, Sendable {
  var levers: Set<String>
  var values: [String: Double]

  init(_ scenario: Scenario, _ variant: Scenario.Variant?) {
    guard let variant else {
      levers = []
      values = [:]
      return
    }
    levers = Set(scenario.levers.filter { variant.isOn($0) }.map(\.id))
    values = variant.set
  }
}

/// The differences between two settings that can be switched one by one.
struct Players: Sendable {
  let names: [String]
  private let reference: Setting
  private let changed: Setting
  private let levers: [String]
  private let parameters: [String]

  /// Levers that are on in one of both settings or in both.
  var all: Set<String> { reference.levers.union(changed.levers) }

  init(from reference: Setting, to changed: Setting) {
    self.reference = reference
    self.changed = changed
    levers = reference.levers.symmetricDifference(changed.levers).sorted()
    let named = Set(reference.values.keys).union(changed.values.keys)
    parameters =
      reference.levers.isEmpty
      ? [] : named.filter { reference.values[$0] != changed.values[$0] }.sorted()
    names = levers + parameters.map { "$" + $0 }
  }

  /// The setting in which some players have changed and the others stand as in the reference.
  func setting(_ coalition: Int) -> Setting {
    var setting = reference
    // Where the reference has no levers, parameters matter to those of the changed setting only.
    if reference.levers.isEmpty { setting.values = changed.values }
    for (k, lever) in levers.enumerated() where coalition & (1 << k) != 0 {
      if changed.levers.contains(lever) {
        setting.levers.insert(lever)
      } else {
        setting.levers.remove(lever)
      }
    }
    for (k, name) in parameters.enumerated() where coalition & (1 << (levers.count + k)) != 0 {
      setting.values[name] = changed.values[name]
    }
    return setting
  }
}

extension Scenario {
  /// What can be switched between the variant compared with and another.
  func players(_ variant: Variant) -> Players {
    let against = variants.first { $0.id == comparison.against }
    return Players(from: Setting(self, against), to: Setting(self, variant))
  }

  /// Why the difference between a variant and the one compared with has no parts; `nil` where it has.
  ///
  /// - Returns: `scenario.explain-nothing` when there is nothing to switch, or more than 62 levers and
  ///   parameters; `scenario.explain-alternatives` when a lever stands in place of one that contradicts
  ///   it, so that they cannot be switched one by one.
  public func unexplained(_ variant: Variant) -> Fault? {
    let found = players(variant)
    let names = ["variant": variant.id, "against": comparison.against]
    guard (1...62).contains(found.names.count) else {
      return Fault(
        .usage, "scenario.explain-nothing",
        names.merging(["players": String(found.names.count)]) { $1 })
    }
    return alternatives.first { found.all.isSuperset(of: [$0.lever, $0.other]) }.map {
      Fault(
        .usage, "scenario.explain-alternatives",
        names.merging(["lever": $0.lever, "other": $0.other]) { $1 })
    }
  }

  /// The players of an explanation.
  ///
  /// - Throws: what `unexplained` tells.
  func explained(_ variant: Variant) throws(Faults) -> Players {
    if let fault = unexplained(variant) { throw Faults(fault) }
    return players(variant)
  }
}

extension ScenarioRun {
  /// Explains a variant against the one the scenario compares with, or against the baseline.
  ///
  /// - Parameters:
  ///   - orders: pairs of orders of joining sampled above six players.
  ///   - progress: told the part that is done, 0 to 1.
  /// - Throws: `scenario.explain-nothing` when the two settings do not differ,
  ///   `scenario.explain-alternatives` when they cannot be mixed; `Faults` when an account does not close
  ///   or a mix of both settings gives parameters values that are not permitted together.
  /// - Complexity: 2^players runs of all draws up to six players.
  public func explanation(
    _ scenario: Scenario, variant: Scenario.Variant, orders: Int = 12,
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws(Faults) -> Explanation {
    if let own = apart(scenario) {
      return try own.explanation(scenario, variant: variant, orders: orders, progress: progress)
    }
    let players = try scenario.explained(variant)
    let plan = CoalitionPlan(players: players.names, orders: orders, seed: seed)
    var outcomes = ExplanationOutcomes(self, scenario)
    let shared = try shared(lastYear: outcomes.lastYear)
    for (k, coalition) in plan.coalitions.enumerated() {
      let setting = players.setting(coalition)
      outcomes.add(
        try store(
          scenario, scenario.levers.filter { setting.levers.contains($0.id) }, setting.values,
          lastYear: outcomes.lastYear, shared: shared))
      progress?(Double(k + 1) / Double(plan.coalitions.count))
    }
    return outcomes.explanation(
      plan, players.names, variant: variant.id, against: scenario.comparison.against,
      threads: threads)
  }
}
