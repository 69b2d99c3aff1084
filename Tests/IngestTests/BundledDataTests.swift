import Demography
import Formats
import Foundation
import Ingest
import Testing

/// The data of the bundled workspace, read as a refresh reads it.
@Suite struct BundledDataTests {
  private static let data = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "data")

  private static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: data.appending(path: path)))
  }

  private static func grid(_ path: String) throws -> TextGrid {
    try readDelimited(try bytes(path), file: "data/" + path, dialect: Dialect(delimiter: .comma))
  }

  private static func codelists() throws -> Codelists {
    var lists = Codelists()
    let names = try FileManager.default.contentsOfDirectory(
      atPath: data.appending(path: "codes").path)
    let others = ["adjacency.csv", "crosswalks.csv", "region_aliases.csv"]
    for name in names.sorted() where name.hasSuffix(".csv") && !others.contains(name) {
      let id = String(name.dropLast(4))
      lists.add(
        try readCodelist(
          try grid("codes/" + name), id: id,
          aliases: id == "regions" ? try grid("codes/region_aliases.csv") : nil))
    }
    return lists
  }

  @Test func everyObservationFileIsReadWithoutAFault() throws {
    let registry = try readSourceRegistry(
      try readYAML(try Self.bytes("sources.yaml"), file: "data/sources.yaml"))
    let lists = try Self.codelists()
    var count = 0
    for folder in ["", "baseline/"] {
      let names = try FileManager.default.contentsOfDirectory(
        atPath: Self.data.appending(path: folder).path)
      for name in names.sorted() where name.hasSuffix(".csv") {
        let grid = try Self.grid(folder + name)
        let bySource = grid.rows[0].cells.contains("SOURCE_ID")
        #expect(bySource, "\(name) names no source")
        let ids = Set(
          grid.rows.dropFirst().map { row in
            row.cells[grid.rows[0].cells.firstIndex(of: "SOURCE_ID") ?? 0]
          })
        for id in ids.sorted() {
          let entry = try registry.entry(id)
          let column = grid.rows[0].cells.firstIndex(of: "SOURCE_ID") ?? 0
          let part = TextGrid(
            file: grid.file,
            rows: [grid.rows[0]] + grid.rows.dropFirst().filter { $0.cells[column] == id })
          let result = ingest(
            .grids([("1", part)]), from: entry, registry: registry, codelists: lists)
          #expect(result.faults.map(\.description) == [])
          count += result.observations.count
        }
      }
    }
    #expect(count > 1000)
  }

  @Test func theExampleDownloadIsReadByItsMapping() throws {
    let registry = try readSourceRegistry(
      try readYAML(try Self.bytes("sources.yaml"), file: "data/sources.yaml"))
    let name = "examples/TEST-wages-foreign-workers-2025Q3.csv"
    let grid = try readDelimited(try Self.bytes(name), file: "data/" + name)
    let result = ingest(
      .grids([("1", grid)]), from: try registry.entry("test_mlspp_wages"), registry: registry,
      codelists: try Self.codelists(), vintage: Instant("2025-11-12"))
    #expect(result.faults.map(\.description) == [])
    #expect(result.observations.count == grid.rows.count - 1 - result.skippedCount)
    #expect(result.observations.first?.value == 712_345.5)
    #expect(result.observations.first?.period == .quarter(2025, 3))
  }

  @Test func theNameAlmatyAloneStaysAmbiguous() throws {
    let regions = try #require(try Self.codelists()["regions"])
    #expect(throws: CodelistError.self) { try regions.resolve("Алматы", on: Day("2024-01-01")) }
  }
}
