import Kernel
import SeriesModels
import Testing

@Suite struct StructuralTests {
  private func noise(_ n: Int, unit: String) -> [Double] {
    (0..<n).map {
      normalPair(StreamKey(seed: 3, stream: "test"), unit: UnitKey(unit), draw: 0, time: $0).0
    }
  }

  /// The joint normal density of values with a start of known variance, by a dense Cholesky factor.
  @Test func theFilterHasTheLikelihoodOfTheJointNormal() throws {
    let T = Matrix([[0.9, 0.3], [-0.2, 0.7]])
    let R = Matrix([[1, 0.4], [0, 1]])
    let Q = [0.5, 0.2]
    let Z = Matrix([[1, 0.5], [0, 1]])
    let H = [0.3, 0.1]
    let P = Matrix([[2, 0.3], [0.3, 1]])
    let system = StateSpace(
      transition: T, selection: R, noise: Q, loadings: [Z], errors: H,
      start: StateSpace.Start(mean: [1, -1], covariance: P, diffuse: [0, 0]))
    let first = noise(6, unit: "a")
    let second = noise(6, unit: "b")
    var filter = KalmanFilter(system)
    filter.run([first, second])

    let noiseMatrix = R.scalingColumns(by: Q).timesTranspose(R)
    var states = [P]
    for _ in 1..<6 { states.append(T.times(states.last!).timesTranspose(T) + noiseMatrix) }
    var covariance = Matrix(rows: 12, columns: 12)
    var mean = [1.0, -1.0]
    var errors: [Double] = []
    for i in 0..<6 {
      let fitted = Z.times(mean)
      errors += [first[i] - fitted[0], second[i] - fitted[1]]
      mean = T.times(mean)
      var lagged = states[i]
      for j in i..<6 {
        let block = Z.times(lagged).timesTranspose(Z)
        for a in 0..<2 {
          for b in 0..<2 {
            covariance[2 * i + b, 2 * j + a] = block[a, b] + (i == j && a == b ? H[a] : 0)
            covariance[2 * j + a, 2 * i + b] = covariance[2 * i + b, 2 * j + a]
          }
        }
        lagged = T.times(lagged)
      }
    }
    let factor = try Cholesky(covariance)
    let white = factor.solveLower(errors)
    let expected = -0.5 * (12 * LogOf.value(2 * .pi) + factor.logDeterminant + dot(white, white))
    #expect(relativeDifference(filter.sums.logLikelihood, expected) < 1e-12)
  }

