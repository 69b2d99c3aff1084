/// A page of a column: what its header says, and its bytes unpacked.
struct ParquetPage {
  enum Kind { case data, index, dictionary, dataV2 }

  let kind: Kind
  /// Values, missing ones included.
  let count: Int
  let encoding: Int
  /// Bytes behind the header, and bytes unpacked.
  let packedSize: Int
  let size: Int
  private let codec: Int
  /// Of a page of the second version: bytes of the levels, which stand unpacked before the values.
  private var repetitionSize = 0
  private var levelsSize = 0
  private var isPacked = true
  private let levelsEncoding: Int

  /// - Parameter header: a `PageHeader`.
  init(_ header: ThriftValue, codec: Int) throws(ParquetError) {
    let kinds: [Int: (Kind, field: Int, encoding: Int)] = [
      0: (.data, 5, 2), 1: (.index, 6, 0), 2: (.dictionary, 7, 2), 3: (.dataV2, 8, 4),
    ]
    guard let number = header.integer(1), let (kind, field, place) = kinds[number],
      let size = header.integer(2), let packedSize = header.integer(3), size >= 0, packedSize >= 0
    else { throw .broken("page") }
    self.kind = kind
    self.size = size
    self.packedSize = packedSize
    self.codec = codec
    if kind == .index {
      count = 0
      encoding = 0
      levelsEncoding = 3
      return
    }
    guard let own = header[field], let count = own.integer(1), let encoding = own.integer(place),
      count >= 0
    else { throw .broken("page") }
    self.count = count
    self.encoding = encoding
    levelsEncoding = kind == .data ? own.integer(3) ?? 3 : 3
    guard kind == .dataV2 else { return }
    levelsSize = own.integer(5) ?? 0
    repetitionSize = own.integer(6) ?? 0
    isPacked = own.boolean(7) ?? true
    let most = min(size, packedSize)
    guard levelsSize >= 0, repetitionSize >= 0, levelsSize <= most,
      repetitionSize <= most - levelsSize
    else { throw .broken("page") }
  }

  /// The page as a whole, unpacked.
  func unpacked(_ packed: [UInt8]) throws(ParquetError) -> [UInt8] {
    try unpacked(packed, size: size)
  }

  private func unpacked(_ packed: [UInt8], size: Int) throws(ParquetError) -> [UInt8] {
    switch codec {
    case 0:
      guard packed.count == size else { throw .broken("page") }
      return packed
    case 1: return try unsnappy(packed, size: size)
    case 2:
      do throws(InflateError) {
        let bytes = try inflated(packed, .gzip, limit: size)
        guard bytes.count == size else { throw InflateError.broken }
        return bytes
      } catch {
        throw .broken("gzip")
      }
    case 6: return try unzstandard(packed, size: size)
    default: throw .codec(codec)
    }
  }

  /// Definition levels, 1 for a value and 0 for a missing one, and the bytes of the values; no levels
  /// where no value may be missing.
  func content(
    _ packed: [UInt8], isOptional: Bool
  ) throws(ParquetError) -> (levels: [UInt32]?, values: [UInt8]) {
    if kind == .dataV2 {
      let start = repetitionSize + levelsSize
      var levels = try ByteReader(packed, from: repetitionSize, to: start, part: "levels")
      let rest = Array(packed[start...])
      return (
        isOptional ? try checked(levels.hybrid(count, width: 1)) : nil,
        isPacked && !rest.isEmpty ? try unpacked(rest, size: size - start) : rest
      )
    }
    let bytes = try unpacked(packed)
    guard isOptional else { return (nil, bytes) }
    guard levelsEncoding == 3 else { throw .encoding(levelsEncoding) }
    var reader = ByteReader(bytes, part: "levels")
    let range = try reader.take(Int(try reader.little32()))
    var levels = try ByteReader(
      bytes, from: range.lowerBound, to: range.upperBound, part: "levels")
    return (
      try checked(levels.hybrid(count, width: 1)), Array(bytes[range.upperBound...])
    )
  }

  private func checked(_ levels: [UInt32]) throws(ParquetError) -> [UInt32] {
    guard levels.allSatisfy({ $0 <= 1 }) else { throw .broken("levels") }
    return levels
  }
}
