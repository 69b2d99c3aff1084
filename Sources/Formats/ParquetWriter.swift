public import Demography

/// A table as an Apache Parquet file, version 1.
///
/// Text is UTF-8, with a dictionary when values repeat; whole numbers are INT64, numbers DOUBLE,
/// truth values BOOLEAN. Every column is optional: missing (and NaN) is null. Pages are compressed by
/// Zstandard and have minimum, maximum and count of nulls; `column_orders` stands in the footer,
/// without which readers leave minimum and maximum alone.
/// - Parameter metadata: further key-value pairs of the footer, beside `agyn.table` and
///   `agyn.unit.<column>`.
/// - Complexity: O(cells), and O(d log d) for a text column of d different texts.
/// - Throws: `compression.failed`.
public func writeParquet(
  _ table: Table, metadata: [String: String] = [:]
) throws(Faults) -> [UInt8] {
  let magic = Array("PAR1".utf8)
  var file = magic
  var groups: [RowGroup] = []
  for start in stride(from: 0, to: table.rowCount, by: RowGroup.rows) {
    let range = start..<min(start + RowGroup.rows, table.rowCount)
    var group = RowGroup(rowCount: range.count)
    for column in table.columns {
      let chunk = try ParquetColumn(column, rows: range)
      group.columns.append((chunk, file.count))
      file += chunk.bytes
    }
    groups.append(group)
  }
  let footer = footer(table, groups, metadata)
  file += footer
  file.appendLittleEndian(UInt32(footer.count))
  return file + magic
}

private struct RowGroup {
  static let rows = 1 << 20
  let rowCount: Int
  var columns: [(chunk: ParquetColumn, offset: Int)] = []

  init(rowCount: Int) { self.rowCount = rowCount }
}

/// The `FileMetaData` of the format.
private func footer(_ table: Table, _ groups: [RowGroup], _ metadata: [String: String]) -> [UInt8] {
  var footer = ThriftWriter()
  footer.structure {
    $0.field(1, int32: 1)
    $0.field(2, structures: [nil] + table.columns.map(Optional.some)) { column, element in
      describe(column, of: table, in: &element)
    }
    $0.field(3, int64: table.rowCount)
    $0.field(4, structures: groups) { group, row in
      row.field(1, structures: group.columns) { column, chunk in
        column.chunk.describe(at: column.offset, in: &chunk)
      }
      row.field(2, int64: group.columns.reduce(0) { $0 + $1.chunk.uncompressedSize })
      row.field(3, int64: group.rowCount)
    }
    $0.field(5, structures: keyValues(table, metadata)) { pair, entry in
      entry.field(1, text: pair.key)
      entry.field(2, text: pair.value)
    }
    $0.field(6, text: "agyn")
    // Type-defined order for every column.
    $0.field(7, structures: table.columns) { _, order in order.field(1) { _ in } }
  }
  return footer.bytes
}

/// A `SchemaElement`: of the root for `nil`, else of a column.
private func describe(_ column: Table.Column?, of table: Table, in element: inout ThriftWriter) {
  guard let column else {
    element.field(4, text: "schema")
    element.field(5, int32: table.columns.count)
    return
  }
  let kind = ParquetColumn.kind(of: column.values)
  element.field(1, int32: kind.rawValue)
  element.field(3, int32: 1)
  element.field(4, text: column.name)
  guard kind == .byteArray else { return }
  element.field(6, int32: 0)
  element.field(10) { $0.field(1) { _ in } }
}

private func keyValues(
  _ table: Table, _ metadata: [String: String]
) -> [(key: String, value: String)] {
  let units = table.columns.filter { !$0.unit.isEmpty }.map { ("agyn.unit.\($0.name)", $0.unit) }
  let own = [("agyn.table", table.name)] + units
  return own.map { (key: $0.0, value: $0.1) }
    + metadata.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
}
