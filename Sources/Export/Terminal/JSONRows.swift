public import Demography

/// A table as JSON for other programs: `{"schema":1,"table":name,"rows":[…]}`, one row a line, columns
/// in the table's order under their names, missing as `null`, numbers in full.
/// - Parameter about: what the table says of itself, before its rows.
public func jsonRows(_ table: Table, about: [JSON.Member] = []) -> [UInt8] {
  let said = about.map { "\(JSON.string($0.name).text()):\($0.value.text())," }.joined()
  let name = JSON.string(table.name).text()
  let rows = rowObjects(table).map { $0.text() }
  return Array(
    ("{\"schema\":1,\"table\":\(name),\(said)\"rows\":[" + (rows.isEmpty ? "" : "\n")
      + rows.joined(separator: ",\n") + (rows.isEmpty ? "" : "\n") + "]}\n").utf8)
}

/// The rows of a table as objects with the names of its columns.
public func rowObjects(_ table: Table) -> [JSON] {
  let columns = table.columns.map { ($0.name, cells($0.values)) }
  return (0..<table.rowCount).map { row in
    .object(columns.map { .init($0.0, $0.1[row]) })
  }
}

private func cells(_ values: Table.Values) -> [JSON] {
  switch values {
  case .text(let texts): texts.map { .optional($0) }
  case .integer(let numbers): numbers.map { $0.map(JSON.integer) ?? .null }
  case .real(let numbers): numbers.map { .optional($0) }
  case .boolean(let flags): flags.map { $0.map(JSON.bool) ?? .null }
  }
}
