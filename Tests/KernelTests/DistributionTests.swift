import Kernel
import Testing

@Suite struct DistributionTests {
  static let catalogue: [any Distribution] = [
    Normal(), Normal(mean: -3, standardDeviation: 0.2),
    LogNormal(logMean: 1, logStandardDeviation: 0.6),
    StudentT(degrees: 3.5), StudentT(degrees: 40, location: 2, scale: 5), ChiSquare(degrees: 1),
    ChiSquare(degrees: 12.5), FDistribution(numerator: 5, denominator: 14),
    Gamma(shape: 0.4, rate: 2),
    Gamma(shape: 31, rate: 0.1), Beta(a: 0.5, b: 0.5), Beta(a: 3, b: 40),
    Uniform(lower: -1, upper: 4),
    Triangular(lower: 0, mode: 1, upper: 5), Triangular(lower: 2, mode: 2, upper: 3),
    Exponential(rate: 7), Logistic(location: 1, scale: 3), Laplace(location: -2, scale: 0.5),
    Poisson(mean: 0.7), Poisson(mean: 63), Poisson(mean: 2e7),
    Binomial(trials: 30, probability: 0.2),
    Binomial(trials: 5, probability: 1), NegativeBinomial(mean: 8, size: 1.5),
    NegativeBinomial(mean: 400, size: 20), Empirical([3, 1, 4, 1, 5, 9, 2, 6]),
  ]
  static let probabilities = [1e-12, 1e-6, 0.001, 0.025, 0.2, 0.5, 0.77, 0.975, 0.999_9]

  @Test(arguments: catalogue.indices) func tailsAddUpToOne(k: Int) {
    let d = Self.catalogue[k]
    for p in Self.probabilities {
      let x = d.quantile(p)
      #expect(abs(d.cumulative(x) + d.complementary(x) - 1) <= 4 * 0x1p-52, "\(d) at \(x)")
      #expect(d.cumulative(x) >= 0 && d.complementary(x) >= 0)
    }
  }

