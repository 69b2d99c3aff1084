/// The encodings of Apache Parquet that the writer uses.
enum ParquetEncoding {
  /// Numbers of `width` bits in the RLE / bit-packing hybrid: runs of at least eight equal numbers as
  /// runs, the rest packed in groups of eight.
  static func hybrid(_ values: [UInt32], width: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var start = 0
    while start < values.count {
      let run = runLength(values, at: start)
      if run >= 8 {
        bytes.appendVarint(UInt64(run) << 1)
        for shift in stride(from: 0, to: width, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: values[start] >> UInt32(shift)))
        }
        start += run
        continue
      }
      var end = start
      while end < values.count, end == start || runLength(values, at: end) < 8 {
        end = min(end + 8, values.count)
      }
      pack(values[start..<end], width: width, into: &bytes)
      start = end
    }
    return bytes
  }

  private static func runLength(_ values: [UInt32], at start: Int) -> Int {
    var end = start + 1
    while end < values.count, values[end] == values[start] { end += 1 }
    return end - start
  }

  /// Groups of eight, the last one filled up with zeros.
  private static func pack(_ values: ArraySlice<UInt32>, width: Int, into bytes: inout [UInt8]) {
    let groups = (values.count + 7) / 8
    bytes.appendVarint(UInt64(groups) << 1 | 1)
    var buffer: UInt64 = 0
    var bits = 0
    for i in 0..<(groups * 8) {
      let value = i < values.count ? values[values.startIndex + i] : 0
      buffer |= UInt64(value) << UInt64(bits)
      bits += width
      while bits >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: buffer))
        buffer >>= 8
        bits -= 8
      }
    }
  }

  static func plain(_ values: [Int]) -> [UInt8] {
    plain(values.map { UInt64(bitPattern: Int64($0)) })
  }

  static func plain(_ values: [Double]) -> [UInt8] { plain(values.map(\.bitPattern)) }

  /// Eight bytes each, the lowest first.
  private static func plain(_ values: [UInt64]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: values.count * 8)
    for (i, value) in values.enumerated() {
      for k in 0..<8 { bytes[8 * i + k] = UInt8(truncatingIfNeeded: value &>> UInt64(8 * k)) }
    }
    return bytes
  }

  static func plain(_ values: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (values.count + 7) / 8)
    for (i, value) in values.enumerated() where value { bytes[i / 8] |= 1 << UInt8(i % 8) }
    return bytes
  }

  static func plain(_ values: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values {
      bytes.appendLittleEndian(UInt32(value.utf8.count))
      bytes += value.utf8
    }
    return bytes
  }
}
