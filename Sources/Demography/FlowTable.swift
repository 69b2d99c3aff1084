/// Flows between the areas of one list over several periods.
///
/// Stored origin fastest, then destination, then period. A flow that is not known is absent, not zero.
public struct FlowTable: Hashable, Sendable {
  /// Area codes, sorted; both the origins and the destinations.
  public let areas: [String]
  public let periods: [Period]
  /// `areas · areas · periods` values, NaN where the flow is not known.
  public private(set) var values: [Double]
  /// The weakest kind among the values.
  public var kind: Observation.Kind

  /// A table in which every flow is missing.
  public init(areas: [String], periods: [Period], kind: Observation.Kind) {
    self.areas = areas
    self.periods = periods
    self.kind = kind
    values = [Double](repeating: .nan, count: areas.count * areas.count * periods.count)
  }

  /// - Parameter values: `areas · areas · periods`, origin fastest, NaN where not known.
  public init(areas: [String], periods: [Period], values: [Double], kind: Observation.Kind) {
    precondition(
      values.count == areas.count * areas.count * periods.count,
      "\(values.count) values for \(areas.count) areas and \(periods.count) periods")
    self.areas = areas
    self.periods = periods
    self.values = values
    self.kind = kind
  }

  /// The flow from area `i` to area `j` in period `t`; `nil` when it is not known.
  public subscript(from i: Int, to j: Int, in t: Int) -> Double? {
    get {
      let value = values[(t * areas.count + j) * areas.count + i]
      return value.isNaN ? nil : value
    }
    set { values[(t * areas.count + j) * areas.count + i] = newValue ?? .nan }
  }
}
