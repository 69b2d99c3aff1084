import Demography
import Glibc
import Kernel

/// The flows a scenario starts from, and what a fit says of their answer to changes of pairs.
///
/// The baseline is the fitted table; a change moves it by the ratio `e^{Δx β}`, which needs no effect and no mass
/// of the fit (exact hat algebra: Dekle, Eaton & Kortum 2007).
public struct ScenarioBaseline: Sendable {
  public let origins: [String]
  public let destinations: [String]
  /// `origins · destinations`, origin fastest; 0 for pairs without a flow in the model.
  public let flows: [Double]
  /// Names of the coefficients, their estimates and covariance, row by row.
  public let terms: [String]
  public let estimates: [Double]
  public let covariance: [Double]
  /// Δx by term and cell, of shocks together.
  let changes: @Sendable ([FlowShock]) throws -> [[Double]]

  /// From a model of the interaction family with parameters for all pairs.
  /// - Throws: `Fault` `closure.local` for a local model.
  public init(_ fit: InteractionFit) throws {
    guard fit.specification.locality == .global else {
      throw Faults(Fault(.usage, "closure.local"))
    }
    origins = fit.table.origins
    destinations = fit.table.destinations
    flows = fit.fitted
    terms = fit.coefficients.map(\.term)
    estimates = fit.coefficients.map(\.estimate)
    covariance = fit.covarianceMatrix
    changes = { try InteractionChanges(fit).changes($0) }
  }

  /// From a regression with a logarithmic link, whose rows are pairs, each once.
  ///
  /// - Parameters:
  ///   - data: what the fit was made from.
  ///   - origin: column of origins; destination: of destinations.
  /// - Throws: `Faults`: another link, a pair twice, a column that is not there.
  public init(
    _ fit: RegressionFit, data: FlowData, origin: String, destination: String
  ) throws {
    guard fit.model != LinearFlowModel.id else {
      throw Faults(Fault(.usage, "closure.needs-log-link", ["model": fit.model]))
    }
    let pairs = try ScenarioPairs(fit, data, origin, destination)
    origins = pairs.origins
    destinations = pairs.destinations
    var flows = [Double](repeating: 0, count: pairs.origins.count * pairs.destinations.count)
    for (k, cell) in pairs.cells.enumerated() { flows[cell] = fit.fitted[k] }
    self.flows = flows
    let slopes = fit.coefficients.indices.filter { fit.coefficients[$0].term != "(Intercept)" }
    terms = slopes.map { fit.coefficients[$0].term }
    estimates = slopes.map { fit.coefficients[$0].estimate }
    let width = fit.coefficients.count
    covariance = slopes.flatMap { a in slopes.map { fit.covarianceMatrix[a * width + $0] } }
    changes = { try pairs.changes(fit, data, $0) }
  }

  public func index(_ i: Int, _ j: Int) -> Int { j * origins.count + i }

  /// `T e^{Δx β}` with every total that a shock changes changed in its line.
  func partial(_ changes: [[Double]], _ beta: [Double], lines: (o: [Double], d: [Double]))
    -> [Double]
  {
    let n = origins.count
    var values = flows
    for cell in values.indices where values[cell] > 0 {
      var sum = 0.0
      for k in beta.indices { sum += changes[k][cell] * beta[k] }
      values[cell] *= Glibc.exp(sum) * lines.o[cell % n] * lines.d[cell / n]
    }
    return values
  }
}

/// Changes of the terms of an interaction model.
private struct InteractionChanges {
  private let fit: InteractionFit

  init(_ fit: InteractionFit) { self.fit = fit }

  func changes(_ shocks: [FlowShock]) throws -> [[Double]] {
    let table = fit.table
    let n = table.origins.count
    let deterrence = fit.specification.deterrence
    let first = fit.coefficients.firstIndex { $0.term == deterrence.terms[0] } ?? 0
    let covariates = first + deterrence.terms.count
    var changes = fit.coefficients.map { _ in [Double](repeating: 0, count: table.count) }
    for shock in shocks where !shock.isOfTotals {
      if let name = shock.unknown(to: fit) {
        throw Faults(Fault(.usage, "closure.no-term", ["shock": shock.id, "term": name]))
      }
    }
    for cell in changes.isEmpty ? 0..<0 : table.costs.indices where table.isOpen[cell] {
      let (from, to) = (table.origins[cell % n], table.destinations[cell / n])
      var cost = table.costs[cell]
      for shock in shocks where shock.concerns(origin: from, destination: to) {
        switch shock.subject {
        case .cost: cost = shock.change.of(cost)
        case .originMass, .destinationMass:
          guard case .times(let factor) = shock.change, factor > 0 else {
            throw Faults(Fault(.usage, "closure.mass-factor", ["shock": shock.id]))
          }
          let term =
            shock.subject == .originMass ? "log(origin mass)" : "log(destination mass)"
          let k = fit.coefficients.firstIndex { $0.term == term } ?? 0
          changes[k][cell] += Glibc.log(factor)
        case .covariate(let name):
          let k = fit.specification.covariates.firstIndex { $0.name == name } ?? 0
          let old = fit.specification.covariates[k].values[cell]
          changes[covariates + k][cell] += shock.change.of(old) - old
        case .originTotal, .destinationTotal: break
        }
      }
      guard cost != table.costs[cell] else { continue }
      guard cost > 0, cost < .infinity else {
        throw Faults(
          Fault(
            .badData, "interaction.bad-cost",
            ["origin": from, "destination": to, "found": text(cost)]))
      }
      let (old, new) = (deterrence.basis(table.costs[cell]), deterrence.basis(cost))
      // A deterrence that a user gave need not have a value everywhere.
      if let k = new.firstIndex(where: { !$0.isFinite }) {
        throw Faults(
          Fault(
            .badData, "interaction.no-deterrence",
            ["origin": from, "destination": to, "term": deterrence.terms[k], "cost": text(cost)]))
      }
      for k in old.indices { changes[first + k][cell] += new[k] - old[k] }
    }
    return changes
  }
}

extension FlowShock {
  /// The term a shock needs and the fit has not.
  fileprivate func unknown(to fit: InteractionFit) -> String? {
    let needed: String
    switch subject {
    case .originMass: needed = "log(origin mass)"
    case .destinationMass: needed = "log(destination mass)"
    // A term of the cost may have the name of a column that is no covariate.
    case .covariate(let name):
      return fit.specification.covariates.contains { $0.name == name } ? nil : name
    default: return nil
    }
    return fit.coefficients.contains { $0.term == needed } ? nil : needed
  }
}
