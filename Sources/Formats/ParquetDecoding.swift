/// The encodings of Apache Parquet that the reader understands.
extension ByteReader {
  /// `count` numbers of `width` bits in the RLE / bit-packing hybrid.
  mutating func hybrid(_ count: Int, width: Int) throws(ParquetError) -> [UInt32] {
    guard (0...32).contains(width) else { throw broken }
    var values: [UInt32] = []
    values.reserveCapacity(count)
    while values.count < count {
      let header = try self.count()
      let missing = count - values.count
      if header & 1 == 1 {
        let groups = header >> 1
        guard groups > 0 else { throw broken }
        // The last group may be cut where the file ends, as some writers do.
        let wanted = groups.multipliedReportingOverflow(by: width)
        guard !wanted.overflow else { throw broken }
        let range = try take(min(wanted.partialValue, remaining))
        let needed = groups > missing / 8 ? missing : groups * 8
        guard range.count * 8 >= needed * width else { throw broken }
        unpack(range, needed, width: width, into: &values)
      } else {
        let run = header >> 1
        guard run > 0 else { throw broken }
        let range = try take((width + 7) / 8)
        let value = range.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[$1]) }
        values.append(contentsOf: repeatElement(value, count: min(run, missing)))
      }
    }
    return values
  }

  private func unpack(
    _ range: Range<Int>, _ count: Int, width: Int, into values: inout [UInt32]
  ) {
    let mask = width == 32 ? UInt64(UInt32.max) : (1 << UInt64(width)) - 1
    var buffer: UInt64 = 0
    var bits = 0
    var next = range.lowerBound
    for _ in 0..<count {
      while bits < width {
        buffer |= UInt64(bytes[next]) << UInt64(bits)
        next += 1
        bits += 8
      }
      values.append(UInt32(truncatingIfNeeded: buffer & mask))
      buffer >>= UInt64(width)
      bits -= width
    }
  }

  /// Truth values, a bit each, the lowest first.
  mutating func plainBits(_ count: Int) throws(ParquetError) -> [Double] {
    let range = try take(count / 8 + (count % 8 > 0 ? 1 : 0))
    return (0..<count).map { k in
      bytes[range.lowerBound + k / 8] >> UInt8(k % 8) & 1 == 1 ? 1 : 0
    }
  }

  /// Fixed numbers of `T`'s size, the lowest byte first.
  mutating func plain<T: FixedWidthInteger>(_ count: Int, _: T.Type) throws(ParquetError) -> [T] {
    let size = MemoryLayout<T>.size
    guard count <= remaining / size else { throw broken }
    let start = try take(count * size).lowerBound
    return bytes.withUnsafeBytes { raw in
      (0..<count).map {
        T(littleEndian: raw.loadUnaligned(fromByteOffset: start + $0 * size, as: T.self))
      }
    }
  }

  /// Texts, each behind its length of four bytes.
  mutating func plainTexts(_ count: Int) throws(ParquetError) -> [Range<Int>] {
    guard count <= remaining / 4 else { throw broken }
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(count)
    for _ in 0..<count { ranges.append(try take(Int(try little32()))) }
    return ranges
  }

  /// Numbers as differences, packed in blocks (DELTA_BINARY_PACKED).
  mutating func deltas(_ count: Int) throws(ParquetError) -> [Int64] {
    let blockSize = try self.count()
    let blocks = try self.count()
    guard try self.count() == count, blocks > 0, blocks <= 512, blockSize <= 1 << 20,
      blockSize % blocks == 0, blockSize / blocks % 8 == 0, blockSize > 0
    else { throw broken }
    var last = try zigzag()
    if count == 0 { return [] }
    var values = [last]
    values.reserveCapacity(count)
    while values.count < count {
      let least = try zigzag()
      let widths = try take(blocks)
      for block in widths where values.count < count {
        let width = Int(bytes[block])
        guard width <= 64 else { throw broken }
        let range = try take(blockSize / blocks / 8 * width)
        for k in 0..<min(blockSize / blocks, count - values.count) {
          last = last &+ least &+ Int64(bitPattern: bits(range.lowerBound, k * width, width))
          values.append(last)
        }
      }
    }
    return values
  }

  /// `width` bits that begin `offset` bits behind byte `start`.
  private func bits(_ start: Int, _ offset: Int, _ width: Int) -> UInt64 {
    var value: UInt64 = 0
    var taken = 0
    while taken < width {
      let at = offset + taken
      let inByte = at % 8
      let part = UInt64(bytes[start + at / 8] >> UInt8(inByte))
      value |= part << UInt64(taken)
      taken += 8 - inByte
    }
    return width == 64 ? value : value & ((1 << UInt64(width)) - 1)
  }

  /// Texts whose lengths come first, as differences (DELTA_LENGTH_BYTE_ARRAY).
  mutating func deltaLengthTexts(_ count: Int) throws(ParquetError) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for length in try deltas(count) { ranges.append(try take(Int(length))) }
    return ranges
  }

  /// Texts that share their beginning with the text before (DELTA_BYTE_ARRAY).
  /// - Parameter limit: bytes all texts together may have.
  mutating func deltaTexts(_ count: Int, limit: Int) throws(ParquetError) -> [[UInt8]] {
    let prefixes = try deltas(count)
    let suffixes = try deltaLengthTexts(count)
    var texts: [[UInt8]] = []
    var last: [UInt8] = []
    var total = 0
    for (prefix, suffix) in zip(prefixes, suffixes) {
      guard prefix >= 0, prefix <= last.count else { throw broken }
      last = Array(last[..<Int(prefix)]) + bytes[suffix]
      total += last.count
      guard total <= limit else { throw .tooLarge }
      texts.append(last)
    }
    return texts
  }
}
