import Demography

/// The pages of one column in one row group, and what the file's footer says of them.
struct ParquetColumn {
  /// Physical types of the format, by their number in it.
  enum Kind: Int {
    case boolean = 0
    case int64 = 2
    case double = 5
    case byteArray = 6
  }

  let name: String
  let kind: Kind
  let rows: Int
  private(set) var bytes: [UInt8] = []
  private(set) var uncompressedSize = 0
  /// Offset of the first data page from the start of the column; 0 without a dictionary.
  private(set) var dataOffset = 0
  private(set) var usesDictionary = false
  private var nullCount = 0
  private var minimum: [UInt8]?
  private var maximum: [UInt8]?

  static let rowsPerPage = 65_536

  static func kind(of values: Table.Values) -> Kind {
    switch values {
    case .text: .byteArray
    case .integer: .int64
    case .real: .double
    case .boolean: .boolean
    }
  }

  init(_ column: Table.Column, rows range: Range<Int>) throws(Faults) {
    name = column.name
    kind = Self.kind(of: column.values)
    rows = range.count
    switch column.values {
    case .integer(let values):
      setRange(values[range].compactMap(\.self), ParquetEncoding.plain)
      try write(Array(values[range]), ParquetEncoding.plain)
    case .real(let values):
      let known = values[range].map { $0.flatMap { $0.isNaN ? nil : $0 } }
      setRange(of: known.compactMap(\.self))
      try write(known, ParquetEncoding.plain)
    case .boolean(let values):
      let present = values[range].compactMap(\.self)
      if !present.isEmpty {
        minimum = [present.allSatisfy(\.self) ? 1 : 0]
        maximum = [present.contains(true) ? 1 : 0]
      }
      try write(Array(values[range]), ParquetEncoding.plain)
    case .text(let values):
      try write(texts: Array(values[range]))
    }
  }

  private mutating func setRange(_ values: [Int], _ plain: ([Int]) -> [UInt8]) {
    minimum = values.min().map { plain([$0]) }
    maximum = values.max().map { plain([$0]) }
  }

  /// The format wants a zero minimum to be negative and a zero maximum to be positive.
  private mutating func setRange(of values: [Double]) {
    minimum = values.min().map { ParquetEncoding.plain([$0 == 0 ? -0.0 : $0]) }
    maximum = values.max().map { ParquetEncoding.plain([$0 == 0 ? 0.0 : $0]) }
  }

  /// Plain pages of a column.
  private mutating func write<T>(_ values: [T?], _ plain: ([T]) -> [UInt8]) throws(Faults) {
    for page in pages(values) {
      try addDataPage(values[page].map { $0 != nil }, encoding: 0) {
        plain(values[page].compactMap(\.self))
      }
    }
  }

  private func pages<T>(_ values: [T]) -> [Range<Int>] {
    stride(from: 0, to: values.count, by: Self.rowsPerPage).map {
      $0..<min($0 + Self.rowsPerPage, values.count)
    }
  }

  /// Texts through a dictionary, sorted by bytes, when they repeat: at most half as many different
  /// ones as there are. Canonically equivalent texts share one entry.
  private mutating func write(texts values: [String?]) throws(Faults) {
    let present = values.compactMap(\.self)
    if let first = present.min(by: Self.precedes), let last = present.max(by: Self.precedes),
      first.utf8.count <= 256, last.utf8.count <= 256
    {
      minimum = Array(first.utf8)
      maximum = Array(last.utf8)
    }
    guard let distinct = Self.distinct(present, atMost: present.count / 2) else {
      return try write(values, ParquetEncoding.plain)
    }
    usesDictionary = true
    try addDictionaryPage(distinct)
    dataOffset = bytes.count
    let index = Dictionary(uniqueKeysWithValues: zip(distinct, 0..<UInt32(distinct.count)))
    let width = max(1, Int.bitWidth - (distinct.count - 1).leadingZeroBitCount)
    for page in pages(values) {
      try addDataPage(values[page].map { $0 != nil }, encoding: 8) {
        [UInt8(width)]
          + ParquetEncoding.hybrid(
            values[page].compactMap { $0.flatMap { index[$0] } }, width: width)
      }
    }
  }

  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// The different texts, sorted by bytes; `nil` when there are none or too many.
  private static func distinct(_ texts: [String], atMost limit: Int) -> [String]? {
    var found: Set<String> = []
    for text in texts where found.insert(text).inserted && found.count > limit { return nil }
    return found.isEmpty ? nil : found.sorted(by: precedes)
  }

  private mutating func addDictionaryPage(_ texts: [String]) throws(Faults) {
    try addPage(ParquetEncoding.plain(texts), kind: 2) { header in
      header.field(7) {
        $0.field(1, int32: texts.count)
        $0.field(2, int32: 0)
      }
    }
  }

  private mutating func addDataPage(
    _ isPresent: [Bool], encoding: Int, _ values: () -> [UInt8]
  ) throws(Faults) {
    nullCount += isPresent.count { !$0 }
    let levels = ParquetEncoding.hybrid(isPresent.map { $0 ? 1 : 0 }, width: 1)
    var content: [UInt8] = []
    content.appendLittleEndian(UInt32(levels.count))
    content += levels
    content += values()
    try addPage(content, kind: 0) { header in
      header.field(5) {
        $0.field(1, int32: isPresent.count)
        $0.field(2, int32: encoding)
        $0.field(3, int32: 3)
        $0.field(4, int32: 3)
      }
    }
  }

  private mutating func addPage(
    _ content: [UInt8], kind: Int, _ describe: (inout ThriftWriter) -> Void
  ) throws(Faults) {
    let compressed = try zstandard(content)
    var header = ThriftWriter()
    header.structure {
      $0.field(1, int32: kind)
      $0.field(2, int32: content.count)
      $0.field(3, int32: compressed.count)
      describe(&$0)
    }
    uncompressedSize += header.bytes.count + content.count
    bytes += header.bytes
    bytes += compressed
  }

  /// The `ColumnChunk` of the footer.
  /// - Parameter offset: of the column's first byte in the file.
  func describe(at offset: Int, in footer: inout ThriftWriter) {
    footer.field(2, int64: offset)
    footer.field(3) { [self] in
      $0.field(1, int32: kind.rawValue)
      $0.field(2, int32s: usesDictionary ? [0, 3, 8] : [0, 3])
      $0.field(3, texts: [name])
      $0.field(4, int32: 6)
      $0.field(5, int64: rows)
      $0.field(6, int64: uncompressedSize)
      $0.field(7, int64: bytes.count)
      $0.field(9, int64: offset + dataOffset)
      if usesDictionary { $0.field(11, int64: offset) }
      $0.field(12) {
        $0.field(3, int64: nullCount)
        if let maximum { $0.field(5, binary: maximum) }
        if let minimum { $0.field(6, binary: minimum) }
      }
    }
  }
}
