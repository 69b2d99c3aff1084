/// A tidy table: named, typed columns of one length. What a run publishes, whatever computed it.
public struct Table: Hashable, Sendable {
  /// The values of one column; `nil` is missing.
  public enum Values: Hashable, Sendable {
    case text([String?])
    case integer([Int?])
    case real([Double?])
    case boolean([Bool?])

    public var count: Int {
      switch self {
      case .text(let values): values.count
      case .integer(let values): values.count
      case .real(let values): values.count
      case .boolean(let values): values.count
      }
    }
  }

  /// One column; its meaning stands in the language files under `column.<name>`.
  public struct Column: Hashable, Sendable {
    public let name: String
    /// `PS`, `KZT`, `1`, … or empty where a unit has no meaning or another column states it.
    public let unit: String
    public let values: Values

    public init(_ name: String, unit: String = "", _ values: Values) {
      self.name = name
      self.unit = unit
      self.values = values
    }

    public static func text(_ name: String, _ values: [String?]) -> Column {
      Column(name, .text(values))
    }
    public static func integer(_ name: String, unit: String = "", _ values: [Int?]) -> Column {
      Column(name, unit: unit, .integer(values))
    }
    /// NaN becomes missing.
    public static func real(_ name: String, unit: String = "", _ values: [Double?]) -> Column {
      Column(name, unit: unit, .real(values.map { $0.flatMap { $0.isNaN ? nil : $0 } }))
    }
    public static func boolean(_ name: String, _ values: [Bool?]) -> Column {
      Column(name, .boolean(values))
    }
  }

  /// File name without its ending: `od_flows`.
  public let name: String
  public let columns: [Column]

  /// - Precondition: column names are unique and all columns have the same length.
  public init(_ name: String, _ columns: [Column]) {
    precondition(Set(columns.map(\.name)).count == columns.count, "a column name twice in \(name)")
    precondition(
      Set(columns.map(\.values.count)).count <= 1, "columns of different lengths in \(name)")
    self.name = name
    self.columns = columns
  }

  public var rowCount: Int { columns.first?.values.count ?? 0 }

  public subscript(column: String) -> Column? { columns.first { $0.name == column } }

  /// The text of a column's cells; `nil` for missing cells. Empty when there is no such column.
  public func texts(_ column: String) -> [String?] {
    switch self[column]?.values {
    case .text(let values): values
    case .integer(let values): values.map { $0.map { String($0) } }
    case .real(let values): values.map { $0.map { Demography.text($0) } }
    case .boolean(let values): values.map { $0.map { $0 ? "true" : "false" } }
    case nil: []
    }
  }

  /// The numbers of a column; `nil` for missing cells and for text. Empty when there is no such column.
  public func numbers(_ column: String) -> [Double?] {
    switch self[column]?.values {
    case .integer(let values): values.map { $0.map(Double.init) }
    case .real(let values): values
    case .text(let values): values.map { _ in nil }
    case .boolean(let values): values.map { $0.map { $0 ? 1 : 0 } }
    case nil: []
    }
  }

  /// The rows, in order, for which `isIncluded` holds.
  public func filter(_ isIncluded: (Int) -> Bool) -> Table {
    let kept = (0..<rowCount).filter(isIncluded)
    return Table(
      name,
      columns.map { column in
        let values: Values =
          switch column.values {
          case .text(let values): .text(kept.map { values[$0] })
          case .integer(let values): .integer(kept.map { values[$0] })
          case .real(let values): .real(kept.map { values[$0] })
          case .boolean(let values): .boolean(kept.map { values[$0] })
          }
        return Column(column.name, unit: column.unit, values)
      })
  }
}
