/// Writes Apache Thrift's compact protocol, in which Parquet states its metadata.
///
/// Fields of a struct are written in ascending order of their ids.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  private var lastField: [Int] = [0]

  private enum Kind: UInt8 {
    case integer32 = 5, integer64, double, binary, list, set, map, structure
  }

  mutating func field(_ id: Int, int32 value: Int) {
    header(id, .integer32)
    bytes.appendVarint(Self.zigzag(value))
  }

  mutating func field(_ id: Int, int64 value: Int) {
    header(id, .integer64)
    bytes.appendVarint(Self.zigzag(value))
  }

  mutating func field(_ id: Int, binary value: [UInt8]) {
    header(id, .binary)
    append(binary: value)
  }

  mutating func field(_ id: Int, text value: String) { field(id, binary: Array(value.utf8)) }

  mutating func field(_ id: Int, _ write: (inout ThriftWriter) -> Void) {
    header(id, .structure)
    structure(write)
  }

  mutating func field(_ id: Int, int32s values: [Int]) {
    listHeader(id, count: values.count, of: .integer32)
    for value in values { bytes.appendVarint(Self.zigzag(value)) }
  }

  mutating func field(_ id: Int, texts values: [String]) {
    listHeader(id, count: values.count, of: .binary)
    for value in values { append(binary: Array(value.utf8)) }
  }

  mutating func field<T>(
    _ id: Int, structures values: [T], _ write: (T, inout ThriftWriter) -> Void
  ) {
    listHeader(id, count: values.count, of: .structure)
    for value in values { structure { write(value, &$0) } }
  }

  /// A struct without the header of a field: the root, or an element of a list.
  mutating func structure(_ write: (inout ThriftWriter) -> Void) {
    lastField.append(0)
    write(&self)
    lastField.removeLast()
    bytes.append(0)
  }

  private mutating func header(_ id: Int, _ kind: Kind) {
    let delta = id - lastField[lastField.count - 1]
    precondition((1...15).contains(delta), "thrift field \(id) after \(id - delta)")
    bytes.append(UInt8(delta) << 4 | kind.rawValue)
    lastField[lastField.count - 1] = id
  }

  private mutating func listHeader(_ id: Int, count: Int, of kind: Kind) {
    header(id, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      bytes.appendVarint(UInt64(count))
    }
  }

  private mutating func append(binary value: [UInt8]) {
    bytes.appendVarint(UInt64(value.count))
    bytes += value
  }

  private static func zigzag(_ value: Int) -> UInt64 {
    UInt64(bitPattern: Int64(value << 1 ^ value >> 63))
  }
}

extension [UInt8] {
  /// Appends an unsigned number seven bits at a time, the lowest first.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// Appends the bytes of a number, the lowest first.
  mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
