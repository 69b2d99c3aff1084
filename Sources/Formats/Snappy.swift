/// Unpacks a block of Snappy, the format without frames that Parquet uses.
///
/// The block opens with its unpacked size; then come literals, and copies of what was already written.
/// - Parameter size: what the unpacked size has to be.
/// - Throws: `broken` for a size, length or distance that does not fit.
func unsnappy(_ packed: [UInt8], size: Int) throws(ParquetError) -> [UInt8] {
  var reader = ByteReader(packed, part: "snappy")
  guard try reader.count() == size else { throw reader.broken }
  // A copy of 64 bytes takes at least two: nothing honest unpacks to more than 32 times its size.
  guard size <= 32 * packed.count else { throw reader.broken }
  var output: [UInt8] = []
  output.reserveCapacity(size)
  while reader.remaining > 0 {
    let tag = Int(try reader.byte())
    var length = tag >> 2 + 1
    var distance = 0
    switch tag & 3 {
    case 0:
      if length > 60 { length = try little(&reader, length - 60) + 1 }
      let range = try reader.take(length)
      guard length <= size - output.count else { throw reader.broken }
      output += packed[range]
      continue
    case 1:
      length = (tag >> 2) & 7 + 4
      distance = (tag >> 5) << 8 | Int(try reader.byte())
    case 2: distance = try little(&reader, 2)
    default: distance = try little(&reader, 4)
    }
    guard distance > 0, distance <= output.count, length <= size - output.count else {
      throw reader.broken
    }
    // The copy may overlap what it writes.
    let start = output.count - distance
    if distance >= length {
      output += output[start..<start + length]
    } else {
      for k in 0..<length { output.append(output[start + k]) }
    }
  }
  guard output.count == size else { throw reader.broken }
  return output
}

private func little(_ reader: inout ByteReader, _ count: Int) throws(ParquetError) -> Int {
  let range = try reader.take(count)
  return range.reversed().reduce(0) { $0 << 8 | Int(reader.bytes[$1]) }
}
