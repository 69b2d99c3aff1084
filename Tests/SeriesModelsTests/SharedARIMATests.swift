import SeriesModels
import Testing

/// ARIMA against R 4.2.2 with forecast 8.20, from the shared golden files.
@Suite struct SharedARIMATests {
  @Test func automaticOrdersAreAtLeastAsGoodAsThoseOfR() throws {
    try compare("r_auto_arima_stepwise", AutoARIMAModel())
  }

  @Test func everyOrderIsAtLeastAsGoodAsTheExhaustiveSearchOfR() throws {
    try compare("r_auto_arima_exhaustive", AutoARIMAModel(isExhaustive: true))
  }

  private func compare(_ file: String, _ model: AutoARIMAModel) throws {
    guard let used = try Golden.expected("series_used"), let peers = try Golden.expected(file)
    else { return }
    var otherDifferences: [String] = []
    for key in peers.keys {
      let series = TimeSeries(key, of: used)
      let orders = peers[key].numbers("order").map { Int($0) }
      let seasonal =
        orders.count > 3 ? (p: orders[3], d: orders[4], q: orders[5]) : (p: 0, d: 0, q: 0)
      let coefficients = ARIMACoefficients(peers[key]["coef"])
      let order = ARIMAOrder(
        orders[0], orders[1], orders[2], seasonal: seasonal,
        hasConstant: coefficients.constant != nil)
      let peer = try ARIMAModel(order: order).evaluate(series, coefficients)
      // Its criterion by our likelihood, counting the coefficients it estimated.
      let k = Double(order.coefficientCount + 1)
      let n = Double(peer.used)
      let likelihood = try #require(peer.logLikelihood)
      let peerAICc = -2 * likelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1)
      let start = ContinuousClock.now
      let ours = try model.select(series)
      let seconds = start.duration(to: .now)
      let aicc = try #require(ours.aicc)
      print(key, ours.label, aicc, "peer", order, peerAICc, aicc - peerAICc, seconds)
      if ours.order.d == order.d, ours.order.seasonalD == order.seasonalD {
        #expect(aicc <= peerAICc + 1e-6, "\(key): \(ours.label) \(aicc), R \(order) \(peerAICc)")
      } else {
        otherDifferences.append(key)
      }
    }
    print("other differences than R:", otherDifferences)
  }

  @Test func likelihoodsAtGivenCoefficientsAreThoseOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let peers = try Golden.expected("r_arima_fixed_and_interventions")
    else { return }
    let cases: [(String, String, ARIMAOrder, ARIMACoefficients)] = [
      (
        "eval_arma22_fixed", "lh", ARIMAOrder(2, 0, 2, hasConstant: true),
        ARIMACoefficients(ar: [0.5, -0.3], ma: [0.4, 0.2], constant: 2.4)
      ),
      (
        "eval_sarma_fixed", "nottem",
        ARIMAOrder(1, 0, 1, seasonal: (1, 0, 1), hasConstant: true),
        ARIMACoefficients(
          ar: [0.6], ma: [-0.3], seasonalAR: [0.9], seasonalMA: [-0.5], constant: 49)
      ),
      (
        "eval_presidents_fixed", "presidents", ARIMAOrder(2, 0, 1, hasConstant: true),
        ARIMACoefficients(ar: [0.7, 0.1], ma: [0.2], constant: 56)
      ),
    ]
    for (key, id, order, coefficients) in cases {
      let series = TimeSeries(id, of: used)
      let fit = try ARIMAModel(order: order).evaluate(series, coefficients)
      let likelihood = try #require(fit.logLikelihood)
      #expect(relativeDifference(likelihood, peers[key].number("loglik")) < 1e-9, "\(key)")
      #expect(relativeDifference(fit.variance, peers[key].number("sigma2")) < 1e-9, "\(key)")
      let ahead = fit.predictive(12, seed: 1)
      for step in 0..<12 {
        #expect(
          relativeDifference(ahead.means[step], peers[key].numbers("pred")[step]) < 1e-9, "\(key)")
        #expect(
          relativeDifference(ahead.deviations[step], peers[key].numbers("se")[step]) < 1e-9,
          "\(key)")
      }
    }
  }
}
