import Demography
import FlowModels
import Testing

/// Factors, slopes, offsets and weights: each equals the fit that writes it out.
struct FormulaLawTests {
  /// Four areas, all pairs in five years, invented; every pair has a course of its own.
  private func panel() -> FlowData {
    let columns = columns()
    return FlowData(columns: columns.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  private func columns() -> [String: [String]] {
    var columns: [String: [String]] = [:]
    let areas = ["A", "B", "C", "D"]
    for (i, from) in areas.enumerated() {
      for (j, to) in areas.enumerated() where i != j {
        for t in 0..<5 {
          let flow =
            (37 * (i + 2) * (j + 1) + 11 * t * (i + 1) + 7 * ((i + 3 * j + 2 * t) % 5)) % 97
          for (name, value) in [
            ("orig", from), ("dest", to), ("year", "\(2010 + t)"), ("t", "\(t)"),
            ("flow", "\(flow + 1)"), ("d", "\(1 + abs(i - j))"),
            ("near", (i + j) % 3 == 0 ? "1" : "0"),
            ("count", "\(1 + (i + 2 * j + t) % 3)"),
          ] { columns[name, default: []].append(value) }
        }
      }
    }
    return columns
  }

  private func whole(_ column: String) -> [Int] { (columns()[column] ?? []).compactMap { Int($0) } }

  private func poisson(
    _ formula: String, _ data: FlowData, _ covariance: Covariance = .hetero,
    _ rule: SmallSample = .none, offset: String? = nil, weights: String? = nil
  ) throws -> RegressionFit {
    try PoissonFlowModel().fit(
      Formula.parse(formula, offset: offset, weights: weights), data,
      RegressionOptions(covariance: covariance, smallSample: rule))
  }

  private func same(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
  }

  @Test(arguments: [
    ("flow ~ near | orig[t] + dest", "flow ~ near + i(orig, t) | orig + dest"),
    ("flow ~ near | orig[[t]]", "flow ~ 0 + near + i(orig, t)"),
  ])
  func slopesOfLevelsAreThoseOfDummies(_ absorbed: String, _ written: String) throws {
    let data = panel()
    let a = try poisson(absorbed, data)
    let b = try poisson(written, data)
    #expect(same([a.coefficients[0].estimate], [b.coefficients[0].estimate], 1e-9))
    #expect(same([a.coefficients[0].standardError], [b.coefficients[0].standardError], 1e-8))
    #expect(same(a.fitted, b.fitted, 1e-9))
    #expect(abs(a.logLikelihood / b.logLikelihood - 1) < 1e-11)
    #expect(a.parameterCount == b.parameterCount)
    let slopes = try #require(a.fixedEffects.first { $0.name == "orig[[t]]" })
    #expect(same(slopes.values, b.coefficients.dropFirst().map(\.estimate), 1e-8))
    #expect(same(try a.predict(data).map { $0 ?? .nan }, a.fitted, 1e-9))
    let (p, q) = (try a.predictions(), try b.predictions())
    #expect(same(p.rows.map { $0?.meanError ?? -1 }, q.rows.map { $0?.meanError ?? -2 }, 1e-6))
    #expect(same(try a.leverages(), try b.leverages(), 1e-7))
  }

  /// Each pair has a line of its own: its flows are met in sum and in their first moment.
  @Test func linesOfPairsMeetTheMomentsOfTheirFlows() throws {
    let data = panel()
    let fit = try poisson("flow ~ near:t | orig^dest[t] + year", data)
    let flows = whole("flow").map { Double($0) }
    for pair in 0..<12 {
      let gaps = (0..<5).map { flows[5 * pair + $0] - fit.fitted[5 * pair + $0] }
      #expect(abs(gaps.reduce(0, +)) < 1e-7)
      #expect(abs(gaps.indices.reduce(0) { $0 + Double($1) * gaps[$1] }) < 1e-6)
    }
  }

  @Test func asManyParametersAsRowsAreRefused() throws {
    let fault = try #require(
      #expect(throws: Fault.self) {
        try LinearFlowModel().fit(
          Formula.parse("flow ~ 1 | orig^dest^year"), panel(), .init())
      })
    #expect(fault.code == "fit.saturated")
  }

