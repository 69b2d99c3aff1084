public import Demography
private import GRDB

extension Store {
  /// Keeps how values were made; a lineage that is known stays as it is.
  public func record(_ lineages: [Lineage]) throws {
    try writing { database in
      for lineage in lineages {
        try database.execute(
          sql: "INSERT OR IGNORE INTO lineage (id, step, tool) VALUES (?, ?, ?)",
          arguments: [lineage.id, lineage.step, lineage.toolVersion])
        guard database.changesCount > 0 else { continue }
        for (name, value) in lineage.parameters.sorted(by: { $0.key < $1.key }) {
          try database.execute(
            sql: "INSERT INTO lineage_parameter VALUES (?, ?, ?)",
            arguments: [lineage.id, name, value])
        }
        for input in lineage.inputs {
          try database.execute(
            sql: "INSERT OR IGNORE INTO lineage_input VALUES (?, ?)",
            arguments: [lineage.id, input])
        }
      }
    }
  }

  /// How a value was made; `nil` for an unknown id.
  public func lineage(_ id: String) throws -> Lineage? {
    try reading { database in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT step, tool FROM lineage WHERE id = ?", arguments: [id])
      else { return nil }
      let parameters = try Row.fetchAll(
        database, sql: "SELECT name, value FROM lineage_parameter WHERE lineage = ?",
        arguments: [id])
      let inputs = try String.fetchAll(
        database, sql: "SELECT input FROM lineage_input WHERE lineage = ? ORDER BY input",
        arguments: [id])
      return Lineage(
        id: id, step: row[0],
        parameters: Dictionary(
          parameters.map { ($0[0] as String, $0[1] as String) }, uniquingKeysWith: { a, _ in a }),
        inputs: inputs, toolVersion: row[1])
    }
  }
}
