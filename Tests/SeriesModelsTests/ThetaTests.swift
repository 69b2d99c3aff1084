import SeriesModels
import Testing

/// The Theta models with a level, and the combination of models.
@Suite struct ThetaTests {
  /// A line without noise is fitted without error whatever α is, so it goes on.
  @Test func aStraightLineGoesOn() throws {
    let values = (0..<20).map { 7 + 3 * Double($0) }
    let model = ThetaLineModel(isDynamic: false, isOptimised: true)
    let ahead = try model.fit(TimeSeries("a", values, season: 1)).predictive(5, seed: 1)
    for step in 0..<5 {
      #expect(relativeDifference(ahead.means[step], 7 + 3 * Double(20 + step)) < 1e-9)
    }
  }

  /// By hand: a fixed share of one half and α are all there is to know, so the second mean of two is
  /// the first smoothed on with the line's pull.
  @Test func meansFollowTheRecursionOfTheAuthors() throws {
    let values: [Double] = [12, 15, 11, 18, 20, 17, 24, 22]
    let fit = try ThetaLineModel(isDynamic: true, isOptimised: false)
      .fit(TimeSeries("a", values, season: 1))
    let known = Dictionary(uniqueKeysWithValues: fit.parameters.map { ($0.name, $0.value) })
    let (alpha, theta) = (try #require(known["alpha"]), try #require(known["theta"]))
    var level = try #require(known["level0"])
    #expect(theta == 2)
    for t in values.indices {
      // The least squares line of the values before t, counted from 1.
      let n = Double(t)
      let centre = (n + 1) / 2
      let mean = t > 0 ? values[..<t].reduce(0, +) / n : 0
      let products = (0..<t).reduce(0.0) { $0 + (Double($1 + 1) - centre) * (values[$1] - mean) }
      let squares = (0..<t).reduce(0.0) {
        $0 + (Double($1 + 1) - centre) * (Double($1 + 1) - centre)
      }
      let slope = t > 1 ? products / squares : 0
      var power = 1.0
      for _ in 0..<t { power *= 1 - alpha }
      let pull = power * (mean - slope * centre) + (1 - power * (1 - alpha)) / alpha * slope
      #expect(abs(fit.fittedValues[t] - (level + pull / 2)) < 1e-9, "\(t)")
      level = alpha * values[t] + (1 - alpha) * level
    }
  }

  /// The model of the four whose one-step errors have the least variance, by their own account.
  @Test(arguments: [1.0, 3, 8])
  func theAutomaticThetaHasTheLeastVarianceOfTheFour(size: Double) throws {
    let values = (0..<48).map { t in
      let season = size * [3.0, -1, -4, 2][t % 4]
      return 60 + 0.4 * Double(t) + season + Double((7 * t * t + 3 * t) % 11)
    }
    let series = TimeSeries("a", values, season: 4)
    func variance(_ fit: any FittedSeries) -> Double? {
      fit.parameters.first { $0.name == "sigma2" }?.value
    }
    let all = try [(false, false), (false, true), (true, false), (true, true)].map {
      try ThetaLineModel(isDynamic: $0, isOptimised: $1).fit(series)
    }
    let best = try AutoThetaModel().fit(series)
    let least = try #require(all.compactMap(variance).min())
    #expect(variance(best) == least)
    #expect(Set(all.compactMap(variance)).count == 4)
    #expect(all.map(\.label).contains(best.label))
  }

  @Test func aCombinationIsTheMedianOfItsMembers() throws {
    let values: [Double] = [3, 5, 4, 8, 6, 9, 12, 10, 13, 15, 12, 16]
    let series = TimeSeries("a", values, season: 1)
    let members: [any SeriesModel] = [NaiveModel(), DriftModel(), MeanModel()]
    let fit = try CombinationModel(members: members).fit(series)
    let own = try members.map { try $0.fit(series).predictive(4, seed: 1).medians }
    for step in 0..<4 {
      #expect(fit.predictive(4, seed: 1).medians[step] == own.map { $0[step] }.sorted()[1])
    }
    #expect(fit.label == "median of naive, drift, mean")
  }

  /// No weight of a fine grid has a smaller sum of squared one-step errors than the one found; static and dynamic
  /// lines, smooth and rough values, and optima at the border.
  @Test(arguments: [0, 1, 2, 3, 4, 5])
  func noWeightOfAFineGridIsBetter(kind: Int) throws {
    let values: [Double] = (0..<60).map { (t: Int) -> Double in
      let x = Double(t)
      let rough = Double((t * t * 31 + 17 * t) % 23)
      let step: Double = t < 30 ? 100 : 140
      switch kind {
      case 0: return 50 + x + rough
      case 1: return step + 0.3 * rough
      case 2: return 20 + 0.02 * x * x + 2 * rough
      case 3: return t % 2 == 0 ? 10.0 : 30.0 + rough
      case 4: return 1e9 + 1e6 * rough
      default: return 1e-6 * (5 + x) + 1e-8 * rough
      }
    }
    let series = TimeSeries("a", values, season: 1)
    for (isDynamic, isOptimised) in [(false, true), (true, true), (true, false)] {
      let model = ThetaLineModel(isDynamic: isDynamic, isOptimised: isOptimised)
      let fit = try model.fit(series)
      let known = Dictionary(uniqueKeysWithValues: fit.parameters.map { ($0.name, $0.value) })
      let degrees = Double(values.count - (isOptimised ? 3 : 2))
      let found = try #require(known["sigma2"]) * degrees
      for k in 0...890 {
        let alpha = 0.1 + Double(k) / 1000
        let least = Self.leastSquares(values, alpha, isDynamic, isOptimised ? nil : 0.5)
        #expect(found <= least * (1 + 1e-9), "\(kind) \(isDynamic) \(alpha)")
      }
    }
  }

  /// Least squares of level and share under a weight, by the recursion of the authors and normal equations.
  private static func leastSquares(
    _ values: [Double], _ alpha: Double, _ isDynamic: Bool, _ share: Double?
  ) -> Double {
    func line(_ n: Int) -> (intercept: Double, slope: Double) {
      guard n > 1 else { return (n == 1 ? values[0] : 0, 0) }
      let centre = Double(n + 1) / 2
      let mean = values[..<n].reduce(0, +) / Double(n)
      let products = (0..<n).reduce(0.0) { $0 + (Double($1 + 1) - centre) * (values[$1] - mean) }
      let slope = products / (Double(n) * Double(n * n - 1) / 12)
      return (mean - slope * centre, slope)
    }
    let whole = line(values.count)
    var (level, power) = (0.0, 1.0)
    var rows: [(p: Double, g: Double, z: Double)] = []
    for (t, y) in values.enumerated() {
      let own = isDynamic ? line(t) : whole
      let pull = power * own.intercept + (1 - power * (1 - alpha)) / alpha * own.slope
      rows.append((power, pull, y - level))
      level = alpha * y + (1 - alpha) * level
      power *= 1 - alpha
    }
    func squares(_ share: Double) -> Double {
      var (pp, pz, sum) = (0.0, 0.0, 0.0)
      for row in rows {
        pp += row.p * row.p
        pz += row.p * (row.z - share * row.g)
      }
      for row in rows {
        let e: Double = row.z - share * row.g - pz / pp * row.p
        sum += e * e
      }
      return sum
    }
    if let share { return squares(share) }
    // A parabola in the share, between 0 and 1.
    let (a, b, c) = (squares(0), squares(0.5), squares(1))
    let bend = a - 2 * b + c
    let vertex = bend > 0 ? 0.5 + 0.25 * (a - c) / bend : a < c ? 0 : 1
    return min(a, c, squares(min(1, max(0, vertex))))
  }

  /// At every level, to rounding, the half-widths are the means of the members': nothing lies between them
  /// as on a grid of quantiles.
  @Test(arguments: [50.0, 80, 95, 99, 99.9])
  func halvesOfACombinationAreTheMeansOfItsMembersAtEveryLevel(level: Double) throws {
    let values: [Double] = [3, 5, 4, 8, 6, 9, 12, 10, 13, 15, 12, 16]
    let series = TimeSeries("a", values, season: 1)
    let members: [any SeriesModel] = [
      NaiveModel(), LogTransformed(DriftModel()), MeanModel(), IntermittentModel(.croston),
    ]
    let own = try members.map { try $0.fit(series).forecast(3, levels: [level], seed: 1).steps }
    let combined = try CombinationModel(members: members).fit(series)
      .forecast(3, levels: [level], seed: 1)
    #expect(combined.basis == .simulated)
    for (k, step) in combined.steps.enumerated() {
      func mean(_ half: (Forecast.Step) -> Double) -> Double {
        own.reduce(0) { $0 + half($1[k]) } / Double(own.count)
      }
      let below = mean { $0.median - $0.intervals[0].lower }
      let above = mean { $0.intervals[0].upper - $0.median }
      #expect(relativeDifference(step.median - step.intervals[0].lower, below) < 1e-12)
      #expect(relativeDifference(step.intervals[0].upper - step.median, above) < 1e-12)
      // Averaged quantiles have the mean of the members' means, moved to the centre of all.
      #expect(relativeDifference(step.mean - step.median, mean { $0.mean - $0.median }) < 1e-9)
    }
  }

  /// A combination on logarithms goes back like any model: its quantiles are exponentials.
  @Test func aCombinationOnLogarithmsGoesBack() throws {
    let values: [Double] = [3, 5, 4, 8, 6, 9, 12, 10, 13, 15, 12, 16]
    let members: [any SeriesModel] = [NaiveModel(), DriftModel()]
    let combination = CombinationModel(members: members)
    let plain = try combination.fit(TimeSeries("a", values.map { LogOf.value($0) }, season: 1))
      .forecast(2, levels: [80], seed: 1)
    let back = try LogTransformed(combination).fit(TimeSeries("a", values, season: 1))
      .forecast(2, levels: [80], seed: 1)
    for (a, b) in zip(plain.steps, back.steps) {
      #expect(relativeDifference(a.median, LogOf.value(b.median)) < 1e-12)
      #expect(relativeDifference(a.intervals[0].lower, LogOf.value(b.intervals[0].lower)) < 1e-12)
      #expect(relativeDifference(a.intervals[0].upper, LogOf.value(b.intervals[0].upper)) < 1e-12)
      #expect(b.mean > b.median)
    }
  }

  /// Theta needs a series without gaps: it is left out and said to be.
  @Test func aMemberThatCannotBeFittedIsLeftOut() throws {
    let series = TimeSeries("a", [3, 5, .nan, 8, 6, 9, 12], season: 1)
    let fit = try CombinationModel(members: [ThetaModel(), NaiveModel()]).fit(series)
    #expect(fit.label == "median of naive")
    #expect(fit.predictive(2, seed: 1).medians == [12, 12])
    #expect(throws: SeriesError.missingValues(series: "a", model: "theta", count: 1)) {
      _ = try CombinationModel(members: [ThetaModel()]).fit(series)
    }
  }

