import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Predictions of families by full likelihood.
struct LikelihoodPredictionTests {
  /// The 56 flows of `likelihood-predictions.json`.
  static func small() throws -> FlowData {
    let lists = try NumberLists("likelihood-predictions")
    return FlowData(
      columns: try ["ld", "near", "flow"].map { name in
        (name, try lists("data", name).map { text($0) })
      })
  }

  static func fit(_ id: String, _ data: FlowData) throws -> LikelihoodFit {
    let model = try #require(FlowModelCatalogue.likelihood(named: id))
    return try model.fit(
      LikelihoodSpecification(
        formula: "flow ~ ld + near", zero: model.hasZeroPart ? "ld" : nil, random: nil), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
  }

  static func simulated(_ id: String, _ data: FlowData? = nil) throws -> LikelihoodFit {
    let flows = try #require(SimulatedFlows.named(id))
    return try #require(FlowModelCatalogue.likelihood(named: id)).fit(
      LikelihoodSpecification(formula: flows.formula, zero: flows.zero, random: flows.random),
      data ?? flows.data(), RegressionOptions(covariance: .iid, smallSample: .none))
  }

  /// Means, probabilities of zeros, errors and bounds of three other rows, by numerical derivatives of an
  /// independent likelihood (numpy 2.4.6, scipy 1.17.1).
  @Test(arguments: ["negbin1", "zip", "zinb", "hurdle-poisson", "hurdle-negbin2"])
  func errorsAreThoseOfAllParameters(_ id: String) throws {
    let lists = try NumberLists("likelihood-predictions")
    let fit = try Self.fit(id, Self.small())
    #expect(abs(fit.logLikelihood - (try lists(id, "loglik")[0])) < 1e-8)
    let other = FlowData(columns: [
      ("ld", ["0.25", "1.5", "2.5"]), ("near", ["0", "1", "0"]),
    ])
    let rows = try fit.predictions(for: other).rows.map { try #require($0) }
    func close(_ name: String, _ found: [Double]) throws {
      let expected = try lists(id, name)
      for k in expected.indices {
        #expect(abs(found[k] / expected[k] - 1) < 1e-6, "\(id) \(name) \(k): \(found[k])")
      }
    }
    try close("mean", rows.map(\.mean))
    try close("mean_error", rows.map(\.meanError))
    try close("mean_low", rows.map(\.confidence.lowerBound))
    let zeros = try rows.map { try #require($0.zero) }
    try close("zero", zeros.map(\.probability))
    try close("zero_error", zeros.map(\.error))
    try close("zero_high", zeros.map(\.confidence.upperBound))
  }

  /// Values beyond all sense leave a row without a prediction, not without an error.
  @Test(arguments: ["negbin1", "zip", "zinb", "hurdle-poisson", "hurdle-negbin2"])
  func valuesTooFarOutHaveNoPrediction(_ id: String) throws {
    let other = FlowData(columns: [
      ("ld", ["0.25", "1e300", "-1e300", "-1e4", "1e155"]), ("near", ["0", "1", "0", "1", "0"]),
    ])
    let found = try Self.fit(id, Self.small()).predictions(for: other)
    #expect(found.rows[0] != nil && found.rows.dropFirst().allSatisfy { $0 == nil })
    #expect(found.missing[.notFinite]?.count == 4)
  }

  /// The rows of the fit are predicted as they were fitted, also where they come as another file.
  @Test(arguments: FlowModelCatalogue.likelihoods.map(\.card.id))
  func ownRowsArePredictedAsFitted(_ id: String) throws {
    let data = try #require(SimulatedFlows.named(id)).data()
    let fit = try Self.simulated(id, data)
    let (own, asOther) = (try fit.predictions(), try fit.predictions(for: data))
    #expect(own.missing.isEmpty && own.observed == fit.response)
    for k in fit.rows.indices {
      let row = try #require(own.rows[k])
      #expect(abs(row.mean - fit.fitted[k]) <= 1e-9 * abs(fit.fitted[k]), "\(id) row \(k)")
      #expect(row.confidence.contains(row.mean) && row.linearError > 0 && row.meanError > 0)
      let interval = try #require(row.prediction)
      #expect(interval.upperBound > interval.lowerBound)
      let again = try #require(asOther.rows[fit.rows[k]])
      #expect(abs(again.mean / row.mean - 1) < 1e-12)
      #expect(abs(again.meanError / row.meanError - 1) < 1e-9)
    }
    let hasZeros = !fit.zeroProbability.isEmpty
    #expect(own.table().columns.contains { $0.name == "zero_probability" } == hasZeros)
    for (k, p) in fit.zeroProbability.enumerated() {
      #expect(abs(try #require(own.rows[k]?.zero).probability - p) < 1e-12)
    }
    // 95 % of the flows, those the fit comes from, give or take five deviations.
    let covered = own.rows.indices.count { own.rows[$0]!.prediction!.contains(fit.response[$0]) }
    let rows = Double(own.rows.count)
    #expect(Double(covered) > 0.95 * rows - 5 * (rows * 0.95 * 0.05).squareRoot(), "\(covered)")
  }

  @Test func levelsThatWereNotFittedAreRefusedOrMissing() throws {
    let data = SimulatedFlows.data("negbin1")
    let fit = try LinearBinomialFlowModel().fit(
      LikelihoodSpecification(formula: "flow ~ ld + near | orig", zero: nil, random: nil), data,
      RegressionOptions(covariance: .iid))
    let other = FlowData(columns: [
      ("orig", ["A10", "Z99", "A11", ""]), ("ld", ["1", "1", "", "1"]),
      ("near", ["0", "0", "0", "0"]),
    ])
    let faults = try #require(#expect(throws: Faults.self) { try fit.predictions(for: other) })
    #expect(faults.all.map(\.code) == ["flows.level-unseen"])
    #expect(faults.all[0].arguments["level"] == "Z99")
    let found = try fit.predictions(for: other, unseen: .missing)
    #expect(found.rows.map { $0 == nil } == [false, true, true, true])
    #expect(found.missing[.unseenLevel] == [3])
    #expect(found.missing[.missingValue] == [4, 5])
  }

  /// Two sets of areas without a flow between them: the sum of effects across is not determined.
  @Test func effectsThatWereFittedApartAreNotAdded() throws {
    let sets = [["A", "B", "C"], ["D", "E", "F"]]
    let pairs = sets.flatMap { set in set.flatMap { i in set.map { (i, $0) } } }
    let flows = pairs.indices.map {
      "\([3, 9, 1, 14, 6, 2, 8, 30, 4, 11, 1, 7, 19, 2, 5, 3, 24, 6][$0])"
    }
    let data = FlowData(columns: [
      ("orig", pairs.map(\.0)), ("dest", pairs.map(\.1)), ("flow", flows),
      ("x", pairs.indices.map { "\($0 % 4)" }), ("twice", pairs.indices.map { "\(2 * ($0 % 4))" }),
    ])
    let fit = try LinearBinomialFlowModel().fit(
      LikelihoodSpecification(
        formula: "flow ~ x + twice | orig + dest", zero: nil, random: nil), data,
      RegressionOptions(covariance: .iid))
    #expect(fit.collinear.contains("twice"))
    let other = FlowData(columns: [
      ("orig", ["A", "A", "A"]), ("dest", ["B", "E", "B"]), ("x", ["1", "1", "1"]),
      ("twice", ["2", "2", "3"]),
    ])
    let found = try fit.predictions(for: other)
    #expect(found.rows.map { $0 == nil } == [false, true, true])
    #expect(found.missing[.notIdentified] == [3, 4])
  }

  // MARK: Choices

  /// Of two alternatives the logit of a share has the error `|x₁ − x₂|` times that of the slope; the
  /// migrants of the group are those of the fit.
  @Test func choicesAreAmongTheRowsOfTheFile() throws {
    let data = SimulatedFlows.data("clogit")
    let fit = try ChoiceFlowModel().fit(
      LikelihoodSpecification(formula: "flow ~ ld | orig", zero: nil, random: nil), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    let (flows, origins) = SimulatedFlows.flows("clogit")
    let total = zip(flows, origins).reduce(0) { $0 + ($1.1 == "A10" ? $1.0 : 0) }
    let other = FlowData(columns: [("orig", ["A10", "A10"]), ("ld", ["0.4", "1.9"])])
    let rows = try fit.predictions(for: other).rows.map { try #require($0) }
    let slope = fit.parts[0].coefficients[0]
    let share = 1 / (1 + exp(1.5 * slope.estimate))
    #expect(abs(rows[0].mean / (total * share) - 1) < 1e-12)
    #expect(abs(rows[0].mean + rows[1].mean - total) < 1e-9 * total)
    let error = total * share * (1 - share) * 1.5 * slope.standardError
    #expect(abs(rows[0].meanError / error - 1) < 1e-9)
    #expect(abs(rows[1].meanError / error - 1) < 1e-9)
  }

  /// One unseen row once gave every row of its group the reason of effects that were fitted apart.
  @Test func oneUnseenAlternativeDoesNotNameTheOthersUnseen() throws {
    let data = SimulatedFlows.data("clogit")
    let fit = try ChoiceFlowModel().fit(
      LikelihoodSpecification(formula: "flow ~ ld + i(near) | orig", zero: nil, random: nil), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    let other = FlowData(columns: [
      ("orig", ["A10", "A10", "A10", "A11", "A11"]), ("ld", ["0.4", "1.9", "1", "0.3", "0.8"]),
      ("near", ["0", "7", "1", "1", "0"]),
    ])
    let found = try fit.predictions(for: other, unseen: .missing)
    #expect(found.rows.map { $0 == nil } == [true, true, true, false, false])
    #expect(found.missing == [.unseenLevel: [3], .alternativeUnknown: [2, 4]])
  }

  // MARK: Mixed models

  /// Balanced groups: Henderson's prediction error variances in closed form.
  @Test func balancedGroupsHaveKnownPredictionErrors() throws {
    let groups = [[1.0, 2, 4, 3], [7, 9, 8, 6], [3, 5, 4, 5], [11, 8, 9, 12], [2, 1, 4, 2]]
    let (k, n) = (Double(groups.count), 4.0)
    let data = FlowData(columns: [
      ("group", groups.indices.flatMap { g in groups[g].map { _ in "g\(g)" } }),
      ("y", groups.flatMap { $0 }.map { text($0) }),
    ])
    let fit = try MixedLinearFlowModel().fit(
      LikelihoodSpecification(formula: "y ~ 1", zero: nil, random: "group"), data,
      RegressionOptions(covariance: .iid))
    let between = fit.components[0].variance
    let within = fit.shapes[0].estimate * fit.shapes[0].estimate
    let shrinkage = between / (between + within / n)
    let other = FlowData(columns: [("group", ["g1", "new"])])
    let rows = try fit.predictions(for: other).rows.map { try #require($0) }
    let grand = groups.joined().reduce(0, +) / (k * n)
    let own = groups[1].reduce(0, +) / n
    #expect(abs(rows[0].mean - (grand + shrinkage * (own - grand))) < 1e-8)
    let error = (1 - shrinkage) * (between + within / (n * k))
    #expect(abs(rows[0].meanError * rows[0].meanError / error - 1) < 1e-6)
    #expect(abs(rows[1].mean - grand) < 1e-8)
    let ofMean = (between + within / n) / k
    #expect(abs(rows[1].meanError * rows[1].meanError / ofMean - 1) < 1e-6)
    let interval = try #require(rows[1].prediction)
    let reach = normalUpperQuantile(0.025) * (between + within + ofMean).squareRoot()
    #expect(abs(interval.upperBound - (grand + reach)) < 1e-6)
  }

  /// Effects that vary without bound are as good as fixed: the errors of a predictor are those of Poisson
  /// with a fixed effect, within what the prior still says.
  @Test func effectsThatVaryMuchAreAsGoodAsFixed() throws {
    let cells = (0..<6).flatMap { i in (0..<8).map { (i, $0) } }
    let data = FlowData(columns: [
      ("orig", cells.map { "o\($0.0)" }),
      ("x", cells.map { text(Double(($0.0 * 5 + $0.1 * 3) % 7) / 7) }),
      (
        "flow",
        cells.map { i, j in
          let x = Double((i * 5 + j * 3) % 7) / 7
          return "\(Int(exp(4 + 2.5 * Double(i % 3 - 1) + 0.4 * Double(i) + 0.5 * x)) + (j % 3))"
        }
      ),
    ])
    let mixed = try MixedPoissonFlowModel().fit(
      LikelihoodSpecification(formula: "flow ~ x", zero: nil, random: "orig"), data,
      RegressionOptions(covariance: .iid))
    let fixed = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x | orig"), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    #expect(mixed.components[0].variance > 2)
    for (a, b) in zip(try mixed.predictions().rows, try fixed.predictions().rows) {
      let (a, b) = (try #require(a), try #require(b))
      #expect(abs(a.mean / b.mean - 1) < 0.02)
      #expect(abs(a.linearError / b.linearError - 1) < 0.03, "\(a.linearError) \(b.linearError)")
    }
  }

  /// A level that was not fitted has the mean over its distribution, `exp(x'β + σ²/2)`.
  @Test func newLevelsOfRandomEffectsAreIntegratedOut() throws {
    let fit = try Self.simulated("poisson-mixed")
    let other = FlowData(columns: [
      ("orig", ["A10", "new"]), ("dest", ["new", "newer"]), ("ld", ["1", "1"]),
      ("near", ["0", "0"]),
    ])
    let rows = try fit.predictions(for: other).rows.map { try #require($0) }
    let b = fit.parts[0].coefficients.map(\.estimate)
    let variances = Dictionary(uniqueKeysWithValues: fit.components.map { ($0.name, $0) })
    let (orig, dest) = (try #require(variances["orig"]), try #require(variances["dest"]))
    let both = exp(b[0] + b[1] + 0.5 * (orig.variance + dest.variance))
    #expect(abs(rows[1].mean / both - 1) < 1e-10)
    let place = try #require(orig.levels.firstIndex(of: "A10"))
    let known = exp(b[0] + b[1] + orig.effects[place] + 0.5 * dest.variance)
    #expect(abs(rows[0].mean / known - 1) < 1e-10)
  }
}
