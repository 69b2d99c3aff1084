/// Reads bytes in order, every step checked against the end.
struct ByteReader {
  let bytes: [UInt8]
  private(set) var position: Int
  let end: Int
  /// What is read, for the error.
  let part: String

  /// - Throws: `broken` for a range outside the bytes.
  init(_ bytes: [UInt8], from start: Int, to end: Int, part: String) throws(ParquetError) {
    guard 0 <= start, start <= end, end <= bytes.count else { throw .broken(part) }
    self.bytes = bytes
    position = start
    self.end = end
    self.part = part
  }

  init(_ bytes: [UInt8], part: String) {
    self.bytes = bytes
    position = 0
    end = bytes.count
    self.part = part
  }

  var remaining: Int { end - position }
  var broken: ParquetError { .broken(part) }

  mutating func byte() throws(ParquetError) -> UInt8 {
    guard position < end else { throw broken }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws(ParquetError) -> Range<Int> {
    guard 0 <= count, count <= remaining else { throw broken }
    defer { position += count }
    return position..<position + count
  }

  /// An unsigned number, seven bits at a time.
  mutating func varint() throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      let next = try byte()
      value |= UInt64(next & 0x7F) << UInt64(shift)
      if next < 0x80 { return value }
    }
    throw broken
  }

  /// A varint that has to be a count of things that exist.
  mutating func count() throws(ParquetError) -> Int {
    guard let count = Int(exactly: try varint()) else { throw broken }
    return count
  }

  mutating func zigzag() throws(ParquetError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// Four bytes, the lowest first.
  mutating func little32() throws(ParquetError) -> UInt32 {
    let range = try take(4)
    return range.reversed().reduce(0) { $0 << 8 | UInt32(bytes[$1]) }
  }
}
