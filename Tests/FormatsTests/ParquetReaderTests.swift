import Demography
import Formats
import Foundation
import Testing

/// Columns as texts, whatever they are kept as; a missing cell is empty.
private func cells(_ table: ColumnTable) -> [[String]] {
  table.columns.map { column in
    switch column.values {
    case .numbers(let numbers): numbers.map { $0.isNaN ? "" : text($0) }
    case .words(let codes, let words): codes.map { words[Int($0)] }
    }
  }
}

@Suite struct ParquetReaderTests {
  @Test(arguments: [0, 1, 9, 1000, 70_000])
  func whatWeWriteWeRead(rows: Int) throws {
    let table = ParquetWriterTests.table(rows: rows)
    let read = try readParquet(writeParquet(table), file: "t.parquet")
    #expect(read.columns.map(\.name) == table.columns.map(\.name))
    for (found, column) in zip(cells(read), table.columns) {
      switch column.values {
      case .boolean(let values): #expect(found == values.map { $0.map { $0 ? "1" : "0" } ?? "" })
      default: #expect(found == table.texts(column.name).map { $0 ?? "" }, "\(column.name)")
      }
    }
    if rows > 0 { #expect(read.lines.line(of: rows - 1) == rows) }
  }

  /// Writes with a library of Python, with options that turn every encoding and codec on.
  static let write = """
    import sys, datetime as d
    path, how, n = sys.argv[1], sys.argv[2], 5000
    area = [None if i % 7 == 3 else ["KZ10", "KZ75", "Әлем", ""][i % 4] for i in range(n)]
    note = ["note %d" % (i * 7919 % 5003) for i in range(n)]
    count = [None if i % 5 == 0 else (i * 37 - 9000) * (1 if i % 2 else -1) for i in range(n)]
    small = [i % 300 - 150 for i in range(n)]
    rate = [None if i % 11 == 0 else i / 3 - 1000 for i in range(n)]
    flag = [None if i % 3 == 0 else i % 2 == 0 for i in range(n)]
    day = [d.date(1965, 1, 1) + d.timedelta(days=3 * i) for i in range(n)]
    at = [d.datetime(1969, 12, 31, 23, 59, 30) + d.timedelta(seconds=i) for i in range(n)]
    import pyarrow as pa, pyarrow.parquet as pq
    t = pa.table({"area": area, "note": note, "count": count, "small": pa.array(small, pa.int32()),
      "rate": rate, "flag": flag, "day": day, "at": pa.array(at, pa.timestamp("ms")),
      "half": pa.array([i / 4 for i in range(n)], pa.float32()),
      "big": pa.array([4000000000 + i for i in range(n)], pa.uint32())})
    if how.startswith("duckdb"):
        import duckdb
        duckdb.sql("copy t to '%s' (format parquet, row_group_size 2048, codec '%s')" % (path, how.split()[1]))
    elif "delta" in how:
        pq.write_table(t, path, compression=how.split()[1], use_dictionary=False, data_page_version=how.split()[2],
          row_group_size=1700, data_page_size=2000, column_encoding={"area": "DELTA_LENGTH_BYTE_ARRAY",
          "note": "DELTA_BYTE_ARRAY", "count": "DELTA_BINARY_PACKED", "small": "DELTA_BINARY_PACKED",
          "day": "DELTA_BINARY_PACKED", "at": "DELTA_BINARY_PACKED", "big": "DELTA_BINARY_PACKED", "flag": "RLE"})
    else:
        pq.write_table(t, path, compression=how.split()[1], data_page_version=how.split()[2],
          row_group_size=1700, data_page_size=2000)
    """

  @Test(arguments: [
    "pyarrow none 1.0", "pyarrow snappy 1.0", "pyarrow gzip 2.0", "pyarrow zstd 2.0",
    "pyarrow snappy 2.0", "delta zstd 1.0", "delta snappy 2.0", "duckdb snappy",
    "duckdb zstd", "duckdb gzip",
  ])
  func whatAnotherLibraryWritesWeRead(how: String) throws {
    guard Python.has("pyarrow"), !how.hasPrefix("duckdb") || Python.has("duckdb") else { return }
    let bytes = try Self.written(how)
    let n = 5000
    let table = try readParquet(bytes, file: "t.parquet")
    let found = cells(table)
    #expect(table.count == n)
    for i in 0..<n {
      let area = i % 7 == 3 ? "" : ["KZ10", "KZ75", "Әлем", ""][i % 4]
      let note = "note \(i * 7919 % 5003)"
      let sign = i % 2 == 1 ? 1 : -1
      let count = i % 5 == 0 ? "" : String((i * 37 - 9000) * sign)
      let small = String(i % 300 - 150)
      let rate = i % 11 == 0 ? "" : text(Double(i) / 3 - 1000)
      let flag = i % 3 == 0 ? "" : i % 2 == 0 ? "1" : "0"
      let expected: [String] = [area, note, count, small, rate, flag]
      let read: [String] = (0..<6).map { found[$0][i] }
      #expect(read == expected, "row \(i)")
      #expect(found[8][i] == text(Double(i) / 4))
      #expect(found[9][i] == String(4_000_000_000 + i))
    }
    #expect(found[6].prefix(2) == ["1965-01-01", "1965-01-04"])
    #expect(found[6][n - 1] == "2006-01-23")
    #expect(found[7].prefix(31).suffix(2) == ["1969-12-31T23:59:59", "1970-01-01T00:00:00"])
  }

  static func written(_ how: String, _ script: String = write) throws -> [UInt8] {
    try Python.withFile([], "t.parquet") { path in
      let (status, output) = try Python.run(script, [path, how])
      #expect(status == 0, "\(output)")
      return Array(try Data(contentsOf: URL(filePath: path)))
    }
  }

  @Test(arguments: [
    ("pa.array([decimal.Decimal('1.5')])", "parquet.type"),
    ("pa.array([[1, 2]])", "parquet.nested"), ("pa.array([{'a': 1}])", "parquet.nested"),
    ("pa.array([2 ** 60 + 1])", "parquet.type"), ("pa.array([b'\\xff\\xfe'])", "parquet.text"),
  ])
  func whatCannotBeReadIsRefusedByName(_ values: String, _ code: String) throws {
    guard Python.has("pyarrow") else { return }
    let script = """
      import sys, decimal, pyarrow as pa, pyarrow.parquet as pq
      pq.write_table(pa.table({"x": \(values)}), sys.argv[1])
      """
    let bytes = try Self.written("", script)
    let faults = #expect(throws: Faults.self) { try readParquet(bytes, file: "t.parquet") }
    #expect(faults?.all.first?.code == code)
    #expect(faults?.all.first?.arguments["column"] == "x")
  }

  @Test func aCodecThatIsNotReadIsNamed() throws {
    guard Python.has("pyarrow") else { return }
    let bytes = try Self.written("pyarrow brotli 1.0")
    let faults = #expect(throws: Faults.self) { try readParquet(bytes, file: "t.parquet") }
    #expect(faults?.all.first?.arguments["codec"] == "BROTLI")
  }

  @Test func anotherFileIsNoParquetFile() {
    let faults = #expect(throws: Faults.self) {
      try readParquet(Array("orig,dest,flow\na,b,1\n".utf8), file: "t.csv")
    }
    #expect(faults?.all.first?.code == "parquet.foreign")
  }