  /// The exact start is the limit of a large variance, in states, variances and disturbances.
  @Test func theDiffuseStartIsTheLimitOfALargeVariance() throws {
    func smoothed(_ kappa: Double) -> KalmanSmoother {
      let system = StateSpace(
        transition: Matrix([[1, 1, 0], [0, 1, 0], [0, 0, 1]]),
        selection: Matrix([[1, 0], [0, 1], [0, 0]]), noise: [0.3, 0.02],
        loadings: (0..<12).map { Matrix([[1, 0, $0 >= 7 ? 1 : 0]]) }, errors: [1],
        start: StateSpace.Start(
          mean: [0, 0, 0], covariance: Matrix(rows: 3, columns: 3), diffuse: [1, 1, 1],
          kappa: kappa))
      var filter = KalmanFilter(system, keeps: true)
      var values = noise(12, unit: "c")
      values[0] = .nan
      values[4] = .nan
      filter.run([values])
      return KalmanSmoother(filter)
    }
    let exact = smoothed(.infinity)
    let near = smoothed(1e6)
    for t in 0..<12 {
      for (a, b) in zip(exact.states[t], near.states[t]) { #expect(abs(a - b) < 1e-4) }
      for (a, b) in zip(exact.covariances[t], near.covariances[t]) { #expect(abs(a - b) < 1e-3) }
      for (a, b) in zip(exact.disturbances[t], near.disturbances[t]) { #expect(abs(a - b) < 1e-4) }
      if !exact.errors[t][0].isNaN {
        #expect(abs(exact.errors[t][0] - near.errors[t][0]) < 1e-4)
        #expect(abs(exact.errorVariances[t][0] - near.errorVariances[t][0]) < 1e-4)
      }
    }
  }

  /// The last states of a model with seasons and a variance of zero have a covariance without full rank; the
  /// futures drawn from its root have the variances of the forecast, within four standard errors.
  @Test func futuresOfASingularStateHaveTheForecastsVariance() throws {
    let values = noise(48, unit: "e").enumerated().map { 5 * Double($0 % 4) + $1 }
    for seasonal in [StructuralForm.Seasonal.dummy, .trigonometric] {
      let fit = try StructuralModel(form: StructuralForm(hasSlope: true, seasonal: seasonal))
        .evaluate(TimeSeries("a", values, season: 4), variances: [1, 0.2, 0, 0])
      let expected = fit.forecastCovariance(6).diagonal
      let paths = fit.paths(6, draws: 4_000, seed: 1)
      for step in 0..<6 {
        let variance = Statistics.variance(paths.map { $0[step] })
        #expect(abs(variance / expected[step] - 1) < 4 * (2.0 / 4_000).squareRoot())
      }
    }
  }

  @Test func smoothedVariancesAreNotLargerThanPredicted() throws {
    let values = noise(40, unit: "d").reduce(into: [Double]()) { $0.append(($0.last ?? 50) + $1) }
    let fit = try StructuralModel(form: StructuralForm(hasSlope: false, seasonal: .none)).evaluate(
      TimeSeries("a", values, season: 1), variances: [1, 1])
    let smooth = fit.smoothed
    for (t, innovation) in fit.innovations.enumerated() where t > 0 {
      #expect(smooth.covariances[t][0] <= innovation.variance - 1)
    }
    for (variance, error) in zip(smooth.errorVariances, smooth.errors) {
      #expect(variance[0] > 0 && variance[0] < 1 && error[0].isFinite)
    }
  }

  /// White noise about a constant: the level does not move, and its variance is zero, not small.
  @Test func aVarianceThatIsNotNeededIsZero() throws {
    let series = TimeSeries("a", noise(80, unit: "e").map { 10 + $0 }, season: 1)
    let fit = try StructuralModel(form: StructuralForm(hasSlope: true, seasonal: .none))
      .estimate(series)
    #expect(fit.variances[2] == 0)
    #expect(fit.variances[0] > 0.5)
    let walk = series.values.reduce(into: [Double]()) { $0.append(($0.last ?? 0) + $1 - 10) }
    let moving = try StructuralModel(form: StructuralForm(hasSlope: false, seasonal: .none))
      .estimate(TimeSeries("b", walk, season: 1))
    #expect(moving.variances[0] < 0.1 * moving.variances[1])
  }

  /// A regressor in other units has the effect in those units, and the same forecasts.
  @Test func coefficientsFollowTheUnitsOfRegressors() throws {
    let x = noise(60, unit: "f")
    let y = zip(noise(60, unit: "g"), x).map { 20 + $0 + 3 * $1 }
    let series = TimeSeries("a", y, season: 1)
    let form = StructuralForm(hasSlope: false, seasonal: .none)
    for scale in [1e-6, 1.0, 1e6] {
      let longer = (x + [1.5, -0.5]).map { $0 * scale }
      let fit = try StructuralModel(form: form, regressors: [Regressor("x", longer)])
        .estimate(series)
      #expect(abs(fit.coefficients[0].value * scale - 3) < 0.5)
      #expect(fit.horizonLimit == 2)
      let ahead = fit.predictive(2, seed: 1)
      let plain = try StructuralModel(form: form, regressors: [Regressor("x", x + [1.5, -0.5])])
        .estimate(series).predictive(2, seed: 1)
      #expect(relativeDifference(ahead.means[1], plain.means[1]) < 1e-6, "\(scale)")
      #expect(relativeDifference(ahead.deviations[1], plain.deviations[1]) < 1e-5, "\(scale)")
    }
  }

  @Test func regressorsThatCannotBeUsedAreNamed() throws {
    let series = TimeSeries("a", noise(30, unit: "h"), season: 1)
    let form = StructuralForm(hasSlope: false, seasonal: .none)
    #expect(
      throws: SeriesError.regressorMissing(series: "a", regressor: "wage", period: "2001-09")
    ) {
      _ = try StructuralModel(
        form: form, regressors: [Regressor("wage", noise(20, unit: "i"))]
      ).estimate(series)
    }
    let step = Regressor(Intervention("law", .step, start: 10))
    let again = Regressor("law2", (0..<30).map { $0 >= 10 ? 2 : 0 })
    #expect(
      throws: SeriesError.regressorsDependent(series: "a", model: "local-level", names: "law2")
    ) {
      _ = try StructuralModel(form: form, regressors: [step, again]).estimate(series)
    }
  }

  @Test func wavesOfEverySeasonAddUpToDummies() throws {
    // With fixed seasons both forms are the same model of the mean.
    let seasons: [Double] = [5, -3, 1, -4, 2, -1]
    let values: [Double] = (0..<48).map { (t: Int) -> Double in
      let rest = Double(t % 5) * 0.01
      return seasons[t % 6] + rest + 100
    }
    let series = TimeSeries("a", values, season: 6)
    let dummies = try StructuralModel(form: StructuralForm(hasSlope: false, seasonal: .dummy))
      .evaluate(series, variances: [1, 0.1, 0])
    let waves = try StructuralModel(
      form: StructuralForm(hasSlope: false, seasonal: .trigonometric)
    ).evaluate(series, variances: [1, 0.1, 0])
    let (a, b) = (dummies.predictive(12, seed: 1), waves.predictive(12, seed: 1))
    for step in 0..<12 {
      #expect(relativeDifference(a.means[step], b.means[step]) < 1e-9)
      #expect(relativeDifference(a.deviations[step], b.deviations[step]) < 1e-9)
    }
  }
}
