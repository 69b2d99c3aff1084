import Demography
import Glibc
import Kernel

/// What a model with known parameters is to add up to; what its constraint does not read may be absent.
public struct InteractionMargins: Hashable, Sendable {
  /// O, for the production and the doubly constrained model.
  public let origins: [Double]?
  /// D, for the attraction and the doubly constrained model.
  public let destinations: [Double]?
  /// For the model without constraint.
  public let total: Double?

  public init(origins: [Double]? = nil, destinations: [Double]? = nil, total: Double? = nil) {
    self.origins = origins
    self.destinations = destinations
    self.total = total
  }
}

/// Parameters of an interaction model, not estimated but given.
public struct InteractionParameters: Hashable, Sendable {
  /// θ, one for each term of the deterrence.
  public let deterrence: [Double]
  /// One for each covariate.
  public let covariates: [Double]

  public init(deterrence: [Double], covariates: [Double] = []) {
    self.deterrence = deterrence
    self.covariates = covariates
  }
}

/// Flows of an interaction model with its balancing factors.
public struct InteractionFlows: Hashable, Sendable {
  /// `origins · destinations`, origin fastest; 0 for closed pairs.
  public let values: [Double]
  /// A, 1 where origins are not constrained.
  public let originFactors: [Double]
  /// B, scaled so that `Σ B_j D_j = Σ D_j`; 1 where destinations are not constrained.
  public let destinationFactors: [Double]
  /// K of the model without constraint, else 1.
  public let scale: Double
  public let stop: InteractionStop

  /// Flows for given parameters; the powers of masses that the specification leaves to be estimated are 1.
  ///
  /// - Throws: `Faults`: a mass or margin that is needed and not there; why no table has the margins
  ///   (`balance.…`); a deterrence too steep for numbers (`interaction.underflow`).
  /// - Complexity: O(pairs) a sweep.
  public init(
    _ specification: InteractionSpecification, _ table: InteractionTable,
    _ parameters: InteractionParameters, margins: InteractionMargins,
    masses: InteractionMasses = InteractionMasses()
  ) throws {
    precondition(specification.locality == .global, "one set of parameters for all pairs")
    let constraint = specification.constraint
    let known = InteractionSpecification(
      constraint, specification.deterrence, originExponent: specification.originExponent.orOne,
      destinationExponent: specification.destinationExponent.orOne,
      covariates: specification.covariates)
    let terms = try InteractionTerms(
      known, table, masses, constraint.holdsOrigins, constraint.holdsDestinations)
    let beta = parameters.deterrence + parameters.covariates
    precondition(
      beta.count == terms.common.count, "\(beta.count) parameters, \(terms.common.count) terms")
    var logs = terms.offset
    for (k, term) in terms.common.enumerated() {
      for cell in logs.indices { logs[cell] += beta[k] * term.values[cell] }
    }
    try self.init(logs, table, constraint, margins, start: nil)
  }

  /// - Parameters:
  ///   - logs: of what multiplies the factors, by cell; of closed cells not read.
  ///   - start: column factors to begin with.
  init(
    _ logs: [Double], _ table: InteractionTable,
    _ constraint: InteractionSpecification.Constraint, _ margins: InteractionMargins,
    start: [Double]?
  ) throws {
    switch constraint {
    case .unconstrained:
      let total = try Self.needed(margins.total.map { [$0] }, "interaction.no-total")[0]
      let whole = logSumExp(logs.indices.filter { table.isOpen[$0] }.map { logs[$0] })
      let scale = Glibc.log(total) - whole
      self.init(
        values: logs.indices.map { table.isOpen[$0] ? Glibc.exp(logs[$0] + scale) : 0 },
        originFactors: table.origins.map { _ in 1 },
        destinationFactors: table.destinations.map { _ in 1 }, scale: Glibc.exp(scale),
        stop: InteractionStop(.direct, iterations: 1, measure: 0))
    case .production:
      let totals = try Self.needed(margins.origins, "interaction.no-origin-totals")
      self = try Self.production(logs, table, totals)
    case .attraction:
      let totals = try Self.needed(margins.destinations, "interaction.no-destination-totals")
      let turned = try Self.production(table.transposing(logs), table.transposed, totals)
      self.init(
        values: table.transposed.transposing(turned.values),
        originFactors: turned.destinationFactors, destinationFactors: turned.originFactors,
        scale: 1, stop: turned.stop)
    case .doubly:
      let rows = try Self.needed(margins.origins, "interaction.no-origin-totals")
      let columns = try Self.needed(margins.destinations, "interaction.no-destination-totals")
      self = try Self.doubly(logs, table, rows, columns, start)
    }
  }

