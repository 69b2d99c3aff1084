import Demography
import Foundation

/// Tables of finished stages, kept until the run is published, so that a killed run goes on where it
/// was and ends in the same bytes.
struct StageCache {
  let files: WorkspaceFiles
  let key: String

  private var folder: String { ".agyn/stages/" + key }

  /// The tables of a stage: those kept, or those that `compute` makes, which are kept.
  func tables(_ stage: String, _ compute: () throws -> [Table]) throws -> [Table] {
    let path = folder + "/" + stage + ".plist"
    if let bytes = try? files.bytes(path),
      let kept = try? PropertyListDecoder().decode([StoredTable].self, from: Data(bytes))
    {
      return kept.map(\.table)
    }
    let tables = try compute()
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    let data = try encoder.encode(tables.map(StoredTable.init))
    try files.write([UInt8](data), to: path)
    return tables
  }

  /// Removes what was kept, and what runs of other keys left behind.
  func clear() {
    if let url = try? files.url(".agyn/stages") { try? FileManager.default.removeItem(at: url) }
    if let url = try? files.url(".agyn/staging") { try? FileManager.default.removeItem(at: url) }
  }
}

/// A table as it is kept between two starts of the program; numbers keep their bits.
private struct StoredTable: Codable {
  struct Column: Codable {
    let name: String
    let unit: String
    let present: [Bool]
    var texts: [String]?
    var integers: [Int]?
    var bits: [UInt64]?
    var booleans: [Bool]?
  }

  let name: String
  let columns: [Column]

  init(_ table: Table) {
    name = table.name
    columns = table.columns.map { column in
      switch column.values {
      case .text(let values):
        Column(
          name: column.name, unit: column.unit, present: values.map { $0 != nil },
          texts: values.map { $0 ?? "" })
      case .integer(let values):
        Column(
          name: column.name, unit: column.unit, present: values.map { $0 != nil },
          integers: values.map { $0 ?? 0 })
      case .real(let values):
        Column(
          name: column.name, unit: column.unit, present: values.map { $0 != nil },
          bits: values.map { ($0 ?? 0).bitPattern })
      case .boolean(let values):
        Column(
          name: column.name, unit: column.unit, present: values.map { $0 != nil },
          booleans: values.map { $0 ?? false })
      }
    }
  }

  var table: Table {
    Table(
      name,
      columns.map { column in
        func kept<Value>(_ values: [Value]) -> [Value?] {
          zip(column.present, values).map { $0 ? $1 : nil }
        }
        let values: Table.Values =
          if let texts = column.texts {
            .text(kept(texts))
          } else if let integers = column.integers {
            .integer(kept(integers))
          } else if let bits = column.bits {
            .real(kept(bits.map { Double(bitPattern: $0) }))
          } else {
            .boolean(kept(column.booleans ?? []))
          }
        return Table.Column(column.name, unit: column.unit, values)
      })
  }
}
