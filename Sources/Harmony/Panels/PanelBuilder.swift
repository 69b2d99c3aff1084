public import Demography

/// Which observations make a variable of a panel.
public struct PanelVariable: Hashable, Sendable {
  public let name: String
  public let condition: Predicate

  public init(_ name: String, _ condition: Predicate) {
    self.name = name
    self.condition = condition
  }
}

/// Makes regular tables from observations.
///
/// Boundaries and time must have been harmonised before (`Crosswalk.apply`, `TimeAggregation`): an
/// observation belongs to a cell by its area code and its period, a stock on the first day of a period to
/// that period. Observations outside the areas and periods asked for are left out.
public enum PanelBuilder {
  /// - Parameters:
  ///   - observations: one vintage per key.
  ///   - areas: sorted codes.
  ///   - periods: equally long and without holes.
  /// - Returns: values in units (powers of ten applied), the weakest kind of each variable.
  /// - Throws: `panel.duplicate` for every cell that two observations claim, `comparability.axis` when
  ///   observations of one variable differ in definition; `panel.empty` when a variable has no value.
  /// - Complexity: O(variables · observations)
  public static func panel(
    _ observations: [Observation], variables: [PanelVariable], areas: [String], periods: [Period]
  ) throws(Faults) -> Panel {
    var panel = Panel(areas: areas, periods: periods)
    var faults: [Fault] = []
    let places = Places(areas, periods)
    for variable in variables {
      var cells = Cells(count: areas.count * periods.count, variable: variable.name)
      for row in observations where variable.condition.holds(for: row) {
        guard let i = places.areas[row.referenceArea], let t = places.period(row) else { continue }
        cells.set(t * areas.count + i, row)
      }
      faults += cells.faults
      guard let kind = cells.kind else {
        faults.append(Fault(.missingInput, "panel.empty", ["variable": variable.name]))
        continue
      }
      panel.set(variable.name, cells.values, kind: kind)
    }
    if !faults.isEmpty { throw Faults(faults) }
    return panel
  }

  /// Origin–destination flows; a cell without an observation is missing.
  ///
  /// - Throws: as `panel`.
  public static func flows(
    _ observations: [Observation], where condition: Predicate, areas: [String], periods: [Period]
  ) throws(Faults) -> FlowTable {
    let places = Places(areas, periods)
    let n = areas.count
    // Moves within an area and between areas differ in scope by nature.
    var cells = Cells(
      count: n * n * periods.count, variable: "FLOW_OD", bridged: [.geoVintage, .scope])
    for row in observations where condition.holds(for: row) {
      guard let i = places.areas[row.origin], let j = places.areas[row.destination],
        let t = places.period(row)
      else { continue }
      cells.set((t * n + j) * n + i, row)
    }
    var faults = cells.faults
    if cells.kind == nil {
      faults.append(Fault(.missingInput, "panel.empty", ["variable": "FLOW_OD"]))
    }
    guard faults.isEmpty, let kind = cells.kind else { throw Faults(faults) }
    return FlowTable(areas: areas, periods: periods, values: cells.values, kind: kind)
  }
}

/// Where areas and periods stand.
private struct Places {
  let areas: [String: Int]
  private let periods: [Period: Int]
  private let days: [Day: Int]

  init(_ areas: [String], _ periods: [Period]) {
    self.areas = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
    self.periods = Dictionary(uniqueKeysWithValues: periods.enumerated().map { ($1, $0) })
    days = Dictionary(uniqueKeysWithValues: periods.enumerated().map { ($1.firstDay, $0) })
  }

  func period(_ row: Observation) -> Int? {
    periods[row.period] ?? (row.period.frequency == "D" ? days[row.period.firstDay] : nil)
  }
}

/// The values of one variable while they are gathered.
private struct Cells {
  private(set) var values: [Double]
  private(set) var kind: Observation.Kind?
  private(set) var faults: [Fault] = []
  private var owners: [Int: Observation] = [:]
  private var first: Observation?
  private let variable: String
  private let bridged: Set<Axis>

  // Area codes are dated: one code is one extent in whatever list of boundaries it stands.
  init(count: Int, variable: String, bridged: Set<Axis> = [.geoVintage]) {
    values = [Double](repeating: .nan, count: count)
    self.variable = variable
    self.bridged = bridged
  }

  mutating func set(_ index: Int, _ row: Observation) {
    if let owner = owners[index] {
      faults.append(
        Fault(
          .badData, "panel.duplicate",
          ["variable": variable, "first": owner.key, "second": row.key]))
      return
    }
    owners[index] = row
    if let first, let axis = Comparability.differences(first, row, except: bridged).first {
      if !faults.contains(where: { $0.code == "comparability.axis" }) {
        faults.append(Comparability.fault(axis, first, row))
      }
      return
    }
    first = first ?? row
    guard let value = row.scaledValue else { return }
    values[index] = value
    kind = max(kind ?? row.kind, row.kind)
  }
}
