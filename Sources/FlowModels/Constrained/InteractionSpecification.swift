/// Which model of spatial interaction: what is constrained, how flows fall with cost, what else attracts.
///
/// `T_ij = A_i O_i B_j D_j f(c_ij)` with all margins (doubly), `A_i O_i W_j^γ f` with those of origins
/// (production), `B_j D_j V_i^μ f` with those of destinations (attraction), `K V_i^μ W_j^γ f` with the grand total.
///
/// Wilson 1971; Fotheringham & O'Kelly 1989.
public struct InteractionSpecification: Sendable {
  public enum Constraint: String, Hashable, Sendable, CaseIterable {
    case unconstrained, production, attraction, doubly

    /// The same with origins and destinations exchanged.
    public var transposed: Constraint {
      switch self {
      case .production: .attraction
      case .attraction: .production
      default: self
      }
    }
    /// Whether the total of every origin is met.
    public var holdsOrigins: Bool { self == .production || self == .doubly }
    public var holdsDestinations: Bool { self == .attraction || self == .doubly }
  }

  /// The power of a mass.
  public enum Exponent: Hashable, Sendable {
    case estimated
    case fixed(Double)
  }

  /// Whose parameters are estimated.
  public enum Locality: Hashable, Sendable {
    /// One for all pairs.
    case global
    /// One for each origin. A model without constraint then meets the total of every origin.
    case byOrigin
    case byDestination

    var transposed: Locality {
      switch self {
      case .global: .global
      case .byOrigin: .byDestination
      case .byDestination: .byOrigin
      }
    }
  }

  public let constraint: Constraint
  public let deterrence: Deterrence
  public let originExponent: Exponent
  public let destinationExponent: Exponent
  public let covariates: [InteractionCovariate]
  public let locality: Locality

  /// - Parameters:
  ///   - originExponent: μ; read only where origins are not constrained.
  ///   - destinationExponent: γ; read only where destinations are not constrained.
  public init(
    _ constraint: Constraint, _ deterrence: Deterrence, originExponent: Exponent = .estimated,
    destinationExponent: Exponent = .estimated, covariates: [InteractionCovariate] = [],
    locality: Locality = .global
  ) {
    self.constraint = constraint
    self.deterrence = deterrence
    self.originExponent = originExponent
    self.destinationExponent = destinationExponent
    self.covariates = covariates
    self.locality = locality
  }

  /// The same model of the transposed table.
  func transposed(_ table: InteractionTable) -> InteractionSpecification {
    InteractionSpecification(
      constraint.transposed, deterrence, originExponent: destinationExponent,
      destinationExponent: originExponent,
      covariates: covariates.map {
        InteractionCovariate($0.name, table.transposing($0.values))
      }, locality: locality.transposed)
  }
}

/// Something else about pairs that multiplies the flow by `e^{θx}`, such as a common border or the logarithm of
/// an accessibility.
public struct InteractionCovariate: Hashable, Sendable {
  public let name: String
  /// `origins · destinations`, origin fastest; finite for open pairs.
  public let values: [Double]

  public init(_ name: String, _ values: [Double]) {
    self.name = name
    self.values = values
  }
}

/// Sizes of origins (V) and destinations (W), positive; only those the specification reads are needed.
public struct InteractionMasses: Hashable, Sendable {
  public let origins: [Double]?
  public let destinations: [Double]?

  public init(origins: [Double]? = nil, destinations: [Double]? = nil) {
    self.origins = origins
    self.destinations = destinations
  }

  var transposed: InteractionMasses {
    InteractionMasses(origins: destinations, destinations: origins)
  }
}
