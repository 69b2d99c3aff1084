import Demography
import FlowModels
import Foundation
import Glibc
import Kernel
import Testing

/// Laws of the interaction family on a rectangular table of made-up flows with zeros.
struct InteractionLawTests {
  private let origins = ["A", "B", "C", "D", "E"]
  private let destinations = ["C", "D", "E", "F", "G", "H"]
  private let options = InteractionOptions(errors: .poisson)

  private func number(_ name: String, _ count: Int) -> [Double] {
    var stream = RandomStream(seed: 7, stream: "test.interaction", unit: name, draw: 0, time: 0)
    return (0..<count).map { _ in stream.uniform() }
  }
  private var costs: [Double] { number("cost", 30).map { 20 + 900 * $0 } }
  private var table: InteractionTable {
    get throws {
      try InteractionTable(
        origins: origins, destinations: destinations, costs: costs, diagonal: .closed)
    }
  }
  private var flows: [Double] {
    let noise = number("flow", 30)
    let costs = costs
    return costs.indices.map { k in
      (4e4 / costs[k] * (0.1 + noise[k]) * Double(1 + k % 5) / 3 - 8).rounded().clampedAtZero
    }
  }
  private var masses: InteractionMasses {
    InteractionMasses(
      origins: number("V", 5).map { 10 + 90 * $0 },
      destinations: number("W", 6).map { 10 + 90 * $0 })
  }

  private static let laws: [Deterrence] = [
    .power, .exponential, .tanner, .logNormal, .spline(knots: [60, 200, 450, 800]),
    .user(terms: ["sqrt"]) { [$0.squareRoot()] },
  ]

  private func fit(
    _ constraint: InteractionSpecification.Constraint, _ deterrence: Deterrence,
    locality: InteractionSpecification.Locality = .global
  ) throws -> InteractionFit {
    try InteractionModel.fit(
      InteractionSpecification(constraint, deterrence, locality: locality), table, flows: flows,
      masses: masses, options: options)
  }

  private func sums(_ values: [Double]) -> (rows: [Double], columns: [Double]) {
    var rows = [Double](repeating: 0, count: 5)
    var columns = [Double](repeating: 0, count: 6)
    for k in values.indices {
      rows[k % 5] += values[k]
      columns[k / 5] += values[k]
    }
    return (rows, columns)
  }

