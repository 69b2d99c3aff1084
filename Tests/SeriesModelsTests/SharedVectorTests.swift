import Foundation
import Kernel
import SeriesModels
import Testing

/// Vector autoregressions and the dynamic factor against statsmodels 0.15.0, from the shared files.
@Suite struct SharedVectorTests {
  private func macro() throws -> VectorPanel? {
    guard let table = try Golden.input("VAR2_macrodata") else { return nil }
    return try VectorPanel(
      ["realgdp", "realcons", "realinv"].map { name in
        let y = table[name]!.map { log($0) }
        return TimeSeries(name, zip(y.dropFirst(), y).map { $0 - $1 }, season: 4)
      })
  }

  private func arrivals() throws -> [TimeSeries]? {
    guard let table = try Golden.table("fpp2_arrivals") else { return nil }
    return ["Japan", "NZ", "UK", "US"].map { name in
      let y = table[name]!.map { log($0) }
      return TimeSeries(name, zip(y.dropFirst(4), y).map { $0 - $1 }, season: 4)
    }
  }

  private func expectClose(_ ours: [Double], _ theirs: [Double], _ what: String) {
    #expect(ours.count == theirs.count, "\(what) \(ours.count) \(theirs.count)")
    let size = theirs.reduce(0) { max($0, abs($1)) }
    for (a, b) in zip(ours, theirs) { #expect(abs(a - b) <= 1e-8 * size, "\(what) \(a) \(b)") }
  }

  /// Row by row, as numpy flattens.
  private func flat(_ A: Matrix) -> [Double] { (0..<A.rows).flatMap { A.row($0) } }

  @Test func outputConsumptionAndInvestmentAreThoseOfStatsmodels() throws {
    guard let golden = try Golden.expected("py_statsmodels"), let panel = try macro() else {
      return
    }
    let peer = golden["VAR2_macrodata_dlog"]
    let fit = try VARModel(lags: 2).fit(panel)
    expectClose(flat(fit.coefficients), peer.numbers("params"), "params")
    expectClose(flat(fit.errorCovariance), peer.numbers("sigma_u"), "sigma_u")
    expectClose(flat(fit.likelihoodCovariance), peer.numbers("sigma_u_mle"), "sigma_u_mle")
    expectClose(
      [fit.logLikelihood, fit.aic, fit.bic, fit.hqic],
      ["llf", "aic", "bic", "hqic"].map { peer.number($0) }, "criteria")
    expectClose(flat(fit.forecast(8)), peer.numbers("forecast"), "forecast")
    let deviations = fit.forecastCovariances(8).flatMap { $0.diagonal.map { $0.squareRoot() } }
    let lower = zip(flat(fit.forecast(8)), deviations).map { $0 - 1.959963984540054 * $1 }
    expectClose(lower, peer.numbers("lo"), "lo")
    expectClose(
      try fit.orthogonalResponses(8).flatMap { flat($0) }, peer.numbers("irf_orth"), "irf")
    let shares = try fit.varianceShares(8)
    expectClose(
      (0..<3).flatMap { i in shares.flatMap { $0.row(i) } }, peer.numbers("fevd"), "fevd")
    let test = fit.causality(of: 0, on: 1)
    expectClose(
      [test.statistic, test.pValue],
      ["stat", "p"].map { peer["granger_cons_by_gdp"].number($0) }, "granger")
    let criteria = try VARModel.criteria(panel, most: 8)
    #expect(
      criteria.min { $0.aic < $1.aic }?.lags == Int(peer["select"].number("aic")))
    #expect(
      criteria.min { $0.bic < $1.bic }?.lags == Int(peer["select"].number("bic")))
    #expect(
      criteria.min { $0.hqic < $1.hqic }?.lags == Int(peer["select"].number("hqic")))
  }

  @Test func arrivalsAreThoseOfStatsmodels() throws {
    guard let golden = try Golden.expected("py_statsmodels"), let series = try arrivals() else {
      return
    }
    let peer = golden["VAR1_arrivals_dlog4"]
    let fit = try VARModel(lags: 1).fit(try VectorPanel(series))
    expectClose(flat(fit.coefficients), peer.numbers("params"), "params")
    expectClose([fit.logLikelihood, fit.aic], ["llf", "aic"].map { peer.number($0) }, "criteria")
    expectClose(flat(fit.forecast(8)), peer.numbers("forecast"), "forecast")
  }

  @Test func theCommonFactorOfArrivalsIsThatOfStatsmodels() throws {
    guard let golden = try Golden.expected("py_statsmodels"), let series = try arrivals() else {
      return
    }
    let peer = golden["DynamicFactor_arrivals_1f_ar1"]
    let standard = series.map { one -> TimeSeries in
      let mean = Statistics.mean(one.values)
      let n = Double(one.count)
      let deviation = (Statistics.variance(one.values) * (n - 1) / n).squareRoot()
      return TimeSeries(one.id, one.values.map { ($0 - mean) / deviation }, season: 4)
    }
    let x = peer.numbers("params")
    let theirs = try DynamicFactorModel().evaluate(
      standard,
      DynamicFactorModel.Parameters(
        loadings: Array(x[0..<4]), errors: Array(x[4..<8]), persistence: x[8]))
    #expect(relativeDifference(theirs.logLikelihood, peer.number("llf")) < 1e-9)
    let steps = theirs.forecast(4)
    expectClose(
      (0..<4).flatMap { h in steps.map { $0.means[h] } }, peer.numbers("mean"), "mean")
    expectClose(
      (0..<4).flatMap { h in steps.map { $0.deviations[h] } }, peer.numbers("se"), "se")
    let ours = try DynamicFactorModel().fit(standard)
    print("factor", ours.logLikelihood - theirs.logLikelihood, ours.parameters)
    #expect(ours.logLikelihood >= theirs.logLikelihood - 1e-6)
  }
}
