import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Golden cases G01, G11 and G17, and laws of covariances.
struct CovarianceTests {
  private static let small = """
    orig,dest,year,flow,d,near,lat,lon
    A,B,2001,120,1.5,1,50.1,70.2
    A,C,2001,31,4,0,43.2,76.9
    A,D,2001,12,7,0,47.1,51.9
    B,A,2001,95,1.5,1,51.1,71.4
    B,C,2001,44,3,1,43.2,76.9
    B,D,2001,9,6,0,47.1,51.9
    C,A,2001,28,4,0,51.1,71.4
    C,B,2001,51,3,1,50.1,70.2
    C,D,2001,66,2,1,47.1,51.9
    D,A,2001,7,7,0,51.1,71.4
    D,B,2001,11,6,0,50.1,70.2
    D,C,2001,59,2,1,43.2,76.9
    A,B,2002,101,1.5,1,50.1,70.2
    A,C,2002,42,4,0,43.2,76.9
    A,D,2002,10,7,0,47.1,51.9
    B,A,2002,88,1.5,1,51.1,71.4
    B,C,2002,37,3,1,43.2,76.9
    B,D,2002,14,6,0,47.1,51.9
    C,A,2002,21,4,0,51.1,71.4
    C,B,2002,60,3,1,50.1,70.2
    C,D,2002,48,2,1,47.1,51.9
    D,A,2002,9,7,0,51.1,71.4
    D,B,2002,8,6,0,50.1,70.2
    D,C,2002,71,2,1,43.2,76.9
    """

  private func data() throws -> FlowData { try FlowData(grid: SharedData.grid(text: Self.small)) }

  private func fit(_ formula: String) throws -> RegressionFit {
    try PoissonFlowModel().fit(Formula.parse(formula), data(), RegressionOptions())
  }

  // MARK: Golden

