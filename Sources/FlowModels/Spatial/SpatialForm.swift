/// Which dependences a spatial model of flows has: the nine models of LeSage and Pace (2008).
public enum SpatialForm: Int, Hashable, Sendable, CaseIterable {
  /// Model 1: none, ordinary least squares.
  case independent = 1
  /// Model 2: on the flows to the neighbours of the destination, ρ_d.
  case destination
  /// Model 3: on the flows from the neighbours of the origin, ρ_o.
  case origin
  /// Model 4: on the flows between the neighbours of both, ρ_w.
  case pair
  /// Model 5: on the mean of the lags of models 2 and 3.
  case originAndDestinationTied
  /// Model 6: on the mean of all three lags.
  case allTied
  /// Model 7: on the lags of models 2 and 3.
  case originAndDestination
  /// Model 8: on all three with `ρ_w = −ρ_d ρ_o`, so that A is the product of two filters.
  case separable
  /// Model 9: on all three.
  case all

  /// Names of the free parameters.
  public var parameters: [String] {
    switch self {
    case .independent: []
    case .destination: ["rho_d"]
    case .origin: ["rho_o"]
    case .pair: ["rho_w"]
    case .originAndDestinationTied: ["rho_od"]
    case .allTied: ["rho_odw"]
    case .originAndDestination, .separable: ["rho_d", "rho_o"]
    case .all: ["rho_d", "rho_o", "rho_w"]
    }
  }

  /// (ρ_d, ρ_o, ρ_w) at these free parameters.
  public func dependence(_ theta: [Double]) -> [Double] {
    precondition(theta.count == parameters.count, "\(theta.count) parameters")
    if self == .separable { return [theta[0], theta[1], -theta[0] * theta[1]] }
    let J = directions
    return (0..<3).map { k in theta.indices.reduce(0) { $0 + J[$1][k] * theta[$1] } }
  }

  /// Derivatives of (ρ_d, ρ_o, ρ_w) by each free parameter.
  func slopes(_ theta: [Double]) -> [[Double]] {
    self == .separable ? [[1, 0, -theta[1]], [0, 1, -theta[0]]] : directions
  }

  /// The only second derivative that is not zero: of ρ_w by the two parameters of model 8.
  var curvature: Double { self == .separable ? -1 : 0 }

  /// (ρ_d, ρ_o, ρ_w) at one unit of each free parameter; for model 8 without the product.
  var directions: [[Double]] {
    switch self {
    case .independent: []
    case .destination: [[1, 0, 0]]
    case .origin: [[0, 1, 0]]
    case .pair: [[0, 0, 1]]
    case .originAndDestinationTied: [[0.5, 0.5, 0]]
    case .allTied: [[1.0 / 3, 1.0 / 3, 1.0 / 3]]
    case .originAndDestination, .separable: [[1, 0, 0], [0, 1, 0]]
    case .all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    }
  }
}
