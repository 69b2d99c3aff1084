import Kernel
import Projection

/// Chance of single events beside that of rates: births, deaths, emigrants and immigrants of each region, and
/// moves between each pair, are Poisson counts about what their rates bring.
///
/// A count is the quantile of a keyed uniform, so that a small change of a rate changes it a little and in the
/// same direction: scenarios share their luck. The rates of the step are multiplied by count over expectation,
/// alike for all ages; what is expected is reckoned from the residents at the start of the step, which makes
/// a difference to the size of the noise only, and not to its mean. Immigrants are whole persons then, the others
/// nearly so. Temporary stays have none.
struct EventNoise: Sendable {
  private let births: StreamKey
  private let deaths: StreamKey
  private let emigration: StreamKey
  private let immigration: StreamKey
  private let moves: StreamKey
  private let units: [UnitKey]
  /// `to · from`, origin fastest.
  private let pairs: [UnitKey]
  private let rates: InternalRates
  private let form: ProjectionForm
  private let years: Double
  /// Years that rates of moving and of emigration are multiplied by for a step: one where they are of the whole
  /// step already.
  private let moveYears: Double

  init(_ baseline: Baseline, _ rates: InternalRates, seed: UInt32) {
    func key(_ name: String) -> StreamKey {
      StreamKey(seed: seed, stream: "projection.events.\(name)")
    }
    births = key("births")
    deaths = key("deaths")
    emigration = key("emigration")
    immigration = key("immigration")
    moves = key("internal")
    units = baseline.areas.map { UnitKey($0) }
    pairs = baseline.areas.flatMap { to in baseline.areas.map { UnitKey($0 + ">" + to) } }
    self.rates = rates
    years = Double(baseline.stepYears)
    form = baseline.form
    // In the transition form they are shares of survivors.
    moveYears = form == .transition ? 1 : years
  }

  /// Multiplies the rates of a step.
  ///
  /// - Complexity: O(cells + classes · regions²).
  func apply(to build: inout YearBuild, draw: Int) {
    let shape = rates.shape
    let (people, ages, length) = (build.population, shape.ages, shape.ageSexCount)
    for region in 0..<shape.regions {
      let cells = region * length..<(region + 1) * length
      func scale(_ values: inout [Double], _ places: Range<Int>, _ key: StreamKey, _ mean: Double) {
        let factor = factor(key, units[region], mean, draw, build.year)
        guard factor != 1 else { return }
        for k in places { values[k] *= factor }
      }
      var (dying, leaving, coming, born) = (0.0, 0.0, 0.0, 0.0)
      for (k, cell) in cells.enumerated() {
        // Those of an age die by the rate of the age they reach.
        let reached = k % ages == shape.openAge ? cell : cell + 1
        dying += people[cell] * dyingShare(build.rates.mortality, cell, reached)
        leaving += people[cell] * build.rates.emigration[cell]
        coming += build.rates.immigration[cell]
      }
      let fertile = region * ages..<(region + 1) * ages
      for age in 0..<ages {
        born +=
          people[shape.index(sex: Sex.female.rawValue, age: age, region: region)]
          * build.rates.fertility[fertile.lowerBound + age]
      }
      scale(&build.rates.mortality, cells, deaths, dying)
      scale(&build.rates.emigration, cells, emigration, leaving * moveYears)
      scale(&build.rates.immigration, cells, immigration, coming)
      scale(&build.rates.fertility, fertile, births, born * years)
    }
    applyToMoves(&build, draw)
  }

  /// Part of the people of an age who die in the step; with deaths `m` per person lived `m / (1 + m/2)`.
  private func dyingShare(_ mortality: [Double], _ age: Int, _ reached: Int) -> Double {
    if form == .prospective { return mortality[reached] }
    let rate =
      form == .rogersLifetable
      ? years * (mortality[age] + mortality[reached]) / 2 : mortality[reached]
    return rate / (1 + rate / 2)
  }

  private func applyToMoves(_ build: inout YearBuild, _ draw: Int) {
    let (n, length) = (rates.shape.regions, rates.shape.ageSexCount)
    // People who would move at intensity 1, by class and origin.
    var movers = [Double](repeating: 0, count: rates.classCount * n)
    for i in 0..<n {
      for k in 0..<length {
        let cell = i * length + k
        movers[rates.classOf[k] * n + i] += build.population[cell] * rates.profile[cell]
      }
    }
    for pair in 0..<n * n where pair / n != pair % n {
      var mean = 0.0
      for g in 0..<rates.classCount {
        mean += movers[g * n + pair % n] * build.rates.level[g * n * n + pair]
      }
      let factor = factor(moves, pairs[pair], mean * moveYears, draw, build.year)
      guard factor != 1 else { continue }
      for g in 0..<rates.classCount { build.rates.level[g * n * n + pair] *= factor }
    }
  }

  /// A count over its mean; 1 where nothing is expected.
  private func factor(
    _ key: StreamKey, _ unit: UnitKey, _ mean: Double, _ draw: Int, _ year: Int
  ) -> Double {
    // What is no number stays, and the check of the run says so.
    guard mean > 0, mean < .infinity else { return 1 }
    var stream = RandomStream(key, unit: unit, draw: draw, time: year)
    return Poisson(mean: mean).quantile(stream.uniform()) / mean
  }
}
