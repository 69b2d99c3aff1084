import Demography
import Glibc
import Kernel

/// Which columns of a file hold two reports of each flow, and what is known of the registers.
public struct DoubleReportColumns: Hashable, Sendable {
  public var origin: String
  public var destination: String
  public var period: String
  /// Columns whose logarithms explain the flows.
  public var covariates: [String]
  /// Areas whose reports of arrivals the others are measured by; all of them must have reported some.
  public var reference: Set<String>
  /// What brings counts by other criteria to twelve months of stay.
  public var durations = DurationFactors.imem

  public init(
    origin: String = "orig", destination: String = "dest", period: String = "year",
    covariates: [String] = [], reference: Set<String> = []
  ) {
    self.origin = origin
    self.destination = destination
    self.period = period
    self.covariates = covariates
    self.reference = reference
  }
}

extension DoubleReports {
  /// Reads rows of corridor and period with the counts `immi` and `emig`, empty or `NA` where nobody
  /// counted, and for each `…_undercount` and `…_accuracy` (`low`, `medium`, `high`) and, where there is
  /// such a column, `…_duration` (`none`, `3`, `6`, `12` months, `permanent`; 12 otherwise).
  ///
  /// - Throws: `Faults`: an unknown column, a count that is no whole number, an unknown class, a corridor
  ///   without a row in a period, a row twice, a covariate that is not positive or does not vary, no
  ///   report, an area of reference that reports no arrivals.
  public init(_ data: FlowData, _ columns: DoubleReportColumns) throws {
    let panel = try FlowPanel(
      data, origin: columns.origin, destination: columns.destination, period: columns.period,
      flow: "immi")
    let corridors = panel.pairs.map {
      Corridor(origin: panel.areas[$0.origin], destination: panel.areas[$0.destination])
    }
    let place = Dictionary(uniqueKeysWithValues: corridors.enumerated().map { ($1, $0) })
    let time = Dictionary(uniqueKeysWithValues: panel.periods.enumerated().map { ($1, $0) })
    let names = try [columns.origin, columns.destination, columns.period].map {
      try data.index(of: $0, namedAt: nil)
    }
    var rowOfCell = [Int?](repeating: nil, count: corridors.count * panel.periods.count)
    for row in 0..<data.count {
      let texts = names.map { data.text(row: row, column: $0) }
      guard let c = place[Corridor(origin: texts[0], destination: texts[1])],
        let t = time[texts[2]]
      else { continue }
      rowOfCell[c + t * corridors.count] = row
    }
    var faults = rowOfCell.indices.filter { rowOfCell[$0] == nil }.map { cell in
      let corridor = corridors[cell % corridors.count]
      return Fault(
        .badData, "reports.no-row",
        [
          "corridor": "\(corridor.origin) → \(corridor.destination)",
          "period": panel.periods[cell / corridors.count],
        ])
    }
    faults += Self.unreported(columns.reference, panel)
    let rows = rowOfCell.map { $0 ?? 0 }
    var reports: [Report] = []
    if faults.isEmpty {
      for isArrivals in [true, false] {
        let register = try Register(data, isArrivals ? "immi" : "emig")
        for (cell, row) in rows.enumerated() {
          let isReference =
            isArrivals && columns.reference.contains(corridors[cell % corridors.count].destination)
          let report = register.report(
            data, row, cell: cell, isArrivals: isArrivals, isReference: isReference, &faults)
          if let report { reports.append(report) }
        }
      }
      if reports.isEmpty && faults.isEmpty { faults.append(Fault(.badData, "reports.no-reports")) }
    }
    let covariates = try columns.covariates.map { name in
      (name: name, values: try Self.logarithms(data, name, rows, &faults))
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    self.init(
      corridors: corridors, periods: panel.periods, reports: reports, covariates: covariates,
      durations: columns.durations)
  }

  /// Areas of reference by which nothing is measured, because they report no arrivals.
  private static func unreported(_ reference: Set<String>, _ panel: FlowPanel) -> [Fault] {
    let reporting = panel.pairs.indices.filter { pair in
      panel.periods.indices.contains { !panel[pair, $0].isNaN }
    }
    let known = Set(reporting.map { panel.areas[panel.pairs[$0].destination] }).sorted()
    return reference.subtracting(known).sorted().map { area in
      Fault(
        .usage, "reports.reference",
        [
          "found": area, "nearest": nearest(to: area, in: known) ?? "",
          "known": known.joined(separator: ", "),
        ])
    }
  }

  private static func logarithms(
    _ data: FlowData, _ name: String, _ rows: [Int], _ faults: inout [Fault]
  ) throws -> [Double] {
    let column = try data.index(of: name, namedAt: nil)
    let numbers = try data.numbers(column)
    for row in rows where !(numbers[row] > 0 && numbers[row].isFinite) {
      let found = data.text(row: row, column: column)
      faults.append(
        Fault(
          .badData, "reports.covariate", ["column": name, "found": found],
          at: data.place(row: row, column: column)))
    }
    let logs = rows.map { Glibc.log(numbers[$0]) }
    if logs.allSatisfy({ $0 == logs[0] }) {
      let arguments = ["column": name, "found": data.text(row: rows[0], column: column)]
      faults.append(Fault(.badData, "reports.covariate", arguments))
    }
    return logs
  }
}

/// The columns of one kind of report.
private struct Register {
  private let count: Int
  private let counts: [Double]
  private let undercount: Int
  private let accuracy: Int
  private let duration: Int?

