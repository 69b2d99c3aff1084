import Demography

/// One thing that becomes different: a road that shortens distances, a region that offers more jobs.
public struct FlowShock: Hashable, Sendable {
  public enum Subject: Hashable, Sendable {
    /// The cost of pairs, in an interaction model.
    case cost
    /// The mass of origins or destinations, in an interaction model that has it.
    case originMass
    case destinationMass
    /// A covariate of an interaction model, or a column that the formula of a regression reads.
    case covariate(String)
    /// The totals that a closure holds.
    case originTotal
    case destinationTotal
  }

  public enum Change: Hashable, Sendable {
    case times(Double)
    case plus(Double)

    func of(_ value: Double) -> Double {
      switch self {
      case .times(let factor): value * factor
      case .plus(let amount): value + amount
      }
    }
  }

  public let id: String
  public let subject: Subject
  public let change: Change
  /// Which origins and destinations it concerns; all where `nil`.
  public let origins: Set<String>?
  public let destinations: Set<String>?

  public init(
    _ id: String, _ subject: Subject, _ change: Change, origins: Set<String>? = nil,
    destinations: Set<String>? = nil
  ) {
    self.id = id
    self.subject = subject
    self.change = change
    self.origins = origins
    self.destinations = destinations
  }

  func concerns(origin: String, destination: String) -> Bool {
    (origins?.contains(origin) ?? true) && (destinations?.contains(destination) ?? true)
  }

  /// Whether it changes what a closure holds and nothing about pairs.
  var isOfTotals: Bool { subject == .originTotal || subject == .destinationTotal }

  /// Why a shock of totals is none: the total of an origin has no destinations, and the other way round.
  var ofOtherEnd: Fault? {
    let (own, named) =
      subject == .originTotal
      ? ("orig", destinations.map { _ in "dest" }) : ("dest", origins.map { _ in "orig" })
    guard isOfTotals, let named else { return nil }
    return Fault(.usage, "closure.other-end", ["shock": id, "named": named, "own": own])
  }
}

/// What stays as it was, or as it is set, when flows answer to a shock.
public enum ScenarioClosure: String, Hashable, Sendable, CaseIterable {
  /// Nothing: every flow moves by its own pair, `T e^{Δx β}`; totals grow or shrink.
  case partial
  /// The departures of every origin: people choose other destinations.
  case production
  /// The arrivals of every destination.
  case attraction
  /// Both.
  case doubly

  var constraint: InteractionSpecification.Constraint? {
    switch self {
    case .partial: nil
    case .production: .production
    case .attraction: .attraction
    case .doubly: .doubly
    }
  }
}
