import Foundation
import SeriesModels
import Testing

/// The Poisson level model against KFAS 1.5.1's Laplace approximation, from the shared golden files.
@Suite struct SharedPoissonTests {
  /// Van drivers killed: the seat-belt law beside a level and fixed seasons.
  @Test func theSeatBeltLawIsThatOfKFAS() throws {
    guard let golden = try Golden.expected("r_kfas"), let seatbelts = try Golden.seatbelts() else {
      return
    }
    let entry = golden["VanKilled_poisson_local_level"]
    let series = TimeSeries("vans", seatbelts["VanKilled"]!, season: 12)
    let model = PoissonLevelModel(regressors: [Regressor("law", seatbelts["law"]!)])
    let theirs = try model.evaluate(series, variance: entry.number("Qlevel"))
    let likelihood = try #require(theirs.logLikelihood)
    print("vans", likelihood, entry.number("logLik_laplace"), theirs.coefficients)
    #expect(abs(likelihood - entry.number("logLik_laplace")) < 1e-6)
    let law = try #require(theirs.coefficients.first)
    #expect(abs(law.value - entry.number("law_coef")) < 1e-4)
    #expect(abs(try #require(law.standardError) - entry.number("law_se")) < 1e-4)
    for (ours, mean) in zip(theirs.smoothedMeans, entry.numbers("muhat_head")) {
      #expect(relativeDifference(ours, mean) < 1e-4)
    }
    let start = ContinuousClock.now
    let ours = try model.estimate(series)
    let greatest = try #require(ours.logLikelihood)
    print("vans ours", ours.variance, greatest - likelihood, start.duration(to: .now))
    #expect(greatest >= likelihood - 1e-6)
  }
}
