import Demography
import FlowModels
import Foundation
import Testing

/// Golden cases G09 (R fixest 0.12.2) and the Korean flows of the issue.
struct PoissonGoldenTests {
  private static let korea = "golden/flows/data/migest_korea_gravity.csv"

  private func korea(_ filter: String) throws -> FlowData? {
    guard let grid = SharedData.grid(Self.korea) else { return nil }
    return try FlowData(grid: grid).filtered(by: RowFilter.parse(filter))
  }

  private func check(
    _ data: FlowData, _ formula: String, against golden: [String: Any], rename: [String: String],
    clusters: [String: Covariance]
  ) throws {
    let coefficients = try #require(golden["coef"] as? [String: Double])
    let kinds: [String: Covariance] = clusters.merging(["iid": .iid, "hetero": .hetero]) { a, _ in a
    }
    for (name, covariance) in kinds.sorted(by: { $0.key < $1.key }) {
      for (rule, suffix) in [(SmallSample.fixest, ""), (.none, "_nossc")] {
        guard let errors = golden["se_\(name)\(suffix)"] as? [String: Double] else { continue }
        let fit = try PoissonFlowModel().fit(
          Formula.parse(formula), data,
          RegressionOptions(covariance: covariance, smallSample: rule))
        #expect(fit.coefficients.count == coefficients.count)
        for coefficient in fit.coefficients {
          let term =
            rename[coefficient.term]
            ?? coefficient.term.replacing("log(dist_cent)", with: "ld")
          let estimate = try #require(coefficients[term])
          let error = try #require(errors[term])
          #expect(abs(coefficient.estimate / estimate - 1) < 1e-8, "\(term) \(formula)")
          #expect(
            abs(coefficient.standardError / error - 1) < 1e-6,
            "se_\(name)\(suffix) of \(term) in \(formula): \(coefficient.standardError), \(error)")
        }
        #expect(fit.observations == golden["n"] as? Int)
        let logLikelihood = try #require(golden["loglik"] as? Double)
        #expect(abs(fit.logLikelihood / logLikelihood - 1) < 1e-9)
        #expect(abs(fit.deviance / (try #require(golden["deviance"] as? Double)) - 1) < 1e-9)
        #expect(
          abs(fit.nullLogLikelihood / (try #require(golden["null_ll"] as? Double)) - 1) < 1e-9)
      }
    }
  }

  private let koreanNames = [
    "log(dist_cent)": "ld", "log(orig_pop*1000000)": "lpo", "log(dest_pop*1000000)": "lpd",
  ]
  private let koreanClusters: [String: Covariance] = [
    "cluster_pair": .cluster(["orig^dest"]), "cluster_orig": .cluster(["orig"]),
    "twoway": .cluster(["orig", "dest"]),
  ]

  @Test(arguments: [
    ("k2020_doubly", "flow ~ log(dist_cent) + contig | orig + dest"),
    ("k2020_production", "flow ~ log(dest_pop*1000000) + log(dist_cent) + contig | orig"),
    ("k2020_attraction", "flow ~ log(orig_pop*1000000) + log(dist_cent) + contig | dest"),
    (
      "k2020_gravity",
      "flow ~ log(orig_pop*1000000) + log(dest_pop*1000000) + log(dist_cent) + contig"
    ),
  ])
  func koreanFlowsOf2020AgreeWithFixest(_ name: String, _ formula: String) throws {
    guard let data = try korea("year == 2020 & orig != dest"),
      let golden = try SharedData.json("golden/flows/expected/G09_fixest_korea.json")
    else { return }
    #expect(data.count == 272)
    try check(
      data, formula, against: try #require(golden[name] as? [String: Any]), rename: koreanNames,
      clusters: koreanClusters)
  }

  @Test(arguments: [
    ("panel_oy_dy", "flow ~ log(dist_cent) + contig | orig^year + dest^year"),
    (
      "panel_pair_year",
      "flow ~ log(orig_pop*1000000) + log(dest_pop*1000000) | orig^dest + year"
    ),
    (
      "panel_dist_by_year",
      "flow ~ log(dist_cent) + contig + i(year, log(dist_cent), ref = 2012) | orig^year + dest^year"
    ),
  ])
  func koreanPanelsAgreeWithFixest(_ name: String, _ formula: String) throws {
    guard let data = try korea("orig != dest"),
      let golden = try SharedData.json("golden/flows/expected/G09_fixest_korea.json")
    else { return }
    try check(
      data, formula, against: try #require(golden[name] as? [String: Any]), rename: koreanNames,
      clusters: koreanClusters)
  }

  @Test(arguments: [
    ("fta_3way", "trade ~ fta | isoimp^year + isoexp^year + isoexp^isoimp"),
    (
      "fta_2way",
      "trade ~ fta + ln_distw + contig + colony + comlang_off + comleg | isoimp^year + isoexp^year"
    ),
  ])
  func tradeAgreementsAgreeWithFixest(_ name: String, _ formula: String) throws {
    guard let grid = SharedData.grid("golden/flows/data/ppmlhdfe_fta_total.csv"),
      let golden = try SharedData.json("golden/flows/expected/G09_fixest_ppml.json")
    else { return }
    try check(
      FlowData(grid: grid), formula, against: try #require(golden[name] as? [String: Any]),
      rename: [:],
      clusters: [
        "cluster_pair": .cluster(["isoexp^isoimp"]), "twoway": .cluster(["isoexp", "isoimp"]),
      ])
  }

  @Test func fittedFlowsOfKoreaAreThoseOfFixest() throws {
    guard let data = try korea("year == 2020 & orig != dest"),
      let fitted = SharedData.grid("golden/flows/expected/G09_korea2020_fitted.csv")
    else { return }
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(dist_cent) + contig | orig + dest"), data, RegressionOptions())
    let column = try #require(fitted.rows[0].cells.firstIndex { $0.contains("doubly") })
    for (row, value) in fit.fitted.enumerated() {
      let expected = try #require(Double(fitted.rows[row + 1].cells[column]))
      #expect(abs(value / expected - 1) < 1e-8)
    }
    let predicted = try fit.predict(data)
    for (row, value) in fit.fitted.enumerated() {
      #expect(abs((predicted[row] ?? 0) / value - 1) < 1e-10)
    }
  }
}
