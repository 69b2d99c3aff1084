/// A value of Apache Thrift's compact protocol, before anything is understood of it.
indirect enum ThriftValue: Hashable {
  case boolean(Bool)
  case integer(Int)
  case double(Double)
  case binary([UInt8])
  case list([ThriftValue])
  case structure([Int: ThriftValue])

  /// A field of a struct; `nil` for another kind of value, and for a field that is not there.
  subscript(field: Int) -> ThriftValue? {
    if case .structure(let fields) = self { fields[field] } else { nil }
  }

  func integer(_ field: Int) -> Int? {
    if case .integer(let value)? = self[field] { value } else { nil }
  }

  func boolean(_ field: Int) -> Bool? {
    if case .boolean(let value)? = self[field] { value } else { nil }
  }

  func list(_ field: Int) -> [ThriftValue]? {
    if case .list(let values)? = self[field] { values } else { nil }
  }

  func text(_ field: Int) -> String? {
    guard case .binary(let bytes)? = self[field] else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension ByteReader {
  /// The struct at the current position.
  /// - Throws: `broken` for a type that does not exist, a length behind the end, or structs more than
  ///   sixteen deep, which no Parquet file has.
  mutating func thriftStructure(depth: Int = 0) throws(ParquetError) -> ThriftValue {
    guard depth < 16 else { throw broken }
    var fields: [Int: ThriftValue] = [:]
    var last = 0
    while true {
      let header = try byte()
      if header == 0 { return .structure(fields) }
      let delta = Int(header >> 4)
      if delta > 0 {
        last += delta
      } else {
        last = Int(truncatingIfNeeded: try zigzag())
      }
      let kind = header & 0x0F
      fields[last] =
        kind <= 2 && kind > 0 ? .boolean(kind == 1) : try thriftValue(kind, depth: depth)
    }
  }

  private mutating func thriftValue(_ kind: UInt8, depth: Int) throws(ParquetError) -> ThriftValue {
    guard depth < 16 else { throw broken }
    switch kind {
    case 1, 2: return .boolean(try byte() == 1)
    case 3: return .integer(Int(Int8(bitPattern: try byte())))
    case 4, 5, 6: return .integer(Int(try zigzag()))
    case 7:
      let range = try take(8)
      return .double(
        Double(bitPattern: range.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) }))
    case 8: return .binary(Array(bytes[try take(try count())]))
    case 9, 10: return .list(try thriftList(depth: depth))
    case 11:
      // No field we read is a map; its entries are passed over.
      let pairs = try count()
      guard pairs <= remaining else { throw broken }
      guard pairs > 0 else { return .list([]) }
      let kinds = try byte()
      for _ in 0..<pairs {
        _ = try thriftValue(kinds >> 4, depth: depth + 1)
        _ = try thriftValue(kinds & 0x0F, depth: depth + 1)
      }
      return .list([])
    case 12: return try thriftStructure(depth: depth + 1)
    default: throw broken
    }
  }

  private mutating func thriftList(depth: Int) throws(ParquetError) -> [ThriftValue] {
    guard depth < 16 else { throw broken }
    let header = try byte()
    let length = header >> 4 == 15 ? try count() : Int(header >> 4)
    // Every element takes at least a byte.
    guard length <= remaining else { throw broken }
    var values: [ThriftValue] = []
    for _ in 0..<length { values.append(try thriftValue(header & 0x0F, depth: depth + 1)) }
    return values
  }
}
