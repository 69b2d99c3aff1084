import Demography

/// Rows of text keys and numbers, turned into a table at the end.
struct RowsOf {
  private let name: String
  private let keyNames: [String]
  private let valueNames: [String]
  private var keys: [[String]]
  private var values: [[Double]]

  init(_ name: String, keys: [String], values: [String]) {
    self.name = name
    keyNames = keys
    valueNames = values
    self.keys = keys.map { _ in [] }
    self.values = values.map { _ in [] }
  }

  mutating func add(_ key: [String], _ numbers: [Double]) {
    for k in keys.indices { keys[k].append(key[k]) }
    for k in values.indices { values[k].append(numbers[k]) }
  }

  var table: Table {
    let texts = zip(keyNames, keys).map { name, values in
      name == "assumed"
        ? Table.Column.boolean(name, values.map { $0 == "true" }) : .text(name, values)
    }
    return Table(name, texts + zip(valueNames, values).map { Table.Column.real($0, $1) })
  }
}
