import Demography
import Glibc

/// The regressors of a model of interaction over the cells of its table, and which cells are used.
///
/// Parameters stand in this order: origin effects, destination effects (without the first where there are both),
/// terms common to all pairs (an intercept first where there are no effects), terms of each origin.
struct InteractionDesign {
  let table: InteractionTable
  /// Cells that are estimated from: open, in lines whose constrained total is positive.
  let isUsed: [Bool]
  /// Parameter of each origin and destination; −1 where it has none.
  let originParameter: [Int]
  let destinationParameter: [Int]
  let commonNames: [String]
  /// Values by cell, of every common term.
  let common: [[Double]]
  let localNames: [String]
  let local: [[Double]]
  /// First parameter of the terms of each origin; −1 where it has none.
  let localParameter: [Int]
  /// Logarithm of what is not estimated.
  let offset: [Double]
  let effectCount: Int
  let parameterCount: Int
  let hasIntercept: Bool

  var cells: [Int] { isUsed.indices.filter { isUsed[$0] } }

  init(
    _ specification: InteractionSpecification, _ table: InteractionTable, flows: [Double],
    masses: InteractionMasses
  ) throws {
    let constraint = specification.constraint
    let isLocal = specification.locality == .byOrigin
    let ofOrigins = constraint.holdsOrigins || (isLocal && constraint == .unconstrained)
    let ofDestinations = constraint.holdsDestinations
    let totals = InteractionTotals(table, flows)
    isUsed = table.isOpen.indices.map { cell in
      table.isOpen[cell] && (!ofOrigins || totals.origins[cell % table.origins.count] > 0)
        && (!ofDestinations || totals.destinations[cell / table.origins.count] > 0)
    }
    var terms = try InteractionTerms(specification, table, masses, ofOrigins, ofDestinations)
    hasIntercept = !ofOrigins && !ofDestinations
    if hasIntercept {
      terms.common.insert(
        ("(Intercept)", [Double](repeating: 1, count: table.count)), at: 0)
    }
    var next = 0
    func number(_ total: Double) -> Int {
      guard total > 0 else { return -1 }
      defer { next += 1 }
      return next
    }
    originParameter = totals.origins.map { ofOrigins ? number($0) : -1 }
    var isFirst = ofOrigins
    destinationParameter = totals.destinations.map { total in
      guard ofDestinations, total > 0 else { return -1 }
      if isFirst {
        isFirst = false
        return -1
      }
      return number(total)
    }
    effectCount = next
    next += terms.common.count
    let width = terms.local.count
    localParameter = totals.origins.map { total in
      guard width > 0, total > 0 else { return -1 }
      defer { next += width }
      return next
    }
    parameterCount = next
    commonNames = terms.common.map(\.name)
    common = terms.common.map(\.values)
    localNames = terms.local.map(\.name)
    local = terms.local.map(\.values)
    offset = terms.offset
    self.table = table
  }

  /// The linear predictor of every used cell; 0 elsewhere. With effects or without.
  func predictor(_ beta: [Double], withEffects: Bool = true) -> [Double] {
    let n = table.origins.count
    var eta = [Double](repeating: 0, count: table.count)
    for cell in eta.indices where table.isOpen[cell] && (isUsed[cell] || !withEffects) {
      let (i, j) = (cell % n, cell / n)
      var sum = offset[cell]
      if withEffects {
        if originParameter[i] >= 0 { sum += beta[originParameter[i]] }
        if destinationParameter[j] >= 0 { sum += beta[destinationParameter[j]] }
      }
      for k in common.indices { sum += beta[effectCount + k] * common[k][cell] }
      if localParameter[i] >= 0 {
        for k in local.indices { sum += beta[localParameter[i] + k] * local[k][cell] }
      }
      eta[cell] = sum
    }
    return eta
  }

  /// Name of a parameter, for messages and results.
  func name(_ parameter: Int) -> String {
    if let i = originParameter.firstIndex(of: parameter) { return "origin:" + table.origins[i] }
    if let j = destinationParameter.firstIndex(of: parameter) {
      return "destination:" + table.destinations[j]
    }
    let k = parameter - effectCount
    if k < common.count { return commonNames[k] }
    let width = localNames.count
    let place = k - common.count
    let withTerms = localParameter.indices.filter { localParameter[$0] >= 0 }
    return localNames[place % width] + ":" + table.origins[withTerms[place / width]]
  }
}

/// Totals of a table over its open pairs.
struct InteractionTotals {
  let origins: [Double]
  let destinations: [Double]
  var total: Double { origins.reduce(0, +) }

  init(_ table: InteractionTable, _ flows: [Double]) {
    var origins = [Double](repeating: 0, count: table.origins.count)
    var destinations = [Double](repeating: 0, count: table.destinations.count)
    for cell in flows.indices where table.isOpen[cell] {
      origins[cell % origins.count] += flows[cell]
      destinations[cell / origins.count] += flows[cell]
    }
    self.origins = origins
    self.destinations = destinations
  }
}
