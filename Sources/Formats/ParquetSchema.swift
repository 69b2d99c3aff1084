/// A column of a flat Parquet file: how its values stand there, and what they mean.
struct ParquetSchemaColumn {
  /// How values are read.
  enum Reading: Hashable {
    case boolean
    /// Bytes of a value, and whether negative numbers exist.
    case integer(bytes: Int, isSigned: Bool)
    case float, double, text
    /// Days since 1970.
    case date
    /// Ticks since 1970, so many a second.
    case timestamp(perSecond: Int64)

    var isText: Bool {
      switch self {
      case .text, .date, .timestamp: true
      default: false
      }
    }
  }

  let name: String
  let isOptional: Bool
  let reading: Reading

  /// - Parameter element: the `SchemaElement` of a leaf.
  init(_ element: ThriftValue, name: String) throws(ParquetError) {
    self.name = name
    isOptional = element.integer(3) == 1
    reading = try Self.reading(element)
  }

  private static func reading(_ element: ThriftValue) throws(ParquetError) -> Reading {
    let converted = element.integer(6)
    let logical = element[10]
    let isDecimal = converted == 5 || logical?[5] != nil
    switch element.integer(1) {
    case 0: return .boolean
    case 1, 2:
      let bytes = element.integer(1) == 1 ? 4 : 8
      if isDecimal { throw .type("DECIMAL") }
      if bytes == 4, converted == 6 || logical?[6] != nil { return .date }
      if converted == 7 || converted == 8 || logical?[7] != nil { throw .type("TIME") }
      if bytes == 8, let perSecond = try ticks(converted, logical?[8]) {
        return .timestamp(perSecond: perSecond)
      }
      let isUnsigned = (11...14).contains(converted ?? 0) || logical?[10]?.boolean(2) == false
      return .integer(bytes: bytes, isSigned: !isUnsigned)
    case 3: throw .type("INT96")
    case 4: return .float
    case 5: return .double
    case 6:
      if isDecimal { throw .type("DECIMAL") }
      return .text
    case 7: throw .type(isDecimal ? "DECIMAL" : "FIXED_LEN_BYTE_ARRAY")
    default: throw .broken("schema")
    }
  }

  /// Ticks a second of a timestamp; `nil` for another meaning.
  private static func ticks(
    _ converted: Int?, _ logical: ThriftValue?
  ) throws(ParquetError) -> Int64? {
    if let unit = logical?[2] {
      if unit[1] != nil { return 1000 }
      if unit[2] != nil { return 1_000_000 }
      if unit[3] != nil { return 1_000_000_000 }
      throw .broken("schema")
    }
    return converted == 9 ? 1000 : converted == 10 ? 1_000_000 : nil
  }
}