  @Test(arguments: [
    ("doubly", "flow ~ log(dist_cent) + contig | orig + dest"),
    (
      "gravity",
      "flow ~ log(orig_pop*1000000) + log(dest_pop*1000000) + log(dist_cent) + contig"
    ),
  ])
  func koreanFlowsAgreeWithTheDefinitions(_ name: String, _ formula: String) throws {
    guard let grid = SharedData.grid("golden/flows/data/migest_korea_gravity.csv"),
      let golden = try SharedData.json("golden/flows/expected/G17_korea2020_vcov_moran.json"),
      let expected = golden[name] as? [String: Any]
    else { return }
    let data = try FlowData(grid: grid).filtered(
      by: RowFilter.parse("year == 2020 & orig != dest"))
    let fit = try PoissonFlowModel().fit(Formula.parse(formula), data, RegressionOptions())
    let names = [
      "(Intercept)": "Intercept", "log(dist_cent)": "ld", "log(orig_pop*1000000)": "lpo",
      "log(dest_pop*1000000)": "lpd",
    ]
    let kinds: [(String, Covariance)] = [
      ("se_model", .iid), ("se_HC0", .hetero), ("se_HC0", .white(.hc0)),
      ("se_cluster_orig", .cluster(["orig"])), ("se_cluster_dest", .cluster(["dest"])),
      ("se_twoway_orig_dest", .cluster(["orig", "dest"])),
      ("se_cluster_undirected_pair", .cluster(["pair(orig,dest)"])),
      ("se_dyadic_robust", .dyadic(origin: "orig", destination: "dest")),
    ]
    let count = fit.coefficients.count
    for (key, kind) in kinds {
      let errors = try #require(expected[key] as? [String: Double])
      let found = try fit.covariance(kind, .none)
      for (k, coefficient) in fit.coefficients.enumerated() {
        let error = try #require(errors[names[coefficient.term] ?? coefficient.term])
        // The reference writes 0 where the definition gives a negative variance; before the repair.
        let variance = found.unrepaired[k * count + k]
        #expect(
          error == 0 ? variance < 0 : abs(variance.squareRoot() / error - 1) < 1e-6,
          "\(key) of \(coefficient.term): \(variance.squareRoot()), \(error)")
      }
      #expect(found.isRepaired == errors.values.contains(0))
      #expect(found.standardErrors.allSatisfy { $0 >= 0 })
    }
    // Quasi-Poisson: the model's errors by the root of Pearson's statistic over its degrees of freedom.
    let errors = try #require(expected["se_quasi_poisson"] as? [String: Double])
    let pearson = try fit.residuals(.pearson).reduce(0) { $0 + $1 * $1 }
    let dispersion = pearson / Double(fit.observations - fit.parameterCount)
    let model = try fit.covariance(.iid, .none).standardErrors
    for (k, coefficient) in fit.coefficients.enumerated() {
      let error = try #require(errors[names[coefficient.term] ?? coefficient.term])
      #expect(abs(model[k] * dispersion.squareRoot() / error - 1) < 1e-6)
    }
  }

  @Test func whitesCorrectionsAgreeWithSandwich() throws {
    guard let grid = SharedData.grid("golden/flows/expected/G11_zeros60_input.csv"),
      let golden = try SharedData.json("golden/flows/expected/G11_gravity_zeros_estimators.json"),
      let expected = golden["z60_poisson"] as? [String: Any]
    else { return }
    let fit = try PoissonFlowModel().fit(
      Formula.parse("y ~ ld + lgo + lgd + contig + comlang_off"), FlowData(grid: grid),
      RegressionOptions())
    for correction in [Covariance.WhiteCorrection.hc0, .hc1, .hc3] {
      let errors = try #require(expected["se_\(correction)"] as? [String: Double])
      let found = try fit.coefficients(under: fit.covariance(.white(correction)))
      for coefficient in found {
        let error = try #require(errors[coefficient.term])
        #expect(
          abs(coefficient.standardError / error - 1) < 1e-6,
          "\(correction) \(coefficient.term): \(coefficient.standardError) \(error)")
      }
    }
  }

  @Test(arguments: [
    ("statsmodels_gravity_pow", "Data ~ log(Oi) + log(Dj) + log(Dij)"),
    ("statsmodels_gravity_exp", "Data ~ log(Oi) + log(Dj) + Dij"),
  ])
  func austrianFlowsAgreeWithStatsmodels(_ name: String, _ formula: String) throws {
    guard let bytes = SharedData.bytes("golden/flows/data/spint_austria.csv"),
      let golden = try SharedData.json("golden/flows/expected/G01_austria_spint.json"),
      let expected = golden[name] as? [String: Any]
    else { return }
    // The first column of the file has no name.
    let grid = SharedData.grid(text: "row" + String(decoding: bytes, as: UTF8.self))
    let data = try FlowData(grid: grid).filtered(by: RowFilter.parse("Origin != Destination"))
    let fit = try PoissonFlowModel().fit(Formula.parse(formula), data, RegressionOptions())
    let kinds: [(String, Covariance)] = [
      ("bse", .iid), ("bse_HC0", .white(.hc0)),
      ("bse_cluster_origin_nocorrection", .cluster(["Origin"])),
    ]
    for (key, kind) in kinds {
      let errors = try #require(expected[key] as? [Double])
      for (found, error) in zip(try fit.covariance(kind, .none).standardErrors, errors) {
        #expect(abs(found / error - 1) < 1e-6, "\(key) \(found) \(error)")
      }
    }
  }

  // MARK: Laws

  /// Leverages with absorbed effects are those of a fit on dummies, and add up to the parameters.
  @Test func absorbedEffectsHaveTheLeveragesOfDummies() throws {
    let absorbed = try fit("flow ~ log(d) + near | orig + dest + year")
    let levels = ["A", "B", "C", "D"]
    var columns = ["flow", "d", "near"].map { name in (name, column(name)) }
    for level in levels.dropFirst() {
      columns.append(("o\(level)", column("orig").map { $0 == level ? "1" : "0" }))
      columns.append(("d\(level)", column("dest").map { $0 == level ? "1" : "0" }))
    }
    columns.append(("later", column("year").map { $0 == "2002" ? "1" : "0" }))
    let dummies = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(d) + near + oB + oC + oD + dB + dC + dD + later"),
      FlowData(columns: columns), RegressionOptions())
    for (a, b) in zip(try absorbed.leverages(), try dummies.leverages()) {
      #expect(abs(a - b) < 1e-9)
    }
    #expect(abs(try absorbed.leverages().reduce(0, +) - 10) < 1e-9)
    for kind in [Covariance.white(.hc2), .white(.hc3)] {
      let a = try absorbed.covariance(kind).standardErrors
      let b = try dummies.covariance(kind).standardErrors
      for k in 0..<2 { #expect(abs(a[k] / b[k + 1] - 1) < 1e-8) }
    }
  }

  private func column(_ name: String) -> [String] {
    let grid = SharedData.grid(text: Self.small)
    let index = grid.rows[0].cells.firstIndex(of: name) ?? 0
    return grid.rows.dropFirst().map { $0.cells[index] }
  }

  /// Every covariance of the catalogue, on rows in another order.
  @Test func theOrderOfTheRowsDoesNotMatter() throws {
    let grid = SharedData.grid(text: Self.small)
    let names = grid.rows[0].cells
    let order = (0..<24).map { (7 * $0 + 5) % 24 }
    let shuffled = FlowData(
      columns: names.map { name in (name, order.map { column(name)[$0] }) })
    let formula = try Formula.parse("flow ~ log(d) + near | orig + year")
    let a = try PoissonFlowModel().fit(formula, data(), RegressionOptions())
    let b = try PoissonFlowModel().fit(formula, shuffled, RegressionOptions())
    for text in [
      "iid", "hetero", "hc0", "hc1", "hc2", "hc3", "cluster:orig", "cluster:orig,dest",
      "cluster:orig^dest", "dyadic:orig,dest", "conley:lat,lon,500", "driscoll-kraay:year",
      "newey-west:orig^dest,year,1",
    ] {
      let kind = try Covariance.parse(text)
      #expect(kind.text == text)
      for rule in SmallSample.allCases {
        let one = try a.covariance(kind, rule), other = try b.covariance(kind, rule)
        let scale = one.unrepaired.map(abs).max() ?? 0
        for (x, y) in zip(one.unrepaired, other.unrepaired) {
          #expect(abs(x - y) < 1e-11 * scale, "\(text) \(rule)")
        }
        #expect(one.standardErrors.allSatisfy { $0 >= 0 })
      }
    }
  }

  @Test func limitsOfOneCovarianceAreAnother() throws {
    let fit = try fit("flow ~ log(d) + near | orig + dest")
    func errors(_ text: String) throws -> [Double] {
      try fit.covariance(Covariance.parse(text), .none).standardErrors
    }
    func expectEqual(_ a: String, _ b: String) throws {
      for (x, y) in zip(try errors(a), try errors(b)) { #expect(abs(x / y - 1) < 1e-12, "\(a)") }
    }
    try expectEqual("cluster:orig^dest^year", "hc0")
    try expectEqual("newey-west:orig^dest,year,0", "hc0")
    try expectEqual("driscoll-kraay:year,0", "cluster:year")
    // No two towns are within a metre, so that only rows to the same town are related.
    try expectEqual("conley:lat,lon,0.001", "cluster:dest")
  }

  /// The definition: all pairs of rows that share an area.
  @Test func dyadicSumsEqualTheDefinition() throws {
    let fit = try fit("flow ~ d")
    let (o, d, x) = (column("orig"), column("dest"), column("d").compactMap(Double.init))
    let residuals = zip(column("flow").compactMap(Double.init), fit.fitted).map { $0 - $1 }
    var meat = Matrix(rows: 2, columns: 2)
    var information = meat
    for n in x.indices {
      let z = [1, x[n]]
      for m in x.indices where !Set([o[n], d[n]]).isDisjoint(with: [o[m], d[m]]) {
        let w = [1, x[m]]
        for a in 0..<2 {
          for b in 0..<2 {
            meat[a, b] += residuals[n] * residuals[m] * z[a] * w[b]
            if n == m { information[a, b] += fit.fitted[n] * z[a] * z[b] }
          }
        }
      }
    }
    let inverse = try Cholesky(information).inverse()
    let expected = inverse.times(meat).times(inverse).values
    let found = try fit.covariance(.dyadic(origin: "orig", destination: "dest"), .none).unrepaired
    for (a, b) in zip(found, expected) { #expect(abs(a / b - 1) < 1e-8) }
  }

  @Test func aConventionalFactorIsThatOfEachTerm() throws {
    let fit = try fit("flow ~ log(d) + near")
    func variance(_ columns: [String], _ rule: SmallSample) throws -> Double {
      let found = try fit.covariance(.cluster(columns), rule)
      return found.unrepaired[4]
    }
    let adjust = 23.0 / 21
    var expected = 4.0 / 3 * (try variance(["orig"], .none))
    expected += 2.0 * (try variance(["year"], .none))
    expected -= 8.0 / 7 * (try variance(["orig^year"], .none))
    let found = try variance(["orig", "year"], .fixestConventional)
    #expect(abs(found / (adjust * expected) - 1) < 1e-12)
    let smallest = try variance(["orig", "year"], .fixest)
    let plain = try variance(["orig", "year"], .none)
    #expect(abs(smallest / (2 * adjust * plain) - 1) < 1e-12)
  }

  @Test func noVarianceLeftByARepairIsNoCertainty() throws {
    let fit = try fit("flow ~ near | orig + dest")
    let found = try fit.covariance(.cluster(["orig", "dest"]))
    #expect(found.unrepaired[0] < 0)
    let coefficient = fit.coefficients(under: found)[0]
    #expect(coefficient.estimate.isFinite)
    for value in [
      coefficient.standardError, coefficient.statistic, coefficient.pValue,
      coefficient.confidenceLow, coefficient.confidenceHigh,
    ] { #expect(value.isNaN) }
  }

  @Test func fewClustersUseStudentsDistribution() throws {
    let fit = try fit("flow ~ log(d) + near")
    #expect(try fit.covariance(.cluster(["orig"])).degreesOfFreedom == 3)
    #expect(try fit.covariance(.hetero).degreesOfFreedom == nil)
    let coefficient = try fit.coefficients(under: fit.covariance(.cluster(["orig"])))[1]
    // Student's 97.5 % quantile with 3 degrees of freedom, R 4.2.2.
    let reach = (coefficient.confidenceHigh - coefficient.estimate) / coefficient.standardError
    #expect(abs(reach - 3.182446305284264) < 1e-9)
  }

  @Test(arguments: [
    "robust", "hc4", "cluster:", "cluster:a,a", "dyadic:a", "dyadic:a,a", "conley:a,b,-1",
    "conley:a,a,50", "newey-west:a,a",
    "conley:a,b", "driscoll-kraay:t,x", "newey-west:u", "iid:a", "cluster:a,b,c,d,e",
  ])
  func whatNamesNoCovarianceIsRefused(_ text: String) {
    #expect(throws: Faults.self) { try Covariance.parse(text) }
  }
}
