import Demography

/// The kinds of levers a scenario may use.
public enum LeverCatalogue {
  public static let all: [any LeverKind] = [
    RateLever(),
    CountLever(),
    DriverLever(),
    CapLever(),
    CorridorLever(),
    ProgrammeLever(),
    ReturnMigrationLever(),
    ShockLever(),
    DisplacementLever(),
    StockRuleLever(),
    ClosureLever(),
    ClimateLever(),
  ]

  /// The kind with an id; `nil` when there is none.
  public static func kind(_ id: String) -> (any LeverKind)? { all.first { $0.card.id == id } }
}