  init(_ data: FlowData, _ name: String) throws {
    count = try data.index(of: name, namedAt: nil)
    counts = try data.numbers(count)
    undercount = try data.index(of: "\(name)_undercount", namedAt: nil)
    accuracy = try data.index(of: "\(name)_accuracy", namedAt: nil)
    duration =
      data.columnNames.contains("\(name)_duration")
      ? try data.index(of: "\(name)_duration", namedAt: nil) : nil
  }

  /// - Returns: `nil` where nobody counted, or with a fault.
  func report(
    _ data: FlowData, _ row: Int, cell: Int, isArrivals: Bool, isReference: Bool,
    _ faults: inout [Fault]
  ) -> DoubleReports.Report? {
    let value = counts[row]
    if value.isNaN { return nil }
    if value < 0 || value != value.rounded() {
      faults.append(
        Fault(
          .badData, "reports.count",
          ["column": data.columnNames[count], "found": data.text(row: row, column: count)],
          at: data.place(row: row, column: count)))
      return nil
    }
    let classes = [undercount, accuracy].map { column in
      chosen(data, row, column, ReportClass.allCases.map(\.rawValue), &faults)
        .flatMap { ReportClass(rawValue: $0) }
    }
    let months = duration.map { column in
      chosen(data, row, column, DurationCriterion.allCases.map(\.rawValue), &faults)
    }
    let criterion = (months ?? DurationCriterion.twelveMonths.rawValue)
      .flatMap { DurationCriterion(rawValue: $0) }
    guard let missed = classes[0], let exact = classes[1], let criterion else { return nil }
    return DoubleReports.Report(
      cell: cell, count: value, isArrivals: isArrivals, undercount: missed, accuracy: exact,
      duration: criterion, isReference: isReference)
  }

  private func chosen(
    _ data: FlowData, _ row: Int, _ column: Int, _ known: [String], _ faults: inout [Fault]
  ) -> String? {
    let found = data.text(row: row, column: column)
    let text = found.lowercased()
    if known.contains(text) { return text }
    faults.append(
      Fault(
        .badData, "reports.class",
        [
          "column": data.columnNames[column], "found": found,
          "known": known.joined(separator: ", "),
        ], at: data.place(row: row, column: column)))
    return nil
  }
}
