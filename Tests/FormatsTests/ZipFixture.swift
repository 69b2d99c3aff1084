import Formats

/// Archives as the tests need them, good and bad.
enum ZipFixture {
  struct Entry {
    var name: String
    var content: [UInt8]
    var isDeflated = true
    var flags = 0
    var method: Int?
  }

  static func archive(_ entries: [Entry]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      // A gzip file is a header of 10 bytes, the deflated bytes, check sum and length.
      let packed = try gzip(entry.content)
      let data = entry.isDeflated ? Array(packed[10..<(packed.count - 8)]) : entry.content
      let checksum = Array(packed[(packed.count - 8)..<(packed.count - 4)])
      let name = Array(entry.name.utf8)
      let method = entry.method ?? (entry.isDeflated ? 8 : 0)
      let common =
        number(20, 2) + number(entry.flags, 2) + number(method, 2) + number(0, 4) + checksum
        + number(data.count, 4) + number(entry.content.count, 4) + number(name.count, 2)
        + number(0, 2)
      directory +=
        number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 2) + number(0, 2)
        + number(0, 2) + number(0, 4) + number(bytes.count, 4) + name
      bytes += number(0x0403_4B50, 4) + common + name + data
    }
    let start = bytes.count
    return bytes + directory + number(0x0605_4B50, 4) + number(0, 4) + number(entries.count, 2)
      + number(entries.count, 2) + number(directory.count, 4) + number(start, 4) + number(0, 2)
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
