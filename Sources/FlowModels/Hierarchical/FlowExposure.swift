import Demography

/// Persons at risk of leaving each area, by period.
public struct FlowExposure: Hashable, Sendable {
  private var values: [String: [String: Double]] = [:]

  /// - Parameter values: by area and by name of the period, persons.
  /// - Precondition: all above 0 and finite; a file that may hold others is read by the other `init`.
  public init(_ values: [String: [String: Double]]) {
    precondition(values.values.allSatisfy { $0.values.allSatisfy { $0 > 0 && $0.isFinite } })
    self.values = values
  }

  /// Reads rows `area, period, value`.
  /// - Throws: `Faults`: an unknown column, a cell that is no number, an exposure that is not positive,
  ///   an area twice in a period.
  public init(
    _ data: FlowData, area: String = "area", period: String = "year", value: String = "value"
  ) throws {
    let column = try data.index(of: value, namedAt: nil)
    let areas = try data.index(of: area, namedAt: nil)
    let periods = try data.index(of: period, namedAt: nil)
    let numbers = try data.numbers(column)
    var faults: [Fault] = []
    for row in 0..<data.count {
      let (code, name) = (data.text(row: row, column: areas), data.text(row: row, column: periods))
      let place = data.place(row: row, column: column)
      if !(numbers[row] > 0) {
        let found = data.text(row: row, column: column)
        faults.append(
          Fault(.badData, "exposure.not-positive", ["area": code, "found": found], at: place))
      } else if values[code]?[name] != nil {
        faults.append(
          Fault(.badData, "exposure.twice", ["area": code, "period": name], at: place))
      } else {
        values[code, default: [:]][name] = numbers[row]
      }
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
  }

  /// `nil` where it is not known.
  public subscript(area: String, period: String) -> Double? { values[area]?[period] }
}
