public import Demography

/// Agency × indicator × period: what is there, what is missing, and by which axis.
///
/// Made from the registry, the duties and the observations alone. A cell shows its worst axis, never an
/// average.
public struct GapMatrix: Sendable {
  /// By agency, indicator and period.
  public let cells: [GapCell]
  /// What to ask of whom, the most needed first.
  public let tasks: [GapTask]

  /// - Parameters:
  ///   - observations: as of `instant`, one vintage per key.
  ///   - vintages: all vintages up to `instant`.
  /// - Complexity: O(duties · (observations + periods · observations of the duty))
  public init(
    duties: Duties, sources: [SourceFacts], observations: [Observation], vintages: [Observation],
    asOf instant: Instant
  ) {
    var cells: [GapCell] = []
    var tasks: [GapTask] = []
    for duty in duties.all {
      func isMeant(_ row: Observation) -> Bool {
        duty.measures.contains(row.measure) && duty.condition.holds(for: row)
      }
      let meant = observations.filter(isMeant)
      let releases = Dictionary(
        grouping: vintages.filter { $0.reporter == duty.agency && isMeant($0) }, by: \.key
      ).mapValues { $0.sorted { $0.vintage < $1.vintage } }
      let row = Self.periods(duty, asOf: instant).map { period in
        Self.cell(
          GapMeasurement(
            duty, period, rows: meant.filter { $0.reporter == duty.agency }, vintages: releases,
            others: meant.filter { $0.reporter != duty.agency }), duties.thresholds, sources)
      }
      cells += row
      tasks += Self.tasks(duty, row)
    }
    self.cells = cells
    self.tasks = tasks.sorted { a, b in
      let (x, y) = (a.neededBy.count, b.neededBy.count)
      if x != y { return x > y }
      if a.periods.count != b.periods.count { return a.periods.count > b.periods.count }
      return (a.agency, a.indicator, a.gapType) < (b.agency, b.indicator, b.gapType)
    }
  }

  /// The periods that should have been released by now.
  private static func periods(_ duty: Duty, asOf instant: Instant) -> [Period] {
    var periods: [Period] = []
    var period = duty.from
    while duty.to.map({ period <= $0 }) ?? true,
      period.endDay.number + duty.lagDays <= instant.day.number
    {
      periods.append(period)
      period = period.next
    }
    return periods
  }

  private static func cell(
    _ measured: GapMeasurement, _ thresholds: GapThresholds, _ sources: [SourceFacts]
  ) -> GapCell {
    let duty = measured.duty
    let shortfalls = shortfalls(measured, thresholds)
    let worst = shortfalls.max { a, b in
      a.shortfall == b.shortfall ? a.axis.rawValue > b.axis.rawValue : a.shortfall < b.shortfall
    }
    let state: GapState =
      // Figures about other spans of time are better than none: their gap is a mismatch of periods.
      switch (measured.present.isEmpty && !measured.hasOtherSpans, duty.holds) {
      case (true, .yes): .absent
      case (true, .no): .none
      case (true, .unknown): .unknown
      case (false, _): shortfalls.isEmpty ? .good : .partial
      }
    let isGap = state == .absent || state == .partial
    return GapCell(
      agency: duty.agency, indicator: duty.indicator, period: measured.period.description,
      state: state, worstAxis: isGap ? worst?.axis : nil,
      gapType: isGap ? worst.map { type(of: $0.axis, measured) } : nil,
      availability: measured.availability, timelinessDays: measured.timelinessDays,
      completeness: measured.completeness, granularity: measured.granularity,
      definition: measured.definition, consistency: measured.consistency,
      revision: measured.revision, openness: measured.openness(sources))
  }

  /// The axes that are missed, each with how far as a share of what was asked, at most 1.
  private static func shortfalls(
    _ measured: GapMeasurement, _ thresholds: GapThresholds
  ) -> [(axis: GapAxis, shortfall: Double)] {
    var shortfalls: [(axis: GapAxis, shortfall: Double)] = []
    func atLeast(_ axis: GapAxis, _ value: Double?, _ threshold: Double) {
      guard let value, value < threshold - 1e-12 else { return }
      shortfalls.append((axis, min(1, (threshold - value) / threshold)))
    }
    func atMost(_ axis: GapAxis, _ value: Double?, _ threshold: Double) {
      guard let value, value > threshold else { return }
      shortfalls.append((axis, min(1, (value - threshold) / max(value, 1e-12))))
    }
    atLeast(.availability, measured.availability, thresholds.availability)
    atMost(.timeliness, measured.timelinessDays, Double(measured.duty.lagDays))
    atLeast(.completeness, measured.completeness, thresholds.completeness)
    atLeast(.granularity, measured.granularity, thresholds.granularity)
    atLeast(.definition, measured.definition, thresholds.definition)
    atLeast(.consistency, measured.consistency, thresholds.consistency)
    atMost(.revision, measured.revision, thresholds.revision)
    return shortfalls
  }

  private static func type(of axis: GapAxis, _ measured: GapMeasurement) -> GapType {
    switch axis {
    case .availability: measured.hasOtherSpans ? .periodMismatch : .missing
    case .completeness: .missing
    case .granularity: .incompatibleBreakdown
    case .definition: measured.isUndocumented ? .undocumentedMethod : .incompatibleBreakdown
    case .timeliness: .periodMismatch
    case .consistency, .revision: .undocumentedMethod
    }
  }

  private static func tasks(_ duty: Duty, _ cells: [GapCell]) -> [GapTask] {
    let open = cells.filter { [.absent, .partial, .unknown].contains($0.state) }
    let byType = Dictionary(grouping: open) { $0.gapType?.rawValue ?? "undeclared" }
    return byType.keys.sorted().map { type in
      let cells = byType[type] ?? []
      return GapTask(
        agency: duty.agency, indicator: duty.indicator, gapType: type,
        worstAxis: cells.first?.worstAxis, periods: cells.map(\.period), neededBy: duty.neededBy)
    }
  }
}