  @Test func aRowOfWeightKCountsAsKRows() throws {
    let data = panel()
    let counts = whole("count")
    let flows = whole("flow")
    let rows = counts.indices.flatMap { [Int](repeating: $0, count: counts[$0]) }
    let lines =
      ["orig,dest,near,d,flow"]
      + rows.map { row in
        let (i, rest) = (row / 15, row % 15 / 5)
        let j = rest < i ? rest : rest + 1
        return "\(["A", "B", "C", "D"][i]),\(["A", "B", "C", "D"][j]),"
          + "\((i + j) % 3 == 0 ? 1 : 0),\(1 + abs(i - j)),\(flows[row])"
      }
    let repeated = try FlowData(
      grid: SharedData.grid(text: lines.joined(separator: "\n") + "\n"))
    for formula in ["flow ~ log(d) + near", "flow ~ log(d) + near | orig + dest"] {
      let a = try poisson(formula, data, .iid, weights: "count")
      let b = try poisson(formula, repeated, .iid)
      #expect(same(a.coefficients.map(\.estimate), b.coefficients.map(\.estimate), 1e-10))
      #expect(same(a.coefficients.map(\.standardError), b.coefficients.map(\.standardError), 1e-9))
      #expect(abs(a.logLikelihood / b.logLikelihood - 1) < 1e-11)
      #expect(abs(a.nullLogLikelihood / b.nullLogLikelihood - 1) < 1e-11)
      #expect(abs(a.deviance / b.deviance - 1) < 1e-11)
      #expect(a.observations == 60 && b.observations == rows.count)
      // A probability weight: rows stay as many as they are.
      let c = try poisson(formula, data, .hetero, weights: "count")
      let d = try poisson(formula, repeated, .hetero)
      #expect(!same(c.coefficients.map(\.standardError), d.coefficients.map(\.standardError), 1e-3))
    }
    let line = try LinearFlowModel().fit(
      Formula.parse("log(flow) ~ near | orig", weights: "count"), data, .init())
    let lineOfAll = try LinearFlowModel().fit(
      Formula.parse("log(flow) ~ near | orig"), repeated, .init())
    #expect(
      same(line.coefficients.map(\.estimate), lineOfAll.coefficients.map(\.estimate), 1e-11))
  }

  @Test func anOffsetHasTheCoefficientOne() throws {
    let data = panel()
    let free = try poisson("flow ~ near + log(d) | orig + dest", data)
    let slope = free.coefficients[1].estimate
    let fixed = try poisson("flow ~ near + offset(\(slope)*log(d)) | orig + dest", data)
    #expect(same(fixed.fitted, free.fitted, 1e-9))
    #expect(fixed.coefficients.map(\.term) == ["near"])
    let option = try poisson("flow ~ near | orig + dest", data, offset: "\(slope)*log(d)")
    #expect(option.fitted == fixed.fitted)
    #expect(same(try option.predict(data).map { $0 ?? .nan }, option.fitted, 1e-9))
    let line = try LinearFlowModel().fit(
      Formula.parse("log(flow) ~ near + offset(log(d))"), data, .init())
    let ratio = try LinearFlowModel().fit(
      Formula.parse("I(log(flow)-log(d)) ~ near"), data, .init())
    #expect(
      same(line.coefficients.map(\.estimate), ratio.coefficients.map(\.estimate), 1e-11))
  }

  /// What a fit is compared with keeps the offset: a model that says nothing beside it explains nothing.
  /// Families that share their means, or a model to begin with, have the same null likelihood.
  @Test(arguments: ["poisson", "quasipoisson", "negbin2", "gamma", "gaussian-log", "gaussian"])
  func theNullLikelihoodKeepsTheOffset(_ id: String) throws {
    let model = try #require(FlowModelCatalogue.regression(named: id))
    func fit(_ right: String, _ offset: String?) throws -> RegressionFit {
      let response = id == "gaussian" ? "log(flow)" : "flow"
      return try model.fit(
        Formula.parse("\(response) ~ \(right)", offset: offset), panel(), RegressionOptions())
    }
    let constant = try fit("1", "0.7*log(d)+0.2*t")
    #expect(abs(constant.pseudoR2) < 1e-10, "\(id): \(constant.pseudoR2)")
    let more = try fit("near", "0.7*log(d)+0.2*t")
    #expect(abs(more.nullLogLikelihood / constant.logLikelihood - 1) < 1e-10)
    let plain = try fit("near", nil)
    #expect(abs(plain.nullLogLikelihood / (try fit("1", nil)).logLikelihood - 1) < 1e-10)
    if id == "quasipoisson" {
      let poisson = try poisson("flow ~ near", panel(), offset: "0.7*log(d)+0.2*t")
      #expect(more.pseudoR2 == poisson.pseudoR2)
    }
    let effects = try fit("near | orig", "0.7*log(d)+0.2*t")
    #expect(effects.nullLogLikelihood == more.nullLogLikelihood)
  }

  @Test func factorsAreTermsOfTheirLevels() throws {
    let data = panel()
    let fit = try poisson("flow ~ near + i(year, ref = 2012)", data)
    #expect(
      fit.coefficients.map(\.term) == [
        "(Intercept)", "near", "year::2010", "year::2011", "year::2013", "year::2014",
      ])
    let first = try poisson("flow ~ i(year)", data)
    #expect(first.coefficients.map(\.term).prefix(2) == ["(Intercept)", "year::2011"])
    let product = try poisson("flow ~ near*t | orig", data)
    #expect(product.coefficients.map(\.term) == ["near", "t", "near:t"])
    #expect(product.stopReason == .converged)
    #expect(same(try fit.predict(data).map { $0 ?? .nan }, fit.fitted, 1e-10))
    let faults = try #require(
      #expect(throws: Faults.self) { try poisson("flow ~ i(year, near, ref=2021)", data) })
    #expect(faults.all.map(\.code) == ["formula.reference"])
    #expect(faults.all[0].place?.column == 26)
  }

  @Test func weightsOutsideTheirRangeAreTold() throws {
    let grid = SharedData.grid(text: "flow,x,w\n3,1,1\n5,2,0\n4,3,2\n8,4,1\n")
    let fit = try poisson("flow ~ x", FlowData(grid: grid), weights: "w")
    #expect(fit.dropped == [DroppedRows(.zeroWeight, lines: [3])])
    let faults = try #require(
      #expect(throws: Faults.self) {
        try poisson("flow ~ x", FlowData(grid: grid), weights: "w - 1")
      })
    #expect(faults.all.map(\.code) == ["flows.weight-negative"])
  }
}
