import Demography
import Export
import Foundation
import Testing
import Words

@Suite struct NotebookTests {
  /// The mock tables as CSV, small enough to write by hand; digests by the system's sha256sum would
  /// need a program, so Python computes them where it runs the notebooks.
  static func csv(_ table: Table) -> [UInt8] {
    let columns = table.columns.map { table.texts($0.name) }
    let lines = (0..<table.rowCount).map { row in
      columns.map { cells in
        let text = cells[row] ?? ""
        return text.contains { ",\"\n".contains($0) }
          ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
      }.joined(separator: ",")
    }
    let head = table.columns.map(\.name).joined(separator: ",")
    return Array(([head] + lines).map { $0 + "\n" }.joined().utf8)
  }

  static func export(_ digests: [String: String] = [:]) -> [(path: String, bytes: [UInt8])] {
    let files = Mock.all.values.map { table in
      let path = "tables/\(table.name).csv"
      return TableFile(
        path: path, table: table, size: csv(table).count, sha256: digests[path] ?? "unknown")
    }
    return NotebookExport(Mock.input(.kk), files: files).files()
  }

  @Test func theFolderHoldsNotebooksScriptAndDescriptions() {
    #expect(
      Self.export().map(\.path) == [
        "01_explore.ipynb", "02_forecasts.ipynb", "03_scenarios.ipynb", "explore.R",
        "MANIFEST.json",
        "datapackage.json", "README.md", "requirements.txt",
      ])
  }

  @Test func notebooksHaveTheFormsOfNbformat45AndStableIds() throws {
    for (path, bytes) in Self.export() where path.hasSuffix(".ipynb") {
      let object = try JSONSerialization.jsonObject(with: Data(bytes))
      let notebook = try #require(object as? [String: Any])
      #expect(notebook["nbformat"] as? Int == 4 && notebook["nbformat_minor"] as? Int == 5)
      let cells = try #require(notebook["cells"] as? [[String: Any]])
      let ids = cells.compactMap { $0["id"] as? String }
      #expect(ids.count == cells.count && Set(ids).count == ids.count)
      #expect(
        ids.allSatisfy {
          $0.count <= 64 && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
        })
      for cell in cells where cell["cell_type"] as? String == "code" {
        #expect(cell["outputs"] as? [String] == [] && cell["execution_count"] is NSNull)
      }
    }
    #expect(Self.export().map(\.bytes) == Self.export().map(\.bytes))
  }

  @Test func theManifestStatesRowsDigestsAndSums() throws {
    let bytes = try #require(Self.export().first { $0.path == "MANIFEST.json" }).bytes
    let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let tables = try #require(object?["tables"] as? [[String: Any]])
    #expect(tables.count == Mock.all.count)
    let flows = try #require(tables.first { $0["name"] as? String == "od_flows" })
    #expect(flows["rows"] as? Int == 380)
    let sums = try #require(flows["sums"] as? [String: Double])
    let sum = Mock.flows.numbers("value").compactMap { $0 }.reduce(0, +)
    #expect(abs((sums["value"] ?? 0) - sum) < 1e-6)
  }

  @Test func theNotebooksRunAndRefuseATableThatWasChanged() throws {
    let folder = ReportTests.folder.appending(path: "notebooks")
    try? FileManager.default.removeItem(at: folder)
    let tables = folder.appending(path: "tables")
    try FileManager.default.createDirectory(at: tables, withIntermediateDirectories: true)
    for table in Mock.all.values {
      try Data(Self.csv(table)).write(to: tables.appending(path: "\(table.name).csv"))
    }
    let packages = "nbformat,nbclient,pandas,altair,ipykernel"
    let hash = """
      import hashlib, pathlib
      for p in sorted(pathlib.Path('tables').glob('*.csv')):
          print(f'tables/{p.name}', hashlib.sha256(p.read_bytes()).hexdigest())
      """
    guard let hashed = try Python.run(["-c", hash], needs: packages, in: folder) else { return }
    let digests = Dictionary(
      uniqueKeysWithValues: hashed.output.split(separator: "\n").map { line in
        let parts = line.split(separator: " ").map(String.init)
        return (parts[0], parts[1])
      })
    let export = folder.appending(path: "notebooks-export")
    try FileManager.default.createDirectory(at: export, withIntermediateDirectories: true)
    for (path, bytes) in Self.export(digests) {
      try Data(bytes).write(to: export.appending(path: path))
    }
    let run = """
      import glob, nbclient, nbformat
      for path in sorted(glob.glob('*.ipynb')):
          notebook = nbformat.read(path, as_version=4)
          nbformat.validate(notebook)
          nbclient.NotebookClient(notebook, timeout=300, kernel_name='python3').execute()
          codes = [c for c in notebook.cells if c.cell_type == 'code']
          print(path, 'ran', len(codes), sum(bool(c.outputs) for c in codes))
      """
    let good = try #require(try Python.run(["-c", run], needs: packages, in: export))
    #expect(good.status == 0, "\(good.output)")
    #expect(good.output.components(separatedBy: " ran ").count == 4)
    let changed = Self.csv(Mock.flows) + Array("KZ71,KZ75,2024,1,,,modelled,false,PS\n".utf8)
    try Data(changed).write(to: tables.appending(path: "od_flows.csv"))
    let bad = try #require(try Python.run(["-c", run], needs: packages, in: export))
    #expect(bad.status != 0 && bad.output.contains("is not the table of run"))
  }
}
