import Demography
import FlowModels

/// Changes to the world of a fitted model, and what is held when flows answer.
public struct FlowScenarioRequest: Sendable {
  /// The model that is fitted: a formula, or a model of pairs with a constraint.
  public enum Model: Sendable {
    case regression(FlowModelRequest)
    case interaction(PairModelRequest)
  }

  public var model: Model
  /// Columns of the origin and the destination.
  public var origin: String
  public var destination: String
  /// As `wage[dest=KZ-75] * 1.1`.
  public var changes: [String]
  /// Names of closures.
  public var closures: [String]
  /// Coverage of the intervals, per cent.
  public var level: Double
  public var draws: Int
  public var seed: UInt32

  public init(
    model: Model, origin: String, destination: String, changes: [String], closures: [String],
    level: Double, draws: Int, seed: UInt32
  ) {
    self.model = model
    self.origin = origin
    self.destination = destination
    self.changes = changes
    self.closures = closures
    self.level = level
    self.draws = draws
    self.seed = seed
  }

  func chosenClosures() throws -> [ScenarioClosure] {
    try closures.map { name in
      guard let closure = ScenarioClosure(rawValue: name) else {
        throw Fault(
          .usage, "option.unknown",
          [
            "option": "--closure", "value": name,
            "known": ScenarioClosure.allCases.map(\.rawValue).joined(separator: ", "),
          ])
      }
      return closure
    }
  }

  /// The changes, all that is wrong with them together.
  /// - Throws: `Faults`: `closure.change`, `closure.no-area`.
  func shocks(on baseline: ScenarioBaseline) throws -> [FlowShock] {
    var faults: [Fault] = []
    var shocks: [FlowShock] = []
    for change in changes {
      do {
        let shock = try FlowShock.parse(change)
        faults += Self.unknown(shock.origins, baseline.origins, change)
        faults += Self.unknown(shock.destinations, baseline.destinations, change)
        shocks.append(shock)
      } catch let found as Faults {
        faults += found.all
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return shocks
  }

  private static func unknown(
    _ named: Set<String>?, _ known: [String], _ change: String
  ) -> [Fault] {
    (named ?? []).subtracting(known).sorted().map { area in
      Fault(
        .usage, "closure.no-area",
        ["area": area, "nearest": nearest(to: area, in: known) ?? "", "change": change])
    }
  }
}
