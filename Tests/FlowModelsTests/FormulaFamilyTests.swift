import Demography
import FlowModels
import Testing

/// Factors, slopes, offsets and weights in every family that takes them.
struct FormulaFamilyTests {
  private static let years = (0..<5).map { "\(2010 + $0)" }

  /// Four areas, all pairs in five years, invented; `z` is the flow with some zeros.
  private static let columns: [String: [String]] = {
    var columns: [String: [String]] = [:]
    let areas = ["A", "B", "C", "D"]
    for i in 0..<4 {
      for j in 0..<4 where i != j {
        for t in 0..<5 {
          let flow =
            (37 * (i + 2) * (j + 1) + 11 * t * (i + 1) + 7 * ((i + 3 * j + 2 * t) % 5)) % 97
          let d = 1 + abs(i - j)
          for (name, value) in [
            ("orig", areas[i]), ("dest", areas[j]), ("year", years[t]), ("t", "\(t)"),
            ("flow", "\(flow + 1)"), ("d", "\(d)"), ("near", (i + j) % 3 == 0 ? "1" : "0"),
            ("count", "\(1 + (i + 2 * j + t) % 3)"),
            ("z", (i + t + d) % 4 == 0 ? "0" : "\(flow + 1)"),
          ] { columns[name, default: []].append(value) }
        }
      }
    }
    for (k, year) in years.enumerated() {
      columns["y\(k)"] = (columns["year"] ?? []).map { $0 == year ? "1" : "0" }
    }
    for area in areas {
      columns["t\(area)"] = zip(columns["orig"] ?? [], columns["t"] ?? []).map {
        $0 == area ? $1 : "0"
      }
    }
    return columns
  }()

  /// - Parameter times: how often each row stands in the table; once where absent.
  private func panel(times: String? = nil) -> FlowData {
    let counts = times.flatMap { Self.columns[$0] }?.compactMap { Int($0) }
    let rows = (0..<60).flatMap { [Int](repeating: $0, count: counts?[$0] ?? 1) }
    return FlowData(
      columns: Self.columns.sorted { $0.key < $1.key }.map { column in
        (column.key, rows.map { column.value[$0] })
      })
  }

  /// What any family says, as far as tests compare it.
  private struct Answer {
    var terms: [String]
    var estimates: [Double]
    var errors: [Double]
    var shape: Double?
    var logLikelihood: Double
    var fitted: [Double]
    var predicted: [Double]
    var parameters: Int
  }

  private func answer(
    _ id: String, _ formula: String, _ data: FlowData, zero: String? = nil,
    random: String? = nil, offset: String? = nil, weights: String? = nil
  ) throws -> Answer {
    let options = RegressionOptions(covariance: .iid, smallSample: .none)
    if let model = FlowModelCatalogue.regression(named: id) {
      let fit = try model.fit(
        Formula.parse(formula, offset: offset, weights: weights), data, options)
      return Answer(
        terms: fit.coefficients.map(\.term), estimates: fit.coefficients.map(\.estimate),
        errors: fit.coefficients.map(\.standardError), shape: fit.shape?.estimate,
        logLikelihood: fit.logLikelihood, fitted: fit.fitted,
        predicted: try fit.predictions(for: data).rows.map { $0?.mean ?? .nan },
        parameters: fit.parameterCount)
    }
    let model = try #require(FlowModelCatalogue.likelihood(named: id))
    let fit = try model.fit(
      LikelihoodSpecification(
        formula: formula, offset: offset, weights: weights, zero: zero, random: random), data,
      options)
    let all = fit.parts.flatMap(\.coefficients)
    return Answer(
      terms: all.map(\.term), estimates: all.map(\.estimate), errors: all.map(\.standardError),
      shape: fit.shapes.first?.estimate, logLikelihood: fit.logLikelihood, fitted: fit.fitted,
      predicted: try fit.predictions(for: data).rows.map { $0?.mean ?? .nan },
      parameters: fit.parameterCount)
  }

