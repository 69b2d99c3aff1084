import Demography

/// Decodes the pages of one column over all row groups.
struct ParquetColumnReader {
  let column: ParquetSchemaColumn
  private var numbers: [Double] = []
  private var codes: [Int32] = []
  private var words = WordTable()
  private var codeOfInstant: [Int64: Int32] = [:]
  private var dictionary: Values?
  /// Bytes that may still be unpacked or taken up.
  private(set) var allowance: Int

  /// Values of one kind, in order.
  private enum Values {
    case numbers([Double])
    case codes([Int32])

    var count: Int {
      switch self {
      case .numbers(let values): values.count
      case .codes(let values): values.count
      }
    }
  }

  init(_ column: ParquetSchemaColumn, allowance: Int) {
    self.column = column
    self.allowance = allowance
  }

  /// Rows decoded so far.
  var count: Int { column.reading.isText ? codes.count : numbers.count }

  /// - Throws: `notText`.
  func values() throws(ParquetError) -> ColumnTable.Values {
    guard column.reading.isText else { return .numbers(numbers) }
    return ColumnTable.Values(codes: codes, unsorted: try words.texts())
  }

  /// Reads the column's part of a row group.
  /// - Parameters:
  ///   - chunk: its `ColumnMetaData`.
  ///   - rows: of the row group.
  mutating func read(
    _ chunk: ThriftValue, of file: [UInt8], rows: Int
  ) throws(ParquetError) {
    guard let codec = chunk.integer(4), let size = chunk.integer(7), size >= 0,
      var start = chunk.integer(9), chunk.integer(5) == rows
    else { throw .broken("footer") }
    if let first = chunk.integer(11), first > 0 { start = min(start, first) }
    let (end, overflow) = start.addingReportingOverflow(size)
    guard !overflow else { throw .broken("footer") }
    dictionary = nil
    var reader = try ByteReader(file, from: start, to: end, part: "page")
    let target = count + rows
    while count < target {
      let header = try reader.thriftStructure()
      let page = try ParquetPage(header, codec: codec)
      let content = try reader.take(page.packedSize)
      try spend(page.size)
      try read(page, Array(file[content]), missing: target - count)
    }
  }

  private mutating func spend(_ bytes: Int) throws(ParquetError) {
    allowance -= bytes
    guard allowance >= 0 else { throw .tooLarge }
  }

  private mutating func read(
    _ page: ParquetPage, _ packed: [UInt8], missing: Int
  ) throws(ParquetError) {
    switch page.kind {
    case .index: return
    case .dictionary:
      guard dictionary == nil else { throw .broken("dictionary") }
      guard page.encoding == 0 || page.encoding == 2 else { throw .encoding(page.encoding) }
      var reader = ByteReader(try page.unpacked(packed), part: "dictionary")
      dictionary = try plain(&reader, page.count)
    case .data, .dataV2:
      guard page.count <= missing else { throw .broken("page") }
      try spend(page.count.multipliedReportingOverflow(by: 8).partialValue)
      let (levels, values) = try page.content(packed, isOptional: column.isOptional)
      var reader = ByteReader(values, part: "page")
      let present = levels.map { $0.reduce(0) { $0 + Int($1) } } ?? page.count
      append(try decode(&reader, page.encoding, present), levels)
    }
  }

  /// The values of a page with the gaps its definition levels leave.
  private mutating func append(_ values: Values, _ levels: [UInt32]?) {
    switch values {
    case .numbers(let values):
      guard let levels else { return numbers += values }
      var next = 0
      for level in levels {
        numbers.append(level == 1 ? values[next] : .nan)
        next += Int(level)
      }
    case .codes(let values):
      guard let levels else { return codes += values }
      let none = words.number(of: "")
      var next = 0
      for level in levels {
        codes.append(level == 1 ? values[next] : none)
        next += Int(level)
      }
    }
  }

  private mutating func decode(
    _ reader: inout ByteReader, _ encoding: Int, _ count: Int
  ) throws(ParquetError) -> Values {
    if count == 0 { return column.reading.isText ? .codes([]) : .numbers([]) }
    switch (encoding, column.reading) {
    case (0, _): return try plain(&reader, count)
    case (2, _), (8, _): return try looked(&reader, count)
    case (3, .boolean):
      _ = try reader.little32()
      return .numbers(try reader.hybrid(count, width: 1).map(Double.init))
    case (5, .integer), (5, .date), (5, .timestamp): return try meaning(of: reader.deltas(count))
    case (6, .text): return .codes(numbered(try reader.deltaLengthTexts(count), reader.bytes))
    case (7, .text):
      let texts = try reader.deltaTexts(count, limit: allowance)
      try spend(texts.reduce(0) { $0 + $1.count })
      return .codes(texts.map { words.number(of: $0[...]) })
    default: throw .encoding(encoding)
    }
  }