  @Test(arguments: catalogue.indices) func quantilesInvertTheCumulative(k: Int) {
    let d = Self.catalogue[k]
    for p in Self.probabilities {
      let x = d.quantile(p), y = d.upperQuantile(p)
      if d.support.isDiscrete {
        #expect(d.cumulative(x) >= p && d.complementary(y) <= p, "\(d) at \(p)")
        if x > d.support.lower { #expect(d.cumulative(x.nextDown) < p, "\(d) at \(p)") }
        if y > d.support.lower { #expect(d.complementary(y.nextDown) > p, "\(d) at \(p)") }
        #expect(d.quantile(d.cumulative(x)) == x)
      } else {
        // The rounding of x moves the probability by x times the density.
        let slack = 1e-13 * p + 4 * 0x1p-52 * abs(x) * d.density(x)
        #expect(abs(d.cumulative(x) - p) <= slack, "\(d) at \(p)")
        let other = 1e-13 * p + 4 * 0x1p-52 * abs(y) * d.density(y)
        #expect(abs(d.complementary(y) - p) <= other, "\(d) at \(p)")
      }
    }
  }

  @Test(arguments: catalogue.indices) func theCumulativeNeverFalls(k: Int) {
    let d = Self.catalogue[k]
    let points = (1..<200).map { d.quantile(Double($0) / 200) }
    #expect(points == points.sorted())
    for (a, b) in zip(points, points.dropFirst()) {
      #expect(d.cumulative(a) <= d.cumulative(b))
      #expect(d.complementary(a) >= d.complementary(b))
    }
    #expect(d.quantile(0) == d.support.lower)
    #expect(d.quantile(1) == d.support.upper)
  }

  @Test(arguments: catalogue.indices) func theDensityIntegratesToTheCumulative(k: Int) {
    let d = Self.catalogue[k]
    if d is Empirical { return }
    let low = d.quantile(0.3), high = d.quantile(0.6)
    if d.support.isDiscrete {
      if high - low > 1e4 { return }
      var sum = 0.0
      var x = low + 1
      while x <= high {
        sum += d.density(x)
        x += 1
      }
      #expect(abs(sum - (d.cumulative(high) - d.cumulative(low))) < 1e-13, "\(d)")
      return
    }
    // Simpson's rule on 2,000 panels, error far below 1e-10 for these smooth stretches; the triangle
    // is cut at its mode.
    func integral(_ a: Double, _ b: Double) -> Double {
      let h = (b - a) / 2_000
      var sum = 0.0
      for i in 0...2_000 {
        let weight = i == 0 || i == 2_000 ? 1.0 : i % 2 == 1 ? 4 : 2
        sum += weight * d.density(a + Double(i) * h)
      }
      return sum * h / 3
    }
    var cuts = [low, high]
    if let triangle = d as? Triangular, triangle.mode > low, triangle.mode < high {
      cuts.insert(triangle.mode, at: 1)
    }
    if let laplace = d as? Laplace, laplace.location > low, laplace.location < high {
      cuts.insert(laplace.location, at: 1)
    }
    let total = zip(cuts, cuts.dropFirst()).reduce(0) { $0 + integral($1.0, $1.1) }
    #expect(abs(total - 0.3) < 1e-9, "\(d)")
  }

  @Test(arguments: catalogue.indices) func samplesHaveTheMeanAndVariance(k: Int) {
    let d = Self.catalogue[k]
    if d is StudentT || d is FDistribution { return }  // the fourth moment does not exist for all
    // Midpoints of 20,000 equal slices of probability: what inversion gives on average.
    let n = 20_000
    let x = (0..<n).map { d.sample((Double($0) + 0.5) / Double(n)) }
    let sd = d.variance.squareRoot()
    // The slices cut the outermost 2.5e-5 off each tail.
    #expect(abs(Statistics.mean(x) - d.mean) <= 2e-3 * sd, "\(d)")
    #expect(abs(Statistics.variance(x) - d.variance) <= 0.02 * d.variance, "\(d)")
  }

  @Test func momentsThatDoNotExistSaySo() {
    #expect(StudentT(degrees: 1).mean.isNaN)
    #expect(StudentT(degrees: 1.5).variance == .infinity)
    #expect(FDistribution(numerator: 3, denominator: 2).mean == .infinity)
    #expect(StudentT(degrees: 5).variance == 5.0 / 3)
    #expect(abs(FDistribution(numerator: 4, denominator: 10).variance - 1.5625) < 1e-14)
  }

  @Test func whatLiesOutsideTheSupportHasNoMass() {
    #expect(Poisson(mean: 3).logDensity(1.5) == -.infinity)
    #expect(Poisson(mean: 3).cumulative(-1) == 0)
    #expect(Poisson(mean: 0).quantile(0.7) == 0)
    #expect(Binomial(trials: 3, probability: 0.5).logDensity(4) == -.infinity)
    #expect(Gamma(shape: 2).logDensity(-1) == -.infinity)
    #expect(Beta(a: 2, b: 2).cumulative(1.5) == 1)
    #expect(LogNormal(logMean: 0, logStandardDeviation: 1).complementary(-1) == 1)
    #expect(Empirical([2, 2, 5]).density(2) == 2.0 / 3)
    #expect(Empirical([2, 2, 5]).quantile(0.5) == 2)
  }

  /// Above 2⁵³ neighbouring counts lie more than 1 apart, where a search by halves did not end.
  @Test(arguments: [1e15, 9e15, 1e16, 3e17, 1e100, 1e300], [1e-6, 0.1, 0.5, 0.975])
  func quantilesOfCountsAboveTheWholeNumbersOfADoubleEnd(mean: Double, p: Double) {
    let poisson = Poisson(mean: mean)
    let found = poisson.quantile(p)
    // Of a mean so large a count is normal to 1/√mean.
    let wanted = mean + normalQuantile(p) * mean.squareRoot()
    #expect(abs(found - wanted) <= 1e-6 * mean.squareRoot() + 4 * mean.ulp + 1)
    #expect(poisson.cumulative(found) >= p && poisson.cumulative(found.nextDown - 1) < p + 1e-9)
    #expect(
      abs(poisson.upperQuantile(1 - p) - found) <= 1e-6 * mean.squareRoot() + 4 * mean.ulp + 1)
  }

  @Test func extremesOfTheFunctionsAreTheirLimits() {
    #expect(gammaP(3, 0) == 0)
    #expect(gammaQ(3, .infinity) == 0)
    #expect(betaI(2, 3, 0) == 0)
    #expect(betaI(2, 3, 1) == 1)
    #expect(gammaPInverse(2, 0) == 0)
    #expect(gammaPInverse(2, 1) == .infinity)
    #expect(betaIInverse(2, 3, 1) == 1)
    #expect(normalQuantile(0) == -.infinity)
    #expect(normalQuantile(1) == .infinity)
    #expect(logSumExp([]) == -.infinity)
    #expect(logSumExp([-.infinity, 0]) == 0)
    #expect(abs(logSumExp([1000, 1000]) - 1000.6931471805599) < 1e-12)
    #expect(logSumExp([.nan, 1]).isNaN)
    #expect(xlogy(0, 0) == 0)
    #expect(logChoose(3, 4) == -.infinity)
  }
}
