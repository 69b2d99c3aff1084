/// Named variables by region and period, regular: every variable has a place for every region and
/// period, and a value that is not known is absent, not zero.
public struct Panel: Hashable, Sendable {
  /// Area codes, sorted.
  public let areas: [String]
  /// Equally long and without holes.
  public let periods: [Period]
  private var columns: [String: [Double]] = [:]
  private var kinds: [String: Observation.Kind] = [:]

  public init(areas: [String], periods: [Period]) {
    self.areas = areas
    self.periods = periods
  }

  /// Names of the variables, sorted.
  public var variables: [String] { columns.keys.sorted() }

  /// Adds or replaces a variable.
  /// - Parameter values: `areas · periods`, area fastest, NaN where not known.
  public mutating func set(_ variable: String, _ values: [Double], kind: Observation.Kind) {
    precondition(
      values.count == areas.count * periods.count,
      "\(values.count) values for \(areas.count) areas and \(periods.count) periods")
    columns[variable] = values
    kinds[variable] = kind
  }

  /// The value of a variable; `nil` when it is not known or there is no such variable.
  public subscript(variable: String, area i: Int, period t: Int) -> Double? {
    guard let value = columns[variable]?[t * areas.count + i], !value.isNaN else { return nil }
    return value
  }

  /// The weakest kind among the values of a variable.
  public func kind(of variable: String) -> Observation.Kind? { kinds[variable] }
}