  private func same(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  private static let withZeros: Set = ["zip", "zinb", "hurdle-poisson", "hurdle-negbin2"]
  private func response(_ id: String) -> String { Self.withZeros.contains(id) ? "z" : "flow" }

  /// Python 3.13, statsmodels 0.14 (GLM with frequency or variance weights, `NegativeBinomial`,
  /// `ZeroInflatedPoisson`, `ZeroInflatedNegativeBinomialP`) on the same table: offset 0.5 ln d, weights
  /// `count` where the family there takes them.
  @Test(
    arguments: [
      (
        "gamma", "count",
        [
          3.356161244974729, -0.134757023450942, 0.202535398028288, 0.397227628128334,
          -0.090059045231277, 0.199118034225125,
        ], nil, nil
      ),
      (
        "gaussian-log", "count",
        [
          3.384794805964052, -0.138460600861179, 0.133886646836453, 0.316672443676715,
          -0.080695460170985, 0.148801311058862,
        ], nil, nil
      ),
      (
        "quasipoisson", "count",
        [
          3.370320978417436, -0.136945997573231, 0.167326246143771, 0.356669588772485,
          -0.084581980106955, 0.173581153166881,
        ],
        [
          0.166385333093976, 0.155333623902317, 0.226395360336092, 0.224091996597185,
          0.234592789675233, 0.22605467140435,
        ], nil
      ),
      (
        "negbin2", nil,
        [
          3.238624166049609, -0.191608382244365, 0.35311528545077, 0.473779884094061,
          0.066547394103378, 0.364416554233453,
        ],
        [
          0.199488843600242, 0.183142824542141, 0.272842296115111, 0.272226884588438,
          0.273084250872075, 0.272850851488523,
        ], -285.48185804359366
      ),
      (
        "negbin1", nil,
        [
          3.20972984707722, -0.162617479392769, 0.376850998306006, 0.451715833063223,
          0.17312388834745, 0.327701408487245,
        ],
        [
          0.205983394515601, 0.164735572647273, 0.251758852678176, 0.249409716907263,
          0.260795249809525, 0.256614903207069,
        ], -284.28579644680536
      ),
    ] as [(String, String?, [Double], [Double]?, Double?)])
  func offsetsWeightsAndFactorsAgreeWithStatsmodels(
    _ id: String, _ weights: String?, _ estimates: [Double], _ errors: [Double]?,
    _ logLikelihood: Double?
  ) throws {
    let found = try answer(
      id, "flow ~ near + i(year)", panel(), offset: "0.5*log(d)", weights: weights)
    #expect(found.terms.last == "year::2014")
    // Their searches end at gradients of 1e-10 and deviances still to 1e-14.
    #expect(same(found.estimates, estimates, 2e-6), "\(found.estimates)")
    if let errors { #expect(same(found.errors, errors, 2e-6), "\(found.errors)") }
    if let logLikelihood { #expect(abs(found.logLikelihood / logLikelihood - 1) < 1e-11) }
    #expect(same(found.predicted, found.fitted, 1e-12))
  }

  @Test func inflatedCountsTakeAnOffsetAsStatsmodelsDoes() throws {
    let poisson = try answer("zip", "z ~ near", panel(), zero: "near", offset: "0.5*log(d)")
    #expect(
      same(
        poisson.estimates,
        [3.454276761656297, -0.165104631090755, -1.098612288669394, 0.251314428283489], 1e-6))
    #expect(
      same(
        poisson.errors,
        [0.025880347068135, 0.047221338046096, 0.365148371670228, 0.609449400220013], 1e-5))
    #expect(abs(poisson.logLikelihood / -567.3976353183982 - 1) < 1e-11)
    let binomial = try answer("zinb", "z ~ near", panel(), zero: "near", offset: "0.5*log(d)")
    #expect(
      same(
        binomial.estimates,
        [3.458516510424284, -0.158719566717086, -1.104142403695554, 0.251183378454552], 1e-5))
    #expect(abs(binomial.logLikelihood / -244.85875651839945 - 1) < 1e-10)
  }

  private static let weighted = [
    "negbin2", "gamma", "gaussian-log", "quasipoisson", "negbin1", "zip", "zinb",
    "hurdle-poisson", "hurdle-negbin2",
  ]

