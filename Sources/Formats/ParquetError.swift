import Demography

/// Why a Parquet file cannot be read; the reader adds file and column.
enum ParquetError: Error, Hashable {
  /// A length, count or code that does not fit: the part of the file it was met in.
  case broken(String)
  case tooLarge
  case codec(Int)
  case encoding(Int)
  case type(String)
  case notText

  func fault(file: String, column: String, limit: Int) -> Faults {
    let place = Place(file: file, line: 1)
    switch self {
    case .broken(let part):
      let name = column.isEmpty ? part : "\(column), \(part)"
      return Faults(Fault(.badData, "parquet.broken", ["part": name], at: place))
    case .tooLarge:
      return Faults(Fault(.badData, "parquet.size", ["limit": "\(limit)"], at: place))
    case .codec(let number):
      let names = [3: "LZO", 4: "BROTLI", 5: "LZ4", 7: "LZ4_RAW"]
      return Faults(
        Fault(
          .badData, "parquet.codec", ["column": column, "codec": names[number] ?? "\(number)"],
          at: place))
    case .encoding(let number):
      let names = [4: "BIT_PACKED"]
      return Faults(
        Fault(
          .badData, "parquet.encoding",
          ["column": column, "encoding": names[number] ?? "\(number)"], at: place))
    case .type(let name):
      return Faults(
        Fault(.badData, "parquet.type", ["column": column, "type": name], at: place))
    case .notText:
      return Faults(Fault(.badData, "parquet.text", ["column": column], at: place))
    }
  }
}