  private init(
    values: [Double], originFactors: [Double], destinationFactors: [Double], scale: Double,
    stop: InteractionStop
  ) {
    self.values = values
    self.originFactors = originFactors
    self.destinationFactors = destinationFactors
    self.scale = scale
    self.stop = stop
  }

  private static func needed(_ values: [Double]?, _ code: String) throws -> [Double] {
    guard let values else { throw Faults(Fault(.missingInput, code)) }
    return values
  }

  private static func production(
    _ logs: [Double], _ table: InteractionTable, _ totals: [Double]
  ) throws -> InteractionFlows {
    let largest = rowMaxima(logs, table)
    var values = [Double](repeating: 0, count: table.count)
    var factors = [Double](repeating: .nan, count: totals.count)
    for i in totals.indices {
      guard totals[i].isFinite, totals[i] >= 0 else {
        throw Faults(
          BalancingError.badRow(i, totals[i]).fault(
            origins: table.origins, destinations: table.destinations))
      }
      var sum = 0.0
      for j in table.destinations.indices where table.isOpen[table.index(i, j)] {
        let weight = Glibc.exp(logs[table.index(i, j)] - largest[i])
        values[table.index(i, j)] = weight
        sum += weight
      }
      guard sum > 0 || totals[i] == 0 else {
        throw Faults(
          Fault(
            .badData, "interaction.no-open-pair",
            ["area": table.origins[i], "total": text(totals[i])]))
      }
      if sum > 0 { factors[i] = Glibc.exp(-largest[i]) / sum }
      for j in table.destinations.indices where table.isOpen[table.index(i, j)] {
        values[table.index(i, j)] *= totals[i] / sum
      }
    }
    return InteractionFlows(
      values: values, originFactors: factors, destinationFactors: table.destinations.map { _ in 1 },
      scale: 1, stop: InteractionStop(.direct, iterations: 1, measure: 0))
  }

  private static func doubly(
    _ logs: [Double], _ table: InteractionTable, _ rows: [Double], _ columns: [Double],
    _ start: [Double]?
  ) throws -> InteractionFlows {
    let n = table.origins.count
    let largest = rowMaxima(logs, table)
    let weights = Kernel.exp(
      logs.indices.map { table.isOpen[$0] ? logs[$0] - largest[$0 % n] : -.infinity })
    if let cell = weights.indices.first(where: { table.isOpen[$0] && weights[$0] == 0 }) {
      throw Faults(
        Fault(
          .badData, "interaction.underflow",
          ["origin": table.origins[cell % n], "destination": table.destinations[cell / n]]))
    }
    do {
      let found = try Furness.balance(seed: weights, rows: rows, columns: columns, start: start)
      let total = columns.reduce(0, +)
      let share = total / found.b.reduce(0, +)
      let factors = BalancingFactors(
        weights: weights, logScale: largest, b: found.b.map { $0 * share }, rows: rows,
        columns: columns)
      return InteractionFlows(
        values: found.values, originFactors: factors.origins,
        destinationFactors: factors.destinations, scale: 1,
        stop: InteractionStop(
          .marginsMet, iterations: found.sweeps, measure: found.error))
    } catch {
      throw Faults(error.fault(origins: table.origins, destinations: table.destinations))
    }
  }

  /// Largest value of each origin's open pairs; 0 where it has none.
  static func rowMaxima(_ logs: [Double], _ table: InteractionTable) -> [Double] {
    let n = table.origins.count
    var largest = [Double](repeating: -.infinity, count: n)
    for cell in logs.indices where table.isOpen[cell] {
      largest[cell % n] = max(largest[cell % n], logs[cell])
    }
    return largest.map { $0.isFinite ? $0 : 0 }
  }
}

extension InteractionSpecification.Exponent {
  fileprivate var orOne: InteractionSpecification.Exponent {
    if case .fixed = self { self } else { .fixed(1) }
  }
}

/// Wilson's A and B from the column factors `b_j = B_j D_j`, defined for empty lines too.
struct BalancingFactors {
  let origins: [Double]
  let destinations: [Double]

  /// - Parameters:
  ///   - weights: f by cell, 0 where closed, divided by `e^{logScale}` of its origin.
  init(
    weights: [Double], logScale: [Double], b: [Double], rows: [Double], columns: [Double]
  ) {
    let f = Matrix(rows: rows.count, columns: columns.count, values: weights)
    let sums = f.times(b)
    origins = rows.indices.map { Glibc.exp(-logScale[$0]) / sums[$0] }
    // A O e^{logScale}: what multiplies the scaled weights.
    let back = f.transposeTimes(rows.indices.map { rows[$0] > 0 ? rows[$0] / sums[$0] : 0 })
    destinations = columns.indices.map { columns[$0] > 0 ? b[$0] / columns[$0] : 1 / back[$0] }
  }
}
