import Demography
import Kernel
import SeriesModels
import Testing

@Suite struct VectorTests {
  private func panel(_ n: Int) throws -> VectorPanel {
    let key = StreamKey(seed: 6, stream: "test")
    var a: [Double] = []
    var b: [Double] = []
    for t in 0..<n {
      let (x, y) = normalPair(key, unit: UnitKey("var"), draw: 0, time: t)
      a.append(0.5 * (a.last ?? 0) + 0.2 * (b.last ?? 0) + x)
      b.append(0.3 * (b.last ?? 0) + 0.5 * x + y + 1)
    }
    return try VectorPanel([TimeSeries("a", a, season: 1), TimeSeries("b", b, season: 1)])
  }

  /// Series that begin in other periods, or step otherwise, are not put side by side by position.
  @Test func seriesOfOtherStepsAreNotAligned() throws {
    let values = (0..<20).map { Double($0 * $0 % 7) }
    func series(_ id: String, _ first: Period, count: Int = 20) -> TimeSeries {
      TimeSeries(
        id: id, clock: .periods(first: first), values: Array(values.prefix(count)), season: 1)
    }
    let one = series("a", .month(2000, 1))
    for (other, steps) in [
      (series("b", .month(2000, 2)), "2000-02, 2000-03 … 2001-09"),
      (series("b", .year(2000)), "2000, 2001 … 2019"),
      (series("b", .month(2000, 1), count: 15), "2000-01, 2000-02 … 2001-03"),
    ] {
      let fault = SeriesError.stepsDiffer(
        series: "b", steps: steps, other: "a", otherSteps: "2000-01, 2000-02 … 2001-08")
      #expect(throws: fault) { _ = try VectorPanel([one, other]) }
      #expect(throws: fault) { _ = try DynamicFactorModel().fit([one, other]) }
    }
  }

  /// Twice another, or a sum of two, rounded to nine digits: what is left is no shock. A thousandth of its own is one.
  @Test func combinationsOfOthersAreRefused() throws {
    let panel = try panel(60)
    let (a, b) = (panel.values.column(0), panel.values.column(1))
    func rounded(_ x: Double) -> Double { (x * 1e9).rounded() / 1e9 }
    func fit(_ columns: [(String, [Double])]) throws -> VARFit {
      try VARModel(lags: 1).fit(
        VectorPanel(columns.map { TimeSeries($0.0, $0.1, season: 1) }))
    }
    #expect(throws: SeriesError.seriesDependent(series: "a", others: "twice")) {
      try fit([("a", a), ("twice", a.map { rounded(2 * $0) })])
    }
    let sum = zip(a, b).map { rounded($0 + $1) }
    let error = try #require(throws: SeriesError.self) {
      try fit([("a", a), ("b", b), ("sum", sum)])
    }
    #expect(error.fault.code == "series.vector.dependent")
    #expect(throws: SeriesError.seriesDependent(series: "still", others: "")) {
      try fit([("a", a), ("still", a.map { _ in 0.1 })])
    }
    let own = zip(a, b).map { 2 * $0 + 1e-3 * $1 }
    #expect(try fit([("a", a), ("own", own)]).logLikelihood.isFinite)
  }

  /// A wide prior leaves least squares, a narrow one the prior mean.
  @Test func shrinkageRunsFromLeastSquaresToThePrior() throws {
    let panel = try panel(80)
    let plain = try VARModel(lags: 2).fit(panel).coefficients
    let wide = try BayesianVAR(lags: 2, persistence: 0, tightness: 1e4).fit(panel).coefficients
    for (x, y) in zip(plain.values, wide.values) { #expect(abs(x - y) < 1e-4) }
    let narrow = try BayesianVAR(lags: 2, persistence: 1, tightness: 1e-5).fit(panel).coefficients
    for i in 1..<5 {
      for j in 0..<2 { #expect(abs(narrow[i, j] - (i == j + 1 ? 1 : 0)) < 1e-4) }
    }
  }

  /// The chosen tightness has a marginal likelihood not below any of a grid.
  @Test func tightnessMaximisesTheMarginalLikelihood() throws {
    let panel = try panel(60)
    let chosen = try BayesianVAR(lags: 2, persistence: 0).fit(panel)
    for tightness in [0.01, 0.05, 0.1, 0.2, 0.5, 1, 3] {
      let other = try BayesianVAR(lags: 2, persistence: 0, tightness: tightness).fit(panel)
      #expect(chosen.logMarginalLikelihood >= other.logMarginalLikelihood - 1e-6, "\(tightness)")
    }
  }

  /// For one variable the marginal likelihood is a multivariate t density, whose logarithm a dense factor
  /// gives: y ~ t(d₀ − k + 1; X b₀, (s²/d)(I + X Ω₀ Xᵀ)).
  @Test func theMarginalLikelihoodIsThatOfAMultivariateT() throws {
    let key = StreamKey(seed: 2, stream: "test")
    let y = (0..<12).map { normalPair(key, unit: UnitKey("t"), draw: 0, time: $0).0 }
    let panel = try VectorPanel([TimeSeries("a", y, season: 1)])
    let fit = try BayesianVAR(lags: 1, persistence: 0.5, tightness: 0.7).fit(panel)
    var design = Matrix(rows: 11, columns: 2, repeating: 1)
    design.setColumn(1, Array(y.dropLast()))
    let own = try leastSquares(design, Array(y.dropFirst()))
    let s2 = own.residualSumOfSquares / 9
    let degrees = 3.0
    let spread = Matrix.diagonal([1e6, 0.49 / s2])
    let shape =
      Matrix.identity(11) + design.times(spread).timesTranspose(design)
    let factor = try Cholesky((s2 / degrees) * shape)
    let errors = zip(y.dropFirst(), y).map { $0 - 0.5 * $1 }
    let white = factor.solveLower(errors)
    let n = 11.0
    let expected =
      logGamma((degrees + n) / 2) - logGamma(degrees / 2)
      - 0.5 * n * LogOf.value(degrees * Double.pi) - 0.5 * factor.logDeterminant
      - 0.5 * (degrees + n) * LogOf.value(1 + dot(white, white) / degrees)
    #expect(relativeDifference(fit.logMarginalLikelihood, expected) < 1e-9)
  }

  /// Draws of one step ahead average to its mean within four standard errors, and few are the first of many.
  @Test func drawsAreKeyedAndCentred() throws {
    let panel = try panel(60)
    let fit = try BayesianVAR(lags: 1, persistence: 0).fit(panel)
    let draws = try fit.paths(2, draws: 4_000, seed: 3)
    let few = try fit.paths(2, draws: 10, seed: 3)
    #expect(Array(draws.prefix(10)) == few)
    let last = panel.values.row(59)
    for j in 0..<2 {
      let mean =
        fit.coefficients[0, j] + fit.coefficients[1, j] * last[0] + fit.coefficients[2, j] * last[1]
      let values = draws.map { $0[0, j] }
      let error = Statistics.standardDeviation(values) / 4_000.0.squareRoot()
      #expect(abs(Statistics.mean(values) - mean) < 4 * error)
    }
  }
}
