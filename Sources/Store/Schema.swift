internal import Demography
internal import GRDB

/// The tables of the store.
///
/// Texts are numbered once; a `series` is a key, an `observation` one vintage of it. Observations with
/// the same descriptive columns share a `description`.
enum Schema {
  /// The columns of a key that are stored: `FREQ` follows from `TIME_PERIOD`.
  static let keyColumns = Observation.Column.key.filter { $0 != .frequency }

  /// The columns that describe a value, in the order of the table `description`.
  static let descriptionColumns: [Observation.Column] = [
    .status, .kind, .unit, .multiplier, .roundBase, .confidentiality, .licence, .lineage, .note,
  ]

  /// How many of `descriptionColumns` say what the value is; the rest is about its terms and notes.
  static let meaningCount = 5

  static func name(_ column: Observation.Column) -> String { column.rawValue.lowercased() }

  static func migrate(_ database: Database, from version: Int) throws {
    if version < 1 { try first(database) }
    try database.execute(sql: "PRAGMA user_version = \(Store.schemaVersion)")
  }

  private static func first(_ database: Database) throws {
    let keys = keyColumns.map(name)
    let descriptions = descriptionColumns.map(name)
    func integers(_ names: [String]) -> String {
      names.map { "\($0) INTEGER NOT NULL" }.joined(separator: ", ")
    }
    try database.execute(
      sql: """
        CREATE TABLE text (id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
        CREATE TABLE file (
          id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
          source TEXT NOT NULL, rows INTEGER NOT NULL, recorded INTEGER);
        CREATE TABLE series (
          id INTEGER PRIMARY KEY, \(integers(keys)), UNIQUE (\(keys.joined(separator: ", "))));
        CREATE TABLE description (
          id INTEGER PRIMARY KEY, \(integers(descriptions)),
          UNIQUE (\(descriptions.joined(separator: ", "))));
        CREATE TABLE observation (
          series INTEGER NOT NULL, vintage INTEGER NOT NULL, value REAL, lower REAL, upper REAL,
          level REAL, description INTEGER NOT NULL, file INTEGER NOT NULL,
          PRIMARY KEY (series, vintage)) WITHOUT ROWID;
        CREATE TABLE lineage (
          id TEXT PRIMARY KEY, step TEXT NOT NULL, tool TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE lineage_parameter (
          lineage TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
          PRIMARY KEY (lineage, name)) WITHOUT ROWID;
        CREATE TABLE lineage_input (
          lineage TEXT NOT NULL, input TEXT NOT NULL, PRIMARY KEY (lineage, input)) WITHOUT ROWID;
        CREATE TRIGGER observation_stays BEFORE UPDATE ON observation
          BEGIN SELECT RAISE(ABORT, 'observations are append-only'); END;
        CREATE TRIGGER observation_remains BEFORE DELETE ON observation
          BEGIN SELECT RAISE(ABORT, 'observations are append-only'); END;
        """)
  }
}
