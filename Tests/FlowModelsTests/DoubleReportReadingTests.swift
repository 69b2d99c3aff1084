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
}
