import Foundation
import Kernel
import Projection
import Testing

/// One after another: what runs beside a clock is on it.
@Suite(.serialized) struct CohortEngineSpeedTests {
  /// Prints the median time of five projections of 20 regions by 101 ages; no threshold, machines differ.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["AGYN_TIME"] != nil))
  func timeOfTwentyFiveYearsOfTwentyRegions() {
    let engine = CohortEngine(inputs: madeUpInputs(regions: 20))
    let rates = StepRates(engine.inputs)
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<5 {
      var population = engine.inputs.population
      let start = clock.now
      for _ in 0..<25 {
        engine.advance(&population, rates: rates, ledger: &ledger, workspace: &workspace)
      }
      times.append((clock.now - start) / .milliseconds(1))
    }
    print("QUESTION one projection, 20 regions, 25 years: \(times.sorted()[2]) ms")
    #expect(ledger.largestResidual < 1e-8)
  }

  /// The country of `Benchmarks/projection/peer.c`: moves counted by five-year age groups, scaled in every
  /// draw.
  ///
  /// - Parameters:
  ///   - isApart: whether every age group has a matrix of rates of its own, as the plain loop has, and not
  ///     one for all, of which profiles are multiples.
  ///   - more: the part by which more people leave the last region than the first, of which 5 % times a
  ///     profile leave.
  private func country(
    _ form: ProjectionForm, regions: Int, isApart: Bool, more: Double
  ) -> CohortInputs {
    var inputs = madeUpInputs(regions: regions, steeper: more / Double(regions - 1), timing: .end)
    inputs.form = form
    inputs.newbornExposure = 0
    for group in 1..<21 where isApart {
      inputs.internalRates = inputs.internalRates.refined(
        by: (0..<2 * inputs.shape.ages).map { ($0 % inputs.shape.ages) / 5 < group })
    }
    inputs.internalRates = inputs.internalRates.countingMoves(byAges: 5)
    return inputs
  }

  /// Runs draws from the launch; the population at the end of the last one.
  private func run(
    _ engine: CohortEngine, years: Int, draws: Range<Int>, _ workspace: inout StepWorkspace,
    _ ledger: inout StepLedger
  ) -> Double {
    var rates = StepRates(engine.inputs)
    var population = engine.inputs.population
    for k in draws {
      let factor = 1 + 0.001 * Double(k % 20)
      for place in rates.level.indices {
        rates.level[place] = engine.inputs.internalRates.level[place] * factor
      }
      population = engine.inputs.population
      for _ in 0..<years {
        engine.advance(&population, rates: rates, ledger: &ledger, workspace: &workspace)
      }
    }
    return population.reduce(0, +)
  }

  /// Seconds of processor time of this thread, the clock of the plain loop.
  private static func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Prints `BENCH form rates regions more milliseconds-a-draw population` for
  /// `Benchmarks/projection/bench.py`, median of five on one thread, then that of the wall time of all draws on two.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["AGYN_TIME"] != nil),
    arguments: [ProjectionForm.transition, .movement], [false, true])
  func timeBesideThePlainLoop(form: ProjectionForm, isApart: Bool) {
    let name = "\(form.rawValue) \(isApart ? "apart" : "shared")"
    let cases = [(20, 0.57, 20, 1000), (220, 0.57, 1, 100), (220, 6.57, 1, 100)]
    for (regions, more, draws, all) in cases where more < 1 || form == .movement && !isApart {
      let engine = CohortEngine(
        inputs: country(form, regions: regions, isApart: isApart, more: more))
      var workspace = engine.makeWorkspace()
      var ledger = engine.makeLedger()
      let clock = ContinuousClock()
      var times: [Double] = []
      var total = 0.0
      for _ in 0..<5 {
        let start = Self.threadTime()
        total = run(engine, years: 25, draws: 0..<draws, &workspace, &ledger)
        times.append(Self.threadTime() - start)
      }
      #expect(ledger.largestResidual < 1e-7)
      let threads = 2
      var walls: [Double] = []
      for _ in 0..<5 {
        let start = clock.now
        let totals = parallelMap(threads, threads: threads) { half -> Double in
          var workspace = engine.makeWorkspace()
          var ledger = engine.makeLedger()
          return run(
            engine, years: 25, draws: half * all / threads..<(half + 1) * all / threads,
            &workspace, &ledger)
        }
        walls.append((clock.now - start) / .seconds(1))
        #expect(totals.count == threads)
      }
      let milliseconds = 1000 * times.sorted()[2] / Double(draws)
      print("BENCH \(name) \(regions) \(more) \(milliseconds) \(total)")
      print("WALL \(name) \(regions) \(more) \(all) \(walls.sorted()[2]) \(threads)")
    }
  }
}
