import Glibc
public import Kernel

/// Draws of true flows and of what registers miss.
public struct DoubleReportPosterior: Sendable {
  public let reports: DoubleReports
  /// Parameters first, then `flow[ORIGIN>DESTINATION,PERIOD]`, persons, corridor fastest.
  public let draws: PosteriorDraws
  /// Kept iterations whose path left the energy it started with, over all chains: there the posterior bends more
  /// than the sampler can follow.
  public let divergences: Int
  /// Kept iterations whose path reached its greatest length.
  public let saturated: Int
  /// Steps a kept iteration, by chain.
  public let meanSteps: [Double]

  /// Quantities before the flows.
  public var parameterCount: Int {
    draws.names.count - reports.corridors.count * reports.periods.count
  }

  static func names(_ reports: DoubleReports) -> [String] {
    let classes = ReportClass.allCases.map(\.rawValue)
    return [
      "sigma_flow", "sigma_report_low", "sigma_report_high", "sigma_level", "sigma_persistence",
    ]
      + reports.covariates.map { "beta[\($0)]" } + ["level", "persistence"]
      + classes.map { "lambda_arrivals[\($0)]" } + classes.map { "lambda_departures[\($0)]" }
      + reports.periods.flatMap { period in
        reports.corridors.map { "flow[\($0.origin)>\($0.destination),\(period)]" }
      }
  }
}

extension DoubleReportModel {
  /// Samples the posterior with `NoUTurnSampler`; flows without a report are drawn like the others.
  ///
  /// - Complexity: O(cells · covariates + reports) a step of the path, some 60 steps a draw.
  /// - Throws: `objectiveNotFinite` for counts beyond what a double holds.
  public func sample(
    _ plan: SamplingPlan, key: StreamKey, targetAcceptance: Double = 0.8, threads: Int? = nil
  ) throws(KernelError) -> DoubleReportPosterior {
    let coordinates = DoubleReportCoordinates(self)
    let starts = (0..<plan.chains).map { chain in
      var stream = RandomStream(
        key, unit: UnitKey(number: UInt32(chain)), draw: 0, time: 2)
      return coordinates.start(using: &stream)
    }
    let sampler = NoUTurnSampler(
      chains: plan.chains, warmup: plan.warmup, draws: plan.draws,
      targetAcceptance: targetAcceptance)
    let run = try sampler.sample(
      { coordinates.density($0, &$1) }, from: starts, key: key, threads: threads,
      names: DoubleReportPosterior.names(reports)
    ) { x in
      let point = coordinates.point(x)
      return [point.flowDeviation] + point.reportDeviations + point.corridorDeviations
        + point.coefficients + point.centres + point.arrivals + point.departures
        + point.logFlows.map { Glibc.exp($0) }
    }
    return DoubleReportPosterior(
      reports: reports, draws: run.draws, divergences: run.divergences, saturated: run.saturated,
      meanSteps: run.meanSteps)
  }
}
