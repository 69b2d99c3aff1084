import Demography

extension Table {
  /// The rows of tables of the same columns, one after the other.
  ///
  /// - Precondition: there is a table, and all have the same columns.
  static func joined(_ tables: [Table]) -> Table {
    let first = tables[0]
    return Table(
      first.name,
      first.columns.map { column in
        let parts = tables.compactMap { $0[column.name]?.values }
        precondition(parts.count == tables.count, "a table without \(column.name)")
        return Column(column.name, unit: column.unit, parts.dropFirst().reduce(parts[0], joined))
      })
  }

  private static func joined(_ a: Values, _ b: Values) -> Values {
    switch (a, b) {
    case (.text(let x), .text(let y)): .text(x + y)
    case (.integer(let x), .integer(let y)): .integer(x + y)
    case (.real(let x), .real(let y)): .real(x + y)
    case (.boolean(let x), .boolean(let y)): .boolean(x + y)
    default: preconditionFailure("columns of different types")
    }
  }
}