  /// Errors by the information are those of repeated rows where the family has no free dispersion.
  @Test(arguments: weighted)
  func aRowOfWeightKCountsAsKRowsInEveryFamily(_ id: String) throws {
    for effects in ["", " | orig"] {
      let formula = "\(response(id)) ~ log(d) + near\(effects)"
      let a = try answer(id, formula, panel(), weights: "count")
      let b = try answer(id, formula, panel(times: "count"))
      #expect(same(a.estimates, b.estimates, 1e-8), "\(id): \(a.estimates) \(b.estimates)")
      if let shape = b.shape {
        #expect(abs(try #require(a.shape) / shape - 1) < 1e-7)
        #expect(same(a.errors, b.errors, 1e-7))
      }
      // The normal likelihood has the variance σ²/w, which k rows have not.
      if id != "gaussian-log" { #expect(abs(a.logLikelihood / b.logLikelihood - 1) < 1e-10) }
      #expect(same(a.predicted, a.fitted, 1e-12))
    }
  }

  private static let written = weighted + ["poisson", "poisson-mixed", "negbin2-mixed", "clogit"]
  private func random(_ id: String) -> String? { id.hasSuffix("mixed") ? "dest" : nil }

  /// Levels of a factor are the columns of ones and zeros that it stands for, also times a regressor and
  /// in the part for zeros that is not given.
  @Test(arguments: written)
  func factorsAreColumnsInEveryFamily(_ id: String) throws {
    let effects = id == "clogit" ? " | orig" : ""
    let y = response(id)
    let zero = Self.withZeros.contains(id) ? "near" : nil
    let a = try answer(
      id, "\(y) ~ near + i(year, log(d))\(effects)", panel(), zero: zero, random: random(id))
    let b = try answer(
      id, "\(y) ~ near + y0:log(d) + y1:log(d) + y2:log(d) + y3:log(d) + y4:log(d)\(effects)",
      panel(), zero: zero, random: random(id))
    #expect(a.terms.contains("year::2013:log(d)"))
    #expect(a.estimates == b.estimates && a.errors == b.errors, "\(id)")
    #expect(a.logLikelihood == b.logLikelihood)
    #expect(same(a.predicted, a.fitted, 1e-10))
    if zero != nil {
      let own = try answer(id, "\(y) ~ i(t, ref = 0)", panel())
      let out = try answer(id, "\(y) ~ y1 + y2 + y3 + y4", panel())
      #expect(own.estimates == out.estimates && own.parameters == out.parameters)
    }
  }

  /// A slope of each level is a regressor that is 0 in the rows of others.
  @Test(arguments: written.filter { $0 != "clogit" })
  func slopesAreColumnsInEveryFamily(_ id: String) throws {
    let y = response(id)
    let zero = Self.withZeros.contains(id) ? "near" : nil
    let a = try answer(id, "\(y) ~ near | orig[t]", panel(), zero: zero, random: random(id))
    let b = try answer(
      id, "\(y) ~ near + tA + tB + tC + tD | orig", panel(), zero: zero, random: random(id))
    #expect(abs(a.estimates[0] - b.estimates[0]) < 1e-7, "\(id) \(a.estimates) \(b.estimates)")
    #expect(same([a.errors[0]], [b.errors[0]], 1e-6))
    #expect(same(a.fitted, b.fitted, 1e-7))
    #expect(abs(a.logLikelihood / b.logLikelihood - 1) < 1e-10)
    #expect(a.parameters == b.parameters)
    #expect(same(a.predicted, a.fitted, 1e-7))
  }

  /// Held at its estimate, a term leaves the others where they were.
  @Test(arguments: written + ["gaussian-mixed-ml"])
  func anOffsetAtTheEstimateChangesNothing(_ id: String) throws {
    let effects = id == "clogit" ? " | orig" : ""
    let y = id.hasPrefix("gaussian-mixed") ? "log(flow)" : response(id)
    let zero = Self.withZeros.contains(id) ? "near" : nil
    let groups = id == "gaussian-mixed-ml" ? "dest" : random(id)
    let free = try answer(
      id, "\(y) ~ near + log(d)\(effects)", panel(), zero: zero, random: groups)
    let place = try #require(free.terms.firstIndex(of: "log(d)"))
    let held = try answer(
      id, "\(y) ~ near + offset(\(free.estimates[place])*log(d))\(effects)", panel(), zero: zero,
      random: groups)
    var rest = free.estimates
    rest.remove(at: place)
    #expect(same(held.estimates, rest, 1e-6), "\(id): \(held.estimates) \(rest)")
    #expect(same(held.fitted, free.fitted, 1e-6))
    #expect(abs(held.logLikelihood / free.logLikelihood - 1) < 1e-9)
    #expect(same(held.predicted, held.fitted, 1e-7))
  }

  /// Where coefficients are integrated out, an offset is what it takes off the response.
  @Test func anOffsetOfARestrictedLikelihoodIsTakenOffTheResponse() throws {
    let a = try answer(
      "gaussian-mixed", "log(flow) ~ near + offset(0.7*log(d))", panel(), random: "dest")
    let b = try answer(
      "gaussian-mixed", "I(log(flow) - 0.7*log(d)) ~ near", panel(), random: "dest")
    #expect(same(a.estimates, b.estimates, 1e-9))
    #expect(same(a.errors, b.errors, 1e-7))
    #expect(abs(a.logLikelihood / b.logLikelihood - 1) < 1e-11)
    #expect(same(a.predicted, a.fitted, 1e-9))
  }

  /// A year that no row of the fit has is no year of the reference.
  @Test(arguments: ["negbin1", "zip", "poisson-mixed"])
  func levelsOfFactorsThatWereNotFittedAreTold(_ id: String) throws {
    let y = response(id)
    let fit = try #require(FlowModelCatalogue.likelihood(named: id)).fit(
      LikelihoodSpecification(
        formula: "\(y) ~ near + i(year)", zero: id == "zip" ? "near" : nil, random: random(id)),
      panel(), RegressionOptions(covariance: .iid))
    let other = FlowData(columns: [
      ("year", ["2011", "2020"]), ("near", ["1", "0"]), ("dest", ["A", "B"]),
    ])
    let faults = try #require(#expect(throws: Faults.self) { try fit.predictions(for: other) })
    #expect(faults.all.map(\.code) == ["flows.level-unseen"])
    let found = try fit.predictions(for: other, unseen: .missing)
    #expect(found.rows[0] != nil && found.rows[1] == nil)
    #expect(found.missing == [.unseenLevel: [3]])
  }

