import Glibc
import Kernel

/// The same flows as two countries count them: arrivals where people come to, departures where they
/// leave.
public struct DoubleReports: Sendable {
  /// Flows from one area to another.
  public struct Corridor: Hashable, Sendable {
    public let origin: String
    public let destination: String

    public init(origin: String, destination: String) {
      self.origin = origin
      self.destination = destination
    }
  }

  /// One count of one flow.
  public struct Report: Hashable, Sendable {
    /// Place of the flow: corridor + period · corridors.
    public let cell: Int
    /// Persons, a whole number.
    public let count: Double
    /// Whether arrivals are counted, else departures.
    public let isArrivals: Bool
    public let undercount: ReportClass
    /// How exactly the register counts: `high` is exact.
    public let accuracy: ReportClass
    public let duration: DurationCriterion
    /// Whether the others are measured by this report: the share of people it counts is that of its class over
    /// that of the class `low`, so that in the class `low` it counts everybody.
    public let isReference: Bool

    public init(
      cell: Int, count: Double, isArrivals: Bool, undercount: ReportClass, accuracy: ReportClass,
      duration: DurationCriterion = .twelveMonths, isReference: Bool = false
    ) {
      precondition(count >= 0 && count == count.rounded(), "a count of \(count)")
      self.cell = cell
      self.count = count
      self.isArrivals = isArrivals
      self.undercount = undercount
      self.accuracy = accuracy
      self.duration = duration
      self.isReference = isReference
    }
  }

  public let corridors: [Corridor]
  /// Names, in order of time, evenly spaced.
  public let periods: [String]
  public let reports: [Report]
  /// What brings the counts to twelve months of stay.
  public let durations: DurationFactors
  /// Names of the covariates.
  public let covariates: [String]
  /// Covariates of every cell, standardised over cells with divisor n − 1: `cells` rows.
  let standardised: Matrix

  var cells: Int { corridors.count * periods.count }

  /// - Parameter values: of each covariate, one for every cell, corridor fastest; finite, not all equal.
  public init(
    corridors: [Corridor], periods: [String], reports: [Report],
    covariates: [(name: String, values: [Double])], durations: DurationFactors = .imem
  ) {
    let cells = corridors.count * periods.count
    precondition(reports.allSatisfy { (0..<cells).contains($0.cell) }, "a report of no cell")
    precondition(covariates.allSatisfy { $0.values.count == cells }, "covariates of other cells")
    self.corridors = corridors
    self.periods = periods
    self.reports = reports
    self.durations = durations
    self.covariates = covariates.map(\.name)
    var matrix = Matrix(rows: cells, columns: covariates.count)
    for (k, covariate) in covariates.enumerated() {
      let mean = Statistics.mean(covariate.values)
      let spread = Statistics.standardDeviation(covariate.values)
      precondition(spread > 0 && spread.isFinite, "\(covariate.name) does not vary")
      for n in 0..<cells { matrix[n, k] = (covariate.values[n] - mean) / spread }
    }
    standardised = matrix
  }

  /// How many reports there are by each criterion of stay, in the order of the criteria, those with none left out.
  public var durationCounts: [(criterion: DurationCriterion, reports: Int, factor: Double)] {
    DurationCriterion.allCases.map { criterion in
      (criterion, reports.count { $0.duration == criterion }, durations[criterion])
    }.filter { $0.reports > 0 }
  }

  /// Reports of every cell, corridor fastest: 0, 1 or 2.
  public var reportCounts: [Int] {
    var counts = [Int](repeating: 0, count: cells)
    for report in reports { counts[report.cell] += 1 }
    return counts
  }
}