  @Test func aFileThatUnpacksToTooMuchIsRefused() throws {
    let table = Table("t", [.real("x", [Double?](repeating: 1, count: 100_000))])
    let faults = #expect(throws: Faults.self) {
      try readParquet(try writeParquet(table), file: "t.parquet", limit: 100_000)
    }
    #expect(faults?.all.first?.code == "parquet.size")
  }

  /// Every truncation and thousands of flipped bytes: an answer or a fault, never a trap, and never
  /// more memory than allowed.
  @Test(arguments: ["own", "pyarrow snappy 2.0", "delta gzip 1.0", "pyarrow none 1.0"])
  func brokenFilesAreFaults(_ how: String) throws {
    guard how == "own" || Python.has("pyarrow") else { return }
    let bytes =
      how == "own" ? try writeParquet(ParquetWriterTests.table(rows: 300)) : try Self.written(how)
    var state: UInt64 = 88_172_645_463_325_252
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var faults = 0
    func attempt(_ bytes: [UInt8]) {
      do { _ = try readParquet(bytes, file: "t.parquet", limit: 4 << 20) } catch { faults += 1 }
    }
    let cuts = how == "own" ? Array(bytes.indices) : (0..<200).map { _ in next(bytes.count) }
    for count in cuts { attempt(Array(bytes[..<count])) }
    #expect(faults == cuts.count)
    let rounds = how == "own" ? 6000 : 400
    for round in 0..<rounds {
      var broken = bytes
      // Half of the flips in the last part, where the footer stands.
      let place =
        round % 2 == 0 ? next(bytes.count) : bytes.count - 1 - next(min(2500, bytes.count))
      broken[place] = UInt8(next(256))
      if round % 3 == 0 { broken[next(bytes.count)] ^= 0xFF }
      attempt(broken)
    }
    #expect(faults > cuts.count + rounds / 20)
  }
}