  @Test(arguments: InteractionSpecification.Constraint.allCases, laws.indices)
  func marginsAreMetAndFactorsGiveTheFlows(
    _ constraint: InteractionSpecification.Constraint, _ law: Int
  ) throws {
    let fit = try fit(constraint, Self.laws[law])
    let found = sums(fit.fitted)
    let wanted = sums(fit.observed)
    if constraint.holdsOrigins {
      for (a, b) in zip(found.rows, wanted.rows) { #expect(abs(a / b - 1) < 1e-12) }
    }
    if constraint.holdsDestinations {
      for (a, b) in zip(found.columns, wanted.columns) { #expect(abs(a / b - 1) < 1e-12) }
    }
    let (total, all) = (found.rows.reduce(0, +), wanted.rows.reduce(0, +))
    #expect(abs(total / all - 1) < 1e-12)
    #expect(fit.stop.reason == .scoresVanish)
    // T = K A O B D V^μ W^γ f, by hand.
    let logs = try (0..<5).map { Glibc.log(try #require(masses.origins)[$0]) }
    let logW = try (0..<6).map { Glibc.log(try #require(masses.destinations)[$0]) }
    let theta = fit.specification.deterrence.terms.map { fit.estimate($0) ?? .nan }
    for k in fit.fitted.indices where fit.table.isOpen[k] {
      let (i, j) = (k % 5, k / 5)
      var value = fit.scale * fit.originFactors[i] * fit.destinationFactors[j]
      if constraint.holdsOrigins {
        value *= wanted.rows[i]
      } else {
        value *= exp(logs[i] * (fit.estimate("log(origin mass)") ?? .nan))
      }
      if constraint.holdsDestinations {
        value *= wanted.columns[j]
      } else {
        value *= exp(logW[j] * (fit.estimate("log(destination mass)") ?? .nan))
      }
      let basis = fit.specification.deterrence.basis(costs[k])
      for (g, t) in zip(basis, theta) { value *= exp(g * t) }
      #expect(abs(value / fit.fitted[k] - 1) < 1e-8)
    }
  }

  /// The same numbers by the regression with fixed effects.
  @Test(arguments: InteractionSpecification.Constraint.allCases, [false, true])
  func aFitIsThePoissonRegressionWithEffects(
    _ constraint: InteractionSpecification.Constraint, _ isExponential: Bool
  ) throws {
    let fit = try fit(constraint, isExponential ? .exponential : .power)
    let formula =
      switch constraint {
      case .unconstrained: "flow ~ log(V) + log(W) + COST"
      case .production: "flow ~ log(W) + COST | orig"
      case .attraction: "flow ~ log(V) + COST | dest"
      case .doubly: "flow ~ COST | orig + dest"
      }
    let open = fit.table.isOpen.indices.filter { fit.table.isOpen[$0] }
    let V = try #require(masses.origins)
    let W = try #require(masses.destinations)
    let data = FlowData(columns: [
      ("orig", open.map { origins[$0 % 5] }), ("dest", open.map { destinations[$0 / 5] }),
      ("flow", open.map { "\(flows[$0])" }), ("cost", open.map { "\(costs[$0])" }),
      ("V", open.map { "\(V[$0 % 5])" }), ("W", open.map { "\(W[$0 / 5])" }),
    ])
    let other = try PoissonFlowModel().fit(
      Formula.parse(
        formula.replacingOccurrences(of: "COST", with: isExponential ? "cost" : "log(cost)")),
      data, RegressionOptions(covariance: .iid, smallSample: .none))
    let slopes = other.coefficients.filter { $0.term != "(Intercept)" }
    #expect(slopes.count == fit.coefficients.count)
    for (a, b) in zip(fit.coefficients, slopes) {
      #expect(abs(a.estimate - b.estimate) < 1e-9 * max(1, abs(b.estimate)))
      #expect(abs(a.standardError / b.standardError - 1) < 1e-8)
    }
    for (k, value) in zip(open, other.fitted) { #expect(abs(fit.fitted[k] / value - 1) < 1e-8) }
    #expect(abs(fit.logLikelihood / other.logLikelihood - 1) < 1e-12)
  }

  @Test func attractionIsProductionOfTheTransposedTable() throws {
    for law in Self.laws {
      let attraction = try fit(.attraction, law)
      let table = try table
      let production = try InteractionModel.fit(
        InteractionSpecification(.production, law), table.transposed,
        flows: table.transposing(flows),
        masses: InteractionMasses(origins: masses.destinations, destinations: masses.origins),
        options: options)
      for (a, b) in zip(table.transposing(attraction.fitted), production.fitted) {
        #expect(abs(a - b) <= 1e-9 * max(1, b))
      }
      for (a, b) in zip(attraction.coefficients, production.coefficients) {
        #expect(abs(a.estimate - b.estimate) < 1e-8 * max(1, abs(b.estimate)))
      }
    }
  }

  @Test func anotherUnitOfCostChangesNoFlow() throws {
    for (law, scaled) in [
      (Deterrence.power, Deterrence.power), (.exponential, .exponential), (.tanner, .tanner),
      (.logNormal, .logNormal),
      (.spline(knots: [60, 200, 450, 800]), .spline(knots: [6e4, 2e5, 4.5e5, 8e5])),
    ] {
      let metres = try InteractionTable(
        origins: origins, destinations: destinations, costs: costs.map { 1000 * $0 },
        diagonal: .closed)
      let a = try fit(.doubly, law)
      let b = try InteractionModel.fit(
        InteractionSpecification(.doubly, scaled), metres, flows: flows, options: options)
      for (x, y) in zip(a.fitted, b.fitted) { #expect(abs(x - y) <= 1e-9 * max(1, x)) }
      if case .exponential = law {
        #expect(abs(a.coefficients[0].estimate / b.coefficients[0].estimate / 1000 - 1) < 1e-9)
      }
    }
  }

  @Test func aLocalModelIsOneModelForEachOrigin() throws {
    let joint = try fit(.production, .exponential, locality: .byOrigin)
    let own = try InteractionModel.fitByOrigin(
      InteractionSpecification(.production, .exponential), table, flows: flows, masses: masses,
      options: options)
    for (i, fit) in own.enumerated() {
      for term in ["cost", "log(destination mass)"] {
        let local = try #require(joint.estimate("\(term):\(origins[i])"))
        let value = try #require(fit.estimate(term))
        #expect(abs(local - value) < 1e-8 * max(1, abs(value)))
      }
    }
  }

  @Test(arguments: InteractionSpecification.Constraint.allCases)
  func localModelsOfEveryConstraintMeetTheirMarginsAndMeanCosts(
    _ constraint: InteractionSpecification.Constraint
  ) throws {
    for locality in [InteractionSpecification.Locality.byOrigin, .byDestination] {
      let fit = try fit(constraint, .exponential, locality: locality)
      let global = try self.fit(constraint, .exponential)
      #expect(fit.deviance < global.deviance)
      // Σ c T of every area is that of the data: the score of its own parameter.
      let isByOrigin = locality == .byOrigin
      var found = [Double](repeating: 0, count: isByOrigin ? 5 : 6)
      var wanted = found
      for k in fit.fitted.indices where fit.table.isOpen[k] {
        let area = isByOrigin ? k % 5 : k / 5
        found[area] += fit.fitted[k] * costs[k]
        wanted[area] += fit.observed[k] * costs[k]
      }
      for (a, b) in zip(found, wanted) { #expect(abs(a / b - 1) < 1e-10) }
    }
  }

  @Test func calibrationOnAMeanHoldsForEveryConstraint() throws {
    let wanted = sums(try fit(.doubly, .power).observed)
    for constraint in InteractionSpecification.Constraint.allCases {
      let specification = InteractionSpecification(
        constraint, .exponential, originExponent: .fixed(1), destinationExponent: .fixed(1))
      let ml = try InteractionModel.fit(
        specification, table, flows: flows, masses: masses, options: options)
      let open = ml.table.isOpen.indices.filter { ml.table.isOpen[$0] }
      let mean = FlowScores.meanDistance(
        open.map { flows[$0] }, distances: open.map { costs[$0] })
      let hyman = try HymanCalibration.fit(
        specification, table, mean: mean,
        margins: InteractionMargins(
          origins: wanted.rows, destinations: wanted.columns, total: wanted.rows.reduce(0, +)),
        masses: masses)
      #expect(abs(hyman.theta / ml.coefficients[0].estimate - 1) < 1e-9)
      for (a, b) in zip(hyman.flows.values, ml.fitted) { #expect(abs(a - b) <= 1e-8 * max(1, b)) }
    }
  }

  /// One pair far from all others makes costs spread far wider than the law reaches: the mean is met all
  /// the same.
  @Test func aDistantPairLeavesTheMeanReachable() throws {
    let areas = ["A", "B", "C", "D", "E"]
    var costs: [Double] = (0..<25).map { cell -> Double in
      let step: Int = (cell % 5) * 3 + cell / 5
      return Double(1 + step % 4)
    }
    costs[20] = 300
    let far = try InteractionTable(
      origins: areas, destinations: areas, costs: costs, diagonal: .closed)
    let specification = InteractionSpecification(
      .production, .exponential, destinationExponent: .fixed(1))
    let masses = InteractionMasses(origins: nil, destinations: [10, 20, 15, 30, 5])
    let margins = InteractionMargins(origins: [100, 80, 60, 120, 90])
    let flows = try InteractionFlows(
      specification, far, InteractionParameters(deterrence: [-1]), margins: margins, masses: masses)
    let open = far.isOpen.indices.filter { far.isOpen[$0] }
    let mean = FlowScores.meanDistance(
      open.map { flows.values[$0] }, distances: open.map { costs[$0] })
    let found = try HymanCalibration.fit(
      specification, far, mean: mean, margins: margins, masses: masses)
    #expect(abs(found.theta + 1) < 1e-8)
  }

  @Test func intrazonalFlowsHaveACostOrAreClosed() throws {
    let table = try InteractionTable(
      origins: origins, destinations: destinations, costs: costs,
      diagonal: .intrazonal(["C": 5, "D": 6, "E": 7]))
    #expect(table.isOpen.allSatisfy { $0 })
    #expect(table.costs[table.index(2, 0)] == 5)
    #expect(throws: Faults.self) {
      try InteractionTable(
        origins: origins, destinations: destinations, costs: costs,
        diagonal: .intrazonal(["C": 0, "D": 6]))
    }
    #expect(throws: Faults.self) {
      try InteractionTable(
        origins: ["A"], destinations: ["B"], costs: [0], diagonal: .closed)
    }
  }

  @Test func faultsNameWhatIsWrong() throws {
    let negative = #expect(throws: Faults.self) {
      try InteractionModel.fit(
        InteractionSpecification(.doubly, .power), table, flows: flows.map { _ in -1 },
        options: options)
    }
    #expect(negative?.all.first?.code == "interaction.bad-flow")
    let constant = #expect(throws: Faults.self) {
      try InteractionModel.fit(
        InteractionSpecification(
          .production, .power, covariates: [InteractionCovariate("one", costs.map { _ in 1 })]),
        table, flows: flows, masses: masses, options: options)
    }
    #expect(constant?.all.first?.description == "interaction.collinear(term: one)")
    let infeasible = #expect(throws: Faults.self) {
      try InteractionFlows(
        InteractionSpecification(.doubly, .power),
        InteractionTable(
          origins: ["A", "B"], destinations: ["A", "B"], costs: [1, 1, 1, 1], diagonal: .closed),
        InteractionParameters(deterrence: [-1]),
        margins: InteractionMargins(origins: [5, 2], destinations: [3, 4]))
    }
    #expect(infeasible?.all.first?.code == "balance.infeasible")
    let far = #expect(throws: Faults.self) {
      try HymanCalibration.fit(
        InteractionSpecification(.doubly, .exponential), table, mean: 5000,
        margins: InteractionMargins(origins: sums(flows).rows, destinations: sums(flows).columns))
    }
    #expect(far?.all.first?.code == "interaction.mean-unreachable")
    let beyond = #expect(throws: Faults.self) {
      try HymanCalibration.fit(
        InteractionSpecification(.production, .exponential, destinationExponent: .fixed(1)), table,
        mean: (costs.max() ?? 0) - 1e-3, margins: InteractionMargins(origins: sums(flows).rows),
        masses: masses)
    }
    #expect(beyond?.all.first?.code == "interaction.mean-unreachable")
  }

  @Test func aThousandAreasAreBalancedToRounding() throws {
    let n = 1000
    let places = number("place", 2 * n)
    let sizes = number("size", 2 * n).map { 1 + 1000 * $0 * $0 * $0 }
    var costs = [Double](repeating: 0, count: n * n)
    for j in 0..<n {
      for i in 0..<n {
        let (dx, dy) = (places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1])
        costs[j * n + i] = 1 + 1000 * (dx * dx + dy * dy).squareRoot()
      }
    }
    let areas = (0..<n).map { "\($0)" }
    let table = try InteractionTable(
      origins: areas, destinations: areas, costs: costs, diagonal: .closed)
    let rows = Array(sizes.prefix(n))
    let scale = rows.reduce(0, +) / sizes.suffix(n).reduce(0, +)
    let margins = InteractionMargins(
      origins: rows, destinations: sizes.suffix(n).map { $0 * scale })
    // The steep law makes sweeps slow, so that Newton steps follow.
    for beta in [-0.005, -0.1] {
      let found = try InteractionFlows(
        InteractionSpecification(.doubly, .exponential), table,
        InteractionParameters(deterrence: [beta]), margins: margins)
      #expect(found.stop.reason == .marginsMet)
      let columns = try #require(margins.destinations)
      for k in 0..<n {
        var (out, into) = (0.0, 0.0)
        for l in 0..<n {
          out += found.values[l * n + k]
          into += found.values[k * n + l]
        }
        #expect(abs(out / rows[k] - 1) < 1e-12)
        #expect(abs(into / columns[k] - 1) < 1e-12)
      }
    }
  }

  /// An origin all of whose migrants go to the nearest destination: its own deterrence has no end. Said of
  /// that origin, and not as though its term were determined by others.
  @Test func anOriginThatSendsToTheNearestOnlyIsNamed() throws {
    let table = try InteractionTable(
      origins: ["A", "B", "C"], destinations: ["X", "Y", "Z"], costs: [1, 2, 3, 4, 6, 5, 9, 8, 7],
      diagonal: .closed)
    let found = #expect(throws: Faults.self) {
      try InteractionModel.fit(
        InteractionSpecification(.production, .power, locality: .byOrigin), table,
        flows: [8, 4, 9, 0, 3, 2, 0, 5, 6], masses: InteractionMasses(destinations: [1, 3, 2]),
        options: options)
    }
    let fault = try #require(found?.all.first)
    #expect(fault.code == "interaction.separated")
    #expect(fault.arguments["count"] == "2" && fault.arguments["pairs"] == "A → Y, A → Z")
    #expect(fault.arguments["combination"]?.contains("log(cost):A") == true, "\(fault.arguments)")
  }

  /// A pair whose flow of 0 lets its mean go to 0 without end has no maximum.
  @Test func aModelWithoutAMaximumIsNotCalledConverged() throws {
    let table = try InteractionTable(
      origins: ["A", "B", "C"], destinations: ["X", "Y"], costs: [1, 2, 3, 4, 5, 6],
      diagonal: .closed)
    let only: [Double] = [1, 0, 0, 0, 0, 0]
    let found = #expect(throws: Faults.self) {
      try InteractionModel.fit(
        InteractionSpecification(
          .production, .power, covariates: [InteractionCovariate("only", only)]), table,
        flows: [0, 4, 9, 7, 3, 2], masses: InteractionMasses(destinations: [1, 3]),
        options: options)
    }
    let fault = try #require(found?.all.first)
    #expect(fault.code == "interaction.separated")
    #expect(fault.arguments == ["combination": "only", "count": "1", "pairs": "A → X"])
  }
}

extension Double {
  fileprivate var clampedAtZero: Double { self > 0 ? self : 0 }
}
