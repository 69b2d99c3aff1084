import Demography
import Glibc

/// The terms of a specification by cell, sorted into common and local ones, and what has a fixed power.
struct InteractionTerms {
  typealias Term = (name: String, values: [Double])

  var common: [Term] = []
  var local: [Term] = []
  var offset: [Double]

  /// - Parameters:
  ///   - ofOrigins: whether origins have effects, which take the place of their masses.
  /// - Throws: `Faults`: a mass that is needed and not there, or not positive.
  init(
    _ specification: InteractionSpecification, _ table: InteractionTable,
    _ masses: InteractionMasses, _ ofOrigins: Bool, _ ofDestinations: Bool
  ) throws {
    offset = [Double](repeating: 0, count: table.count)
    let isLocal = specification.locality == .byOrigin
    let n = table.origins.count
    if !ofOrigins {
      let logs = try Self.logs(masses.origins, table.origins, "interaction.no-origin-masses")
      add(specification.originExponent, "log(origin mass)", isLocal: false, table) {
        logs[$0 % n]
      }
    }
    if !ofDestinations {
      let logs = try Self.logs(
        masses.destinations, table.destinations, "interaction.no-destination-masses")
      add(
        specification.destinationExponent, "log(destination mass)", isLocal: isLocal && ofOrigins,
        table
      ) { logs[$0 / n] }
    }
    let basis = Self.basis(specification.deterrence, table)
    try Self.requireFinite(basis, specification.deterrence, table)
    let terms = zip(specification.deterrence.terms, basis).map { ($0, $1) }
    let covariates = try specification.covariates.map { covariate in
      (covariate.name, try Self.checked(covariate, table))
    }
    if isLocal {
      local += terms
      if ofOrigins && !ofDestinations { local += covariates } else { common += covariates }
    } else {
      common += terms + covariates
    }
  }

  private mutating func add(
    _ exponent: InteractionSpecification.Exponent, _ name: String, isLocal: Bool,
    _ table: InteractionTable, _ value: (Int) -> Double
  ) {
    switch exponent {
    case .fixed(let power):
      for cell in offset.indices { offset[cell] += power * value(cell) }
    case .estimated:
      let term = (name, offset.indices.map { value($0) })
      if isLocal { local.append(term) } else { common.append(term) }
    }
  }

  /// `g_k(c)` by term and cell; 0 for closed cells, where it is never read.
  static func basis(_ deterrence: Deterrence, _ table: InteractionTable) -> [[Double]] {
    var columns = deterrence.terms.map { _ in [Double](repeating: 0, count: table.count) }
    for cell in table.costs.indices where table.isOpen[cell] {
      for (k, value) in deterrence.basis(table.costs[cell]).enumerated() {
        columns[k][cell] = value
      }
    }
    return columns
  }

  /// - Throws: `Faults` for open pairs at whose cost a deterrence that a user gave has no value.
  private static func requireFinite(
    _ basis: [[Double]], _ deterrence: Deterrence, _ table: InteractionTable
  ) throws {
    let n = table.origins.count
    let faults = basis.indices.flatMap { k in
      basis[k].indices.filter { !basis[k][$0].isFinite }.map { cell in
        Fault(
          .badData, "interaction.no-deterrence",
          [
            "origin": table.origins[cell % n], "destination": table.destinations[cell / n],
            "term": deterrence.terms[k], "cost": text(table.costs[cell]),
          ])
      }
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
  }

  private static func logs(
    _ masses: [Double]?, _ areas: [String], _ code: String
  ) throws -> [Double] {
    guard let masses else { throw Faults(Fault(.missingInput, code)) }
    precondition(masses.count == areas.count, "\(masses.count) masses of \(areas.count) areas")
    let faults = areas.indices.filter { !(masses[$0] > 0 && masses[$0] < .infinity) }.map {
      Fault(.badData, "interaction.bad-mass", ["area": areas[$0], "found": text(masses[$0])])
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return masses.map { Glibc.log($0) }
  }

  private static func checked(
    _ covariate: InteractionCovariate, _ table: InteractionTable
  ) throws -> [Double] {
    precondition(
      covariate.values.count == table.count,
      "\(covariate.values.count) values of \(covariate.name) for \(table.count) pairs")
    let n = table.origins.count
    let faults = table.isOpen.indices.filter {
      table.isOpen[$0] && !covariate.values[$0].isFinite
    }.map { cell in
      Fault(
        .badData, "interaction.bad-covariate",
        [
          "origin": table.origins[cell % n], "destination": table.destinations[cell / n],
          "name": covariate.name, "found": text(covariate.values[cell]),
        ])
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return table.isOpen.indices.map { table.isOpen[$0] ? covariate.values[$0] : 0 }
  }
}
