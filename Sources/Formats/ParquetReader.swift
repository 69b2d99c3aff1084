public import Demography

/// Reads a flat Apache Parquet file column by column.
///
/// Truth values are 1 and 0, whole and floating numbers numbers; texts keep the dictionary they have in
/// the file; dates and timestamps become texts in ISO form; a missing value is NaN or an empty text.
/// Data pages of both versions, plain, dictionary and delta encodings, and pages unpacked or packed by
/// Snappy, gzip or Zstandard are read. Line 1 of a message is row 1.
/// - Parameters:
///   - file: what messages call the file.
///   - limit: bytes that pages and columns may take together, unpacked.
/// - Throws: `parquet.foreign`, `parquet.encrypted`, `parquet.broken`, `parquet.size`; for a column
///   `parquet.nested`, `parquet.type`, `parquet.codec`, `parquet.encoding`, `parquet.text`,
///   `column.twice`, `column.unnamed`.
/// - Complexity: O(bytes + cells).
public func readParquet(
  _ bytes: [UInt8], file: String, limit: Int = 2 << 30
) throws(Faults) -> ColumnTable {
  let footer = try footer(bytes, file: file)
  let schema = try leaves(footer, file: file)
  var column = ""
  do throws(ParquetError) {
    let rows = footer.integer(3) ?? -1
    let groups = footer.list(4) ?? []
    guard rows >= 0 else { throw .broken("footer") }
    var allowance = limit
    var columns: [ColumnTable.Column] = []
    for (position, leaf) in schema.enumerated() {
      column = leaf.name
      var reader = ParquetColumnReader(
        try ParquetSchemaColumn(leaf.element, name: leaf.name), allowance: allowance)
      for group in groups {
        guard let count = group.integer(3), count >= 0, let chunks = group.list(1),
          chunks.count == schema.count, let chunk = chunks[position][3]
        else { throw .broken("footer") }
        try reader.read(chunk, of: bytes, rows: count)
      }
      guard reader.count == rows else { throw .broken("footer") }
      allowance = reader.allowance
      columns.append(ColumnTable.Column(leaf.name, try reader.values()))
    }
    var lines = LineNumbers()
    lines.note(row: 0, line: 1)
    return ColumnTable(file: file, columns: columns, lines: lines)
  } catch {
    throw error.fault(file: file, column: column, limit: limit)
  }
}

/// The `FileMetaData` at the end of the file.
private func footer(_ bytes: [UInt8], file: String) throws(Faults) -> ThriftValue {
  let place = Place(file: file, line: 1)
  let end = bytes.suffix(4)
  if bytes.count >= 12, end.elementsEqual("PARE".utf8) {
    throw Faults(Fault(.badData, "parquet.encrypted", at: place))
  }
  guard bytes.count >= 12, end.elementsEqual("PAR1".utf8), bytes.starts(with: "PAR1".utf8) else {
    throw Faults(Fault(.badData, "parquet.foreign", at: place))
  }
  do throws(ParquetError) {
    var size = try ByteReader(
      bytes, from: bytes.count - 8, to: bytes.count - 4, part: "footer")
    let length = Int(try size.little32())
    var reader = try ByteReader(
      bytes, from: bytes.count - 8 - length, to: bytes.count - 8, part: "footer")
    return try reader.thriftStructure()
  } catch {
    throw error.fault(file: file, column: "", limit: 0)
  }
}

/// The columns under the root of the schema, checked to be plain ones with names of their own.
private func leaves(
  _ footer: ThriftValue, file: String
) throws(Faults) -> [(name: String, element: ThriftValue)] {
  let place = Place(file: file, line: 1)
  let broken = ParquetError.broken("schema").fault(file: file, column: "", limit: 0)
  guard let elements = footer.list(2), !elements.isEmpty else { throw broken }
  var leaves: [(name: String, element: ThriftValue)] = []
  var faults: [Fault] = []
  var seen: Set<String> = []
  for (number, element) in elements.dropFirst().enumerated() {
    guard let name = element.text(4) else { throw broken }
    if element.integer(5) ?? 0 > 0 || element.integer(3) == 2 {
      // Its parts follow as elements of their own; one message is enough.
      throw Faults(Fault(.badData, "parquet.nested", ["column": name], at: place))
    }
    if name.isEmpty {
      faults.append(Fault(.badData, "column.unnamed", ["number": "\(number + 1)"], at: place))
    } else if !seen.insert(name).inserted {
      faults.append(Fault(.badData, "column.twice", ["column": name], at: place))
    }
    leaves.append((name, element))
  }
  guard faults.isEmpty else { throw Faults(faults) }
  return leaves
}
