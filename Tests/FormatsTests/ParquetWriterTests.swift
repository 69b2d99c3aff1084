import Demography
import Formats
import Testing

@Suite struct ParquetWriterTests {
  /// Repeating and unique texts, nulls, extreme numbers; more rows than a page and than a row group
  /// of readers' defaults.
  static func table(rows: Int) -> Table {
    Table(
      "flows",
      [
        .text(
          "area",
          (0..<rows).map { $0 % 7 == 3 ? nil : ["KZ10@2022-06-08", "KZ75", "Әлем", ""][$0 % 4] }),
        .text("unique", (0..<rows).map { "нота \($0)" }),
        .text("empty", (0..<rows).map { _ in nil }),
        .text("same", (0..<rows).map { _ in "x" }),
        .integer(
          "count", unit: "PS",
          (0..<rows).map { $0 % 5 == 0 ? nil : ($0 - 3) * ($0 % 2 == 0 ? 1 : -1) }),
        .real("rate", unit: "1", (0..<rows).map { $0 % 11 == 0 ? nil : Double($0) / 3 - 1000 }),
        .boolean("flag", (0..<rows).map { $0 % 3 == 0 ? nil : $0 % 2 == 0 }),
      ])
  }

  static let check = """
    import sys, json
    rows = int(sys.argv[3])
    def expect(i):
        area = None if i % 7 == 3 else ["KZ10@2022-06-08", "KZ75", "Әлем", ""][i % 4]
        count = None if i % 5 == 0 else (i - 3) * (1 if i % 2 == 0 else -1)
        rate = None if i % 11 == 0 else i / 3 - 1000
        flag = None if i % 3 == 0 else i % 2 == 0
        return (area, "нота %d" % i, None, "x", count, rate, flag)
    if sys.argv[2] == "pyarrow":
        import pyarrow.parquet as pq
        file = pq.ParquetFile(sys.argv[1])
        assert file.metadata.created_by == "agyn", file.metadata.created_by
        assert file.schema_arrow.metadata[b"agyn.unit.count"] == b"PS"
        assert file.schema_arrow.metadata[b"note"] == b"test"
        table = file.read()
        table.validate(full=True)
        found = list(zip(*[table.column(k).to_pylist() for k in range(7)]))
        if rows:
            stats = file.metadata.row_group(0).column(5).statistics
            rates = [r[5] for r in map(expect, range(rows)) if r[5] is not None]
            assert stats.has_min_max, "no statistics"
            assert (stats.min, stats.max) == (min(rates), max(rates)), (stats.min, stats.max)
            area = file.metadata.row_group(0).column(0).statistics
            assert (area.min, area.max) == ("", "Әлем") and area.null_count == sum(i % 7 == 3 for i in range(rows))
            assert "RLE_DICTIONARY" in file.metadata.row_group(0).column(0).encodings
            assert file.metadata.row_group(0).column(1).compression == "ZSTD"
    else:
        import duckdb
        found = duckdb.sql("select * from read_parquet('%s')" % sys.argv[1]).fetchall()
        n = duckdb.sql("select count(*) from read_parquet('%s') where rate > 0" % sys.argv[1]).fetchall()[0][0]
        assert n == sum(1 for i in range(rows) if expect(i)[5] is not None and expect(i)[5] > 0)
    assert len(found) == rows, len(found)
    for i in range(rows):
        assert tuple(found[i]) == expect(i), (i, found[i], expect(i))
    print("same", rows)
    """

  @Test(arguments: ["pyarrow", "duckdb"], [0, 1, 9, 1000, 70_000])
  func anotherLibraryReadsWhatWasWritten(library: String, rows: Int) throws {
    // Texts need at least two equal ones for a dictionary, hence no statistics check on tiny tables.
    guard Python.has(library) else { return }
    let bytes = try writeParquet(Self.table(rows: rows), metadata: ["note": "test"])
    try Python.withFile(bytes, "t.parquet") { path in
      let script =
        rows < 10 ? Self.check.replacing("if rows:", with: "if False:") : Self.check
      let (status, output) = try Python.run(script, [path, library, String(rows)])
      #expect(status == 0, "\(output)")
      #expect(output.contains("same \(rows)"))
    }
  }

  @Test func theSameTableGivesTheSameBytes() throws {
    let table = Self.table(rows: 500)
    #expect(try writeParquet(table) == (try writeParquet(table)))
  }

  @Test func repeatedTextsTakeLittleRoom() throws {
    let table = Table("t", [.text("a", (0..<100_000).map { "KZ\($0 % 20)" })])
    #expect(try writeParquet(table).count < 10_000)
  }
}