  private func looked(_ reader: inout ByteReader, _ count: Int) throws(ParquetError) -> Values {
    guard let dictionary else { throw .broken("dictionary") }
    let places = try reader.hybrid(count, width: Int(try reader.byte()))
    guard places.allSatisfy({ $0 < dictionary.count }) else { throw .broken("dictionary") }
    switch dictionary {
    case .numbers(let values): return .numbers(places.map { values[Int($0)] })
    case .codes(let values): return .codes(places.map { values[Int($0)] })
    }
  }

  private mutating func plain(
    _ reader: inout ByteReader, _ count: Int
  ) throws(ParquetError) -> Values {
    switch column.reading {
    case .boolean: return .numbers(try reader.plainBits(count))
    case .float:
      return .numbers(
        try reader.plain(count, UInt32.self).map { Double(Float(bitPattern: $0)) })
    case .double:
      return .numbers(try reader.plain(count, UInt64.self).map { Double(bitPattern: $0) })
    case .integer(bytes: 4, isSigned: false):
      return .numbers(try reader.plain(count, UInt32.self).map(Double.init))
    case .integer(bytes: 4, _), .date:
      return try meaning(of: try reader.plain(count, Int32.self).map(Int64.init))
    case .integer, .timestamp: return try meaning(of: try reader.plain(count, Int64.self))
    case .text: return .codes(numbered(try reader.plainTexts(count), reader.bytes))
    }
  }

  private mutating func numbered(_ ranges: [Range<Int>], _ bytes: [UInt8]) -> [Int32] {
    ranges.map { words.number(of: bytes[$0]) }
  }

  /// Whole numbers as what the column means by them.
  /// - Throws: `type` for a number beyond 2⁵³, which a double would round.
  private mutating func meaning(of integers: [Int64]) throws(ParquetError) -> Values {
    switch column.reading {
    case .date: return .codes(integers.map { instant($0) { isoDate(day: $0) } })
    case .timestamp(let perSecond):
      return .codes(integers.map { instant($0) { isoTime(ticks: $0, perSecond: perSecond) } })
    case .integer(let bytes, let isSigned):
      // Differences of four-byte numbers are kept modulo 2³².
      let values = integers.map { value -> Int64 in
        if bytes == 8 { return value }
        return isSigned
          ? Int64(Int32(truncatingIfNeeded: value)) : Int64(UInt32(truncatingIfNeeded: value))
      }
      let limit: Int64 = 1 << 53
      let isExact = values.allSatisfy { ($0 >= 0 || isSigned) && -limit <= $0 && $0 <= limit }
      guard isExact else { throw .type("INT64 > 2^53") }
      return .numbers(values.map(Double.init))
    default: throw .broken("page")
    }
  }

  private mutating func instant(_ value: Int64, _ text: (Int64) -> String) -> Int32 {
    if let code = codeOfInstant[value] { return code }
    let code = words.number(of: text(value))
    codeOfInstant[value] = code
    return code
  }
}

/// `2025-03-31` of a day counted from 1970-01-01, in the proleptic Gregorian calendar (Hinnant 2013).
private func isoDate(day: Int64) -> String {
  let z = day + 719_468
  let era = (z >= 0 ? z : z - 146_096) / 146_097
  let dayOfEra = z - era * 146_097
  let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
  let shifted = (5 * dayOfYear + 2) / 153
  let month = shifted < 10 ? shifted + 3 : shifted - 9
  let day = dayOfYear - (153 * shifted + 2) / 5 + 1
  let calendarYear = year + era * 400 + (month <= 2 ? 1 : 0)
  return "\(padded(calendarYear, 4))-\(padded(month, 2))-\(padded(day, 2))"
}

/// `2025-03-31T12:00:00`, with the part of a second where there is one; in the zone of the file.
private func isoTime(ticks: Int64, perSecond: Int64) -> String {
  let perDay = 86_400 * perSecond
  var (day, rest) = ticks.quotientAndRemainder(dividingBy: perDay)
  if rest < 0 {
    day -= 1
    rest += perDay
  }
  let (seconds, part) = rest.quotientAndRemainder(dividingBy: perSecond)
  let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
  let digits = padded(part, String(perSecond).count - 1)
  return isoDate(day: day) + "T" + clock.joined(separator: ":") + (part == 0 ? "" : "." + digits)
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let text = String(value.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - text.count))
  return (value < 0 ? "-" : "") + zeros + text
}
