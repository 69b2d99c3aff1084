import Demography
import FlowModels
import Foundation
import Testing

struct DoubleReportReadingTests {
  static let header =
    "orig,dest,year,immi,emig,immi_undercount,immi_accuracy,emig_undercount,emig_accuracy,"
    + "emig_duration,km\n"

  static func reports(
    _ rows: String, covariates: [String] = [], reference: Set<String> = []
  ) throws -> DoubleReports {
    let grid = SharedData.grid(text: header + rows, file: "reports.csv")
    return try DoubleReports(
      FlowData(grid: grid), DoubleReportColumns(covariates: covariates, reference: reference))
  }

  @Test func aFileBecomesReports() throws {
    let reports = try Self.reports(
      """
      A,B,2010,10,8,low,High,high,low,none,100
      B,A,2010,,5,low,high,high,medium,12,100
      A,B,2011,12,,low,high,high,low,none,200
      B,A,2011,,,,,,,,100
      """, covariates: ["km"], reference: ["B"])
    #expect(reports.periods == ["2010", "2011"])
    #expect(reports.corridors.map(\.origin).sorted() == ["A", "B"])
    #expect(reports.reports.count == 4)
    #expect(reports.reportCounts.sorted() == [0, 1, 1, 2])
    let arrivals = reports.reports.filter(\.isArrivals)
    #expect(arrivals.allSatisfy { $0.isReference && $0.accuracy == .high })
    #expect(arrivals.map(\.count) == [10, 12])
    let departures = reports.reports.filter { !$0.isArrivals }
    #expect(Set(departures.map(\.duration)) == [.none, .twelveMonths])
    #expect(departures.allSatisfy { !$0.isReference && $0.undercount == .high })
  }

  @Test func whatIsWrongIsToldTogether() throws {
    let faults = try #require(
      #expect(throws: Faults.self) {
        try Self.reports(
          """
          A,B,2010,10.5,8,low,high,high,often,none,100
          B,A,2010,7,5,rare,high,high,medium,9,100
          A,B,2011,12,,low,high,high,low,none,100
          B,A,2011,4,,low,high,high,low,none,-1
          """, covariates: ["km"])
      })
    let codes = faults.all.map(\.code)
    #expect(codes.filter { $0 == "reports.count" }.count == 1)
    #expect(codes.filter { $0 == "reports.class" }.count == 3)
    #expect(codes.filter { $0 == "reports.covariate" }.count == 1)
    #expect(faults.all.first { $0.code == "reports.count" }?.place?.line == 2)
  }

  /// A code of no area, or of one that reports departures alone, once measured nothing without a word.
  @Test func aReferenceThatReportsNoArrivalsIsNamed() throws {
    let rows = "SE,FI,2010,10,8,low,high,high,low,none,1\nFI,SE,2010,9,8,low,high,high,low,none,1\n"
    #expect(try Self.reports(rows, reference: ["SE"]).reports.filter(\.isReference).count == 1)
    let faults = try #require(
      #expect(throws: Faults.self) { try Self.reports(rows, reference: ["SEE", "FI"]) })
    #expect(
      faults.description == "reports.reference(found: SEE, known: FI, SE, nearest: SE)")
    let silent =
      "SE,FI,2010,10,8,low,high,high,low,none,1\nFI,SE,2010,,8,low,high,high,low,none,1\n"
    let none = try #require(
      #expect(throws: Faults.self) { try Self.reports(silent, reference: ["SE"]) })
    #expect(none.all.map(\.code) == ["reports.reference"])
  }

  @Test func everyCorridorNeedsARowInEveryPeriod() throws {
    let faults = try #require(
      #expect(throws: Faults.self) {
        try Self.reports(
          "A,B,2010,10,8,low,high,high,low,none,1\nB,A,2011,10,8,low,high,high,low,none,1\n")
      })
    #expect(faults.all.map(\.code) == ["reports.no-row", "reports.no-row"])
    let none = try #require(
      #expect(throws: Faults.self) { try Self.reports("A,B,2010,,,,,,,,1\n") })
    #expect(none.all.map(\.code) == ["reports.no-reports"])
  }

  /// IMEM's factors, and the order they have to keep: the longer a stay has to be, the more a count of
  /// it misses of those who stay a year.
  @Test func theFactorsOfDurationAreTheNamedOnes() {
    #expect(DurationCriterion.allCases.map(\.factor) == [0.53, 0.63, 0.73, 1, 2.26])
    #expect(DurationCriterion.reference.contains("2013"))
  }

  /// A file gives some factors; the others stay IMEM's, and the source names both.
  @Test func factorsOfOnesOwnAreRead() throws {
    let own = try DurationFactors(
      grid: SharedData.grid(text: "criterion,factor\nNone,0.6\n12,1\n", file: "stay.csv"))
    #expect(own.factors[.none] == 0.6 && own.factors[.sixMonths] == 0.73)
    #expect(own.source.hasPrefix("stay.csv, Raymer"))
    let faults = #expect(throws: Faults.self) {
      try DurationFactors(
        grid: SharedData.grid(text: "criterion,factor\n12,1.1\n9,0.8\n3,0.7\n3,0.6\n"))
    }
    #expect(
      faults?.all.map(\.code) == [
        "reports.duration-factor", "reports.class", "flows.name-twice",
      ])
  }

  /// A count of any stay with the factor 1 is a count of twelve months: both have the same density, and not
  /// that of IMEM's factor.
  @Test func aFactorActsOnTheCountsOfItsStay() throws {
    let own = try DurationFactors(grid: SharedData.grid(text: "criterion,factor\nnone,1\n"))
    func density(_ duration: DurationCriterion, _ factors: DurationFactors) -> Double {
      let counts = [10.0, 30, 12, 35]
      let reports = DoubleReports(
        corridors: [
          DoubleReports.Corridor(origin: "A", destination: "B"),
          DoubleReports.Corridor(origin: "B", destination: "A"),
        ], periods: ["2010", "2011"],
        reports: counts.enumerated().map { cell, count in
          DoubleReports.Report(
            cell: cell, count: count, isArrivals: true, undercount: .low, accuracy: .high,
            duration: duration)
        }, covariates: [(name: "x", values: [1, 2, 3, 5])], durations: factors)
      return DoubleReportModel(reports).logJoint(
        DoubleReportModel.Point(
          flowDeviation: 0.3, reportDeviations: [0.5, 0.2], corridorDeviations: [1, 0.2],
          coefficients: [0.5], centres: [3, 0.1], arrivals: [0.8, 0.7, 0.5],
          departures: [0.7, 0.6, 0.4], levels: [3, 3.2], persistences: [0.1, 0.2],
          logFlows: [2.4, 3.5, 2.5, 3.6], logReports: [2.3, 3.4, 2.4, 3.5]))
    }
    let twelve = density(.twelveMonths, .imem)
    #expect(density(.none, own) == twelve)
    #expect(abs(density(.none, .imem) - twelve) > 1)
    #expect(density(.sixMonths, own) == density(.sixMonths, .imem))
  }
}