  @Test func aBatchIsTheSameForAnyThreadsAndOneFailureStopsNoOther() throws {
    func values(_ k: Int) -> [Double] {
      (0..<30).map { t in
        let noise = (7 * t + 3 * k) % 11
        return Double(noise + t)
      }
    }
    let series = (0..<9).map { TimeSeries("s\($0)", $0 == 4 ? [1] : values($0), season: 1) }
    let batch = ModelBatch(
      ThetaModel(), horizon: 4, levels: [80, 95], calibratedBy: 5, seed: 2)
    let one = batch.run(series, threads: 1)
    let two = batch.run(series, threads: 2)
    let own = ModelBatch(ThetaModel(), horizon: 4, levels: [80, 95], seed: 2).run(series)
    for k in series.indices {
      guard k != 4 else {
        #expect(throws: SeriesError.self) { try one[k].result.get() }
        continue
      }
      let forecast: Forecast = try one[k].result.get().forecast
      let bare: Forecast = try own[k].result.get().forecast
      #expect(try forecast == two[k].result.get().forecast)
      #expect(forecast.basis == .calibrated && bare.basis == .analytic)
      for (wide, narrow) in zip(forecast.steps, bare.steps) {
        #expect(wide.mean == narrow.mean)
        for (a, b) in zip(wide.intervals, narrow.intervals) {
          #expect(a.upper - a.lower >= (b.upper - b.lower) * (1 - 1e-12))
        }
      }
    }
  }

  /// A shock one step after the origin that went away again widens that step and no later one.
  @Test func everyStepIsWidenedByItsOwnErrors() throws {
    func values(_ k: Int) -> [Double] {
      (0..<30).map { t in Double((7 * t + 3 * k) % 5) + (t == 26 ? 60 : 0) }
    }
    let series = (0..<40).map { TimeSeries("s\($0)", values($0), season: 1) }
    let own = ModelBatch(MeanModel(), horizon: 4, levels: [80], seed: 2).run(series)
    let all = ModelBatch(MeanModel(), horizon: 4, levels: [80], calibratedBy: 1, seed: 2).run(
      series)
    for (one, bare) in zip(all, own) {
      let widths = try [one, bare].map { outcome in
        try outcome.result.get().forecast.steps.map {
          $0.intervals[0].upper - $0.intervals[0].lower
        }
      }
      let ratios = zip(widths[0], widths[1]).map { $0 / $1 }
      #expect(ratios[0] > 10)
      #expect(ratios[2] < 1.5 && ratios[3] < 1.5, "\(ratios)")
    }
  }
}
