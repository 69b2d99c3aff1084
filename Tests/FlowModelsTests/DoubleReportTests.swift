import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Golden case G21 (a): migration between Finland, Italy, Poland and Sweden, 2010–2019 (MigMod's data).
struct DoubleReportTests {
  static let key = StreamKey(seed: 21, stream: "test.reports")

  static func europe(of test: String = #function) throws -> DoubleReports? {
    guard let table = LongTable("golden/flows/data/migmod_se_fi_it_pl.csv", of: test) else {
      return nil
    }
    let names = zip(table.texts("Sending_iso2"), table.texts("Receiving_iso2")).map {
      DoubleReports.Corridor(origin: $0, destination: $1)
    }
    let periods = table.levels("Year")
    let corridors = Array(names.prefix(names.count / periods.count))
    var reports: [DoubleReports.Report] = []
    for (column, isArrivals) in [("Immi", true), ("Emig", false)] {
      let undercount = table.texts(isArrivals ? "UI" : "UE")
      let accuracy = table.texts(isArrivals ? "AI" : "AE")
      for (n, count) in table.numbers(column).enumerated() where !count.isNaN {
        reports.append(
          DoubleReports.Report(
            cell: n, count: count, isArrivals: isArrivals,
            undercount: try #require(ReportClass(rawValue: undercount[n])),
            accuracy: try #require(ReportClass(rawValue: accuracy[n].lowercased())),
            isReference: isArrivals && names[n].destination == "SE"))
      }
    }
    let covariates = ["Pop.Sending", "Pop.Receiving", "distw"].map {
      (name: $0, values: table.numbers($0).map { log($0) })
    }
    return DoubleReports(
      corridors: corridors, periods: periods, reports: reports, covariates: covariates)
  }

  /// The point of the golden case. Its density is of standardised corridor effects and innovations; ours
  /// is of the effects and flows themselves, which are σ times as long.
  @Test func theLogJointIsThatOfThePublication() throws {
    guard let reports = try Self.europe() else { return }
    #expect(reports.reports.count == 180)
    // The golden point counts corridors in order of their names, POL_ITA before SWE_FIN.
    let codes = ["FI": "FIN", "IT": "ITA", "PL": "POL", "SE": "SWE"]
    let labels = reports.corridors.map {
      "\(codes[$0.origin] ?? "")_\(codes[$0.destination] ?? "")"
    }
    let order = labels.sorted()
    let place = try labels.map { Double(try #require(order.firstIndex(of: $0))) }
    let steps = Double(labels.count - 1)
    var point = DoubleReportModel.Point(
      flowDeviation: 0.3, reportDeviations: [0.5, 0.2], corridorDeviations: [1, 0.2],
      coefficients: [0.5, 0.4, -0.3], centres: [3, 0.1], arrivals: [0.8, 0.7, 0.5],
      departures: [0.7, 0.6, 0.4], levels: place.map { 3 + (-1 + 2 * $0 / steps) },
      persistences: place.map { 0.1 + 0.2 * (1 - 2 * $0 / steps) }, logFlows: [],
      logReports: reports.reports.map { log($0.count + 0.5) })
    point.logFlows = try Self.flows(point)
    let jacobian = 120 * log(0.3) + 12 * log(0.2)
    let found = DoubleReportModel(reports).logJoint(point) + jacobian
    #expect(abs(found / -32407.04440586603 - 1) < 1e-12, "\(found)")
  }

  /// Logarithms of flows whose innovations are sin n.
  private static func flows(_ point: DoubleReportModel.Point) throws -> [Double] {
    let table = try #require(LongTable("golden/flows/data/migmod_se_fi_it_pl.csv"))
    let columns = ["Pop.Sending", "Pop.Receiving", "distw"].map { name -> [Double] in
      let logs = table.numbers(name).map { log($0) }
      let (mean, spread) = (Statistics.mean(logs), Statistics.standardDeviation(logs))
      return logs.map { ($0 - mean) / spread }
    }
    var y: [Double] = []
    for n in 0..<120 {
      var value = point.levels[n % 12] + 0.3 * sin(Double(n))
      for k in 0..<3 { value += point.coefficients[k] * columns[k][n] }
      if n >= 12 { value += point.persistences[n % 12] * y[n - 12] }
      y.append(value)
    }
    return y
  }

  /// Parameters and flows within four standard errors of both runs; the reference is numpyro 0.22 (NUTS,
  /// no divergences) with its effective draws.
  @Test func thePosteriorIsThatOfTheReference() throws {
    guard let reports = try Self.europe(),
      let golden = try SharedData.json("golden/flows/expected/G21_migmod_posterior.json"),
      let table = LongTable("golden/flows/expected/G21_migmod_true_flows_posterior.csv")
    else { return }
    var posterior: DoubleReportPosterior?
    let time = try ContinuousClock().measure {
      posterior = try DoubleReportModel(reports).sample(
        SamplingPlan(chains: 4, warmup: 500, draws: 800), key: Self.key, targetAcceptance: 0.9)
    }
    let found = try #require(posterior)
    let summaries = found.draws.summaries
    func check(_ own: PosteriorSummary, _ mean: Double, _ deviation: Double, _ count: Double) {
      let theirs = deviation / count.squareRoot()
      let both = (theirs * theirs + own.monteCarloError * own.monteCarloError).squareRoot()
      #expect(abs(own.mean - mean) < 4 * both, "\(own.name): \(own.mean), \(mean) ± \(both)")
    }
    let expected = try #require(golden["posterior"] as? [String: [String: Any]])
    let order = [
      "sigma_y", "sigma", "sigma_psi_0", "sigma_psi_1", "beta", "psi_c0", "psi_c1", "lambda1",
      "lambda2",
    ]
    var k = 0
    for name in order {
      func list(_ key: String) throws -> [Double] {
        let entry = try #require(expected[name]?[key])
        if let one = entry as? Double { return [one] }
        return try #require(entry as? [Double])
      }
      let (means, deviations, counts) = (try list("mean"), try list("std"), try list("n_eff"))
      for i in means.indices {
        check(summaries[k], means[i], deviations[i], counts[i])
        #expect(
          abs(summaries[k].standardDeviation / deviations[i] - 1) < 0.2, "\(summaries[k].name)")
        k += 1
      }
    }
    #expect(k == found.parameterCount)
    for n in 0..<120 {
      let own = summaries[k + n]
      check(own, table.numbers("flow_mean")[n], own.standardDeviation, table.numbers("y_neff")[n])
    }
    let worst = summaries.map(\.rHat).max() ?? .nan
    let least = summaries.map { min($0.bulkEffectiveCount, $0.tailEffectiveCount) }.min() ?? .nan
    print(
      "G21 reports: \(time), \(found.meanSteps) steps, \(found.divergences) divergences,",
      "R-hat at most \(worst), effective at least \(least)")
    #expect(summaries.allSatisfy { $0.hasMixed(chains: 4) })
  }

  /// Two areas, six years, true flows known: arrivals miss nothing, departures miss half.
  static func simulated(hides: Bool) -> (DoubleReports, [Double]) {
    let corridors = [("A", "B"), ("B", "A"), ("A", "C"), ("C", "A"), ("B", "C"), ("C", "B")].map {
      DoubleReports.Corridor(origin: $0, destination: $1)
    }
    var stream = RandomStream(key, unit: UnitKey("simulated"), draw: 0, time: 0)
    let truth = (0..<36).map { n in
      exp(6 + 0.5 * Double(n % 6) + 0.1 * stream.normal())
    }
    var reports: [DoubleReports.Report] = []
    for n in 0..<36 where !hides || n != 20 {
      reports.append(
        DoubleReports.Report(
          cell: n, count: truth[n].rounded(), isArrivals: true, undercount: .low, accuracy: .high,
          isReference: true))
      reports.append(
        DoubleReports.Report(
          cell: n, count: (0.45 * truth[n] / 0.53).rounded(), isArrivals: false, undercount: .high,
          accuracy: .high, duration: .none))
    }
    return (
      DoubleReports(
        corridors: corridors, periods: (2010...2015).map(String.init), reports: reports,
        covariates: []), truth
    )
  }

  /// Departures that count short stays too (factor 0.53) and miss 55 per cent are seen through, and a flow
  /// that nobody reported gets an interval that holds it.
  @Test func whatRegistersMissIsFound() throws {
    let (reports, truth) = Self.simulated(hides: true)
    let posterior = try DoubleReportModel(reports).sample(
      SamplingPlan(warmup: 500, draws: 500), key: Self.key)
    let summaries = posterior.draws.summaries
    let lambda = try #require(summaries.first { $0.name == "lambda_departures[high]" })
    #expect(abs(lambda.mean - 0.45) < 0.03)
    let first = posterior.parameterCount
    for n in 0..<36 where n != 20 {
      #expect(abs(summaries[first + n].mean / truth[n] - 1) < 0.1)
    }
    let hidden = summaries[first + 20]
    #expect(hidden.quantiles[0] < truth[20] && truth[20] < hidden.quantiles[4])
    let seen = summaries[first + 14]
    #expect(hidden.standardDeviation / hidden.mean > 2 * seen.standardDeviation / seen.mean)
    #expect(reports.reportCounts[20] == 0 && reports.reportCounts[14] == 2)
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let model = DoubleReportModel(Self.simulated(hides: false).0)
    let plan = SamplingPlan(warmup: 40, draws: 40)
    let one = try model.sample(plan, key: Self.key, threads: 1).draws
    let four = try model.sample(plan, key: Self.key, threads: 4).draws
    for k in one.names.indices { #expect(one.all(k) == four.all(k)) }
  }
}
