import Demography
import Words

/// `datapackage.json` of the Frictionless data standard: every CSV table with its columns, their types,
/// meanings and units.
struct DataPackage {
  let input: ReportInput
  let files: [TableFile]

  var json: JSON {
    let naming = Naming(input)
    return [
      "profile": "tabular-data-package", "name": .string("agyn-\(input.run.id.lowercased())"),
      "title": .string(input.title(input.language.rawValue)),
      "version": .string(input.run.engineVersion),
      "sources": .array(sources(naming)),
      "resources": .array(
        files.filter { $0.name.hasSuffix(".csv") }.map { resource($0, naming) }),
    ]
  }

  private func sources(_ naming: Naming) -> [JSON] {
    guard let table = input.tables["sources"] else { return [] }
    return TableRows(table).map { row in
      let title = row.text("title").isEmpty ? row.text("id") : row.text("title")
      let path = row.text("url")
      return path.hasPrefix("https://") || path.hasPrefix("http://")
        ? ["title": .string(title), "path": .string(path)] : ["title": .string(title)]
    }
  }

  private func resource(_ file: TableFile, _ naming: Naming) -> JSON {
    [
      "name": .string(file.table.name.replacing("_", with: "-")),
      "path": .string("tables/\(file.name)"), "profile": "tabular-data-resource",
      "encoding": "utf-8", "mediatype": "text/csv", "bytes": .integer(file.size),
      "hash": .string("sha256:\(file.sha256)"),
      "schema": [
        "missingValues": [""],
        "fields": .array(file.table.columns.map { field($0, naming) }),
      ],
    ]
  }

  private func field(_ column: Table.Column, _ naming: Naming) -> JSON {
    let type: JSON =
      switch column.values {
      case .text: "string"
      case .integer: "integer"
      case .real: "number"
      case .boolean: "boolean"
      }
    let base: JSON = [
      "name": .string(column.name), "type": type, "title": .string(naming.column(column.name)),
    ]
    return column.unit.isEmpty ? base : base.merged(["unit": .string(column.unit)])
  }
}