  @Test func weightsAreNotLeftAsideUnsaidInTests() throws {
    let fit = try #require(FlowModelCatalogue.likelihood(named: "negbin1")).fit(
      LikelihoodSpecification(formula: "flow ~ near", weights: "count", zero: nil, random: nil),
      panel(), RegressionOptions(covariance: .iid))
    #expect(fit.weightsName == "count" && fit.rowLogLikelihoods == nil)
    let fault = try #require(#expect(throws: Fault.self) { try fit.residuals(.quantile) })
    #expect(fault.code == "flows.residual-weights")
  }

  /// Families with a logarithmic link and a free dispersion: predictions were once the logarithms of flows.
  @Test(arguments: ["gamma", "quasipoisson", "gaussian-log"])
  func theFlowIsPredictedAndNotItsLogarithm(_ id: String) throws {
    let model = try #require(FlowModelCatalogue.regression(named: id))
    let fit = try model.fit(
      Formula.parse("flow ~ near + log(d) | orig"), panel(),
      RegressionOptions(covariance: .iid, smallSample: .none))
    let found = try fit.predictions()
    for (row, fitted) in zip(found.rows, fit.fitted) {
      let row = try #require(row)
      #expect(abs(row.mean / fitted - 1) < 1e-11)
      #expect(abs(row.meanError / (fitted * row.linearError) - 1) < 1e-9)
      let (low, high) = (row.confidence.lowerBound, row.confidence.upperBound)
      #expect(abs(low * high / (fitted * fitted) - 1) < 1e-9 && low > 0)
      let scatter = try #require(row.prediction)
      #expect(scatter.lowerBound < low && scatter.upperBound > high && scatter.lowerBound >= 0)
    }
    #expect(throws: Never.self) { try ParkTest().result(fit) }
  }

  /// Weights of 1000 made intervals of a flow as wide as if flows scattered a thousand times as much.
  @Test(arguments: ["poisson", "quasipoisson", "gamma", "gaussian-log", "negbin2", "gaussian"])
  func intervalsOfAFlowAreTheSameInAnyUnitOfTheWeights(id: String) throws {
    func predictions(_ weights: String?) throws -> FlowPredictions {
      try #require(FlowModelCatalogue.regression(named: id)).fit(
        Formula.parse("flow ~ near + i(year)", weights: weights), panel(), RegressionOptions()
      ).predictions()
    }
    for (one, thousand) in [(nil, "0*d + 1000"), ("count", "1000*count")] {
      let (plain, scaled) = (try predictions(one), try predictions(thousand))
      #expect(abs(scaled.dispersion / plain.dispersion - 1) < 1e-6)
      for (a, b) in zip(plain.rows, scaled.rows) {
        let (a, b) = (try #require(a?.prediction), try #require(b?.prediction))
        #expect(abs(b.lowerBound - a.lowerBound) < 1e-5 * a.upperBound)
        #expect(abs(b.upperBound / a.upperBound - 1) < 1e-5)
      }
    }
  }

  @Test func dispersionOfALikelihoodCountsRowsAsOftenAsTheirWeights() throws {
    func dispersion(_ weights: String?, _ data: FlowData) throws -> Double {
      try #require(FlowModelCatalogue.likelihood(named: "negbin1")).fit(
        LikelihoodSpecification(
          formula: "flow ~ near + i(year)", weights: weights, zero: nil, random: nil), data,
        RegressionOptions(covariance: .iid)
      ).dispersion
    }
    let (weighted, repeated) = (
      try dispersion("count", panel()), try dispersion(nil, panel(times: "count"))
    )
    #expect(abs(weighted / repeated - 1) < 1e-6)
  }
}
