public import Demography

/// One file of a ZIP archive.
public struct ArchiveEntry: Hashable, Sendable {
  /// Path inside the archive, with `/`; never absolute, never with `..`.
  public let name: String
  public let bytes: [UInt8]
}

/// Reads a ZIP archive by its central directory: entries stored or deflated, without encryption,
/// with their check sums tested. Folders are left out.
///
/// - Throws: `zip.broken`, `zip.path` for names that lead outside, `zip.entries`, `zip.ratio` and
///   `zip.size` for archives that unpack to more than the limits, `zip.method`, `zip.encrypted`.
public func readZip(
  _ bytes: [UInt8], file: String, limits: ArchiveLimits = .standard
) throws(Faults) -> [ArchiveEntry] {
  try readZip(bytes, file: file, limits: limits) { _ in true }
}

/// As `readZip(_:file:limits:)`, unpacking only the entries whose names are wanted. The names of all
/// are checked.
func readZip(
  _ bytes: [UInt8], file: String, limits: ArchiveLimits, wanted: (String) -> Bool
) throws(Faults) -> [ArchiveEntry] {
  let archive = ZipArchive(bytes: bytes, file: file)
  let directory = try archive.directory(limits: limits)
  var entries: [ArchiveEntry] = []
  var rest = limits.totalBytes
  for header in directory where !header.name.hasSuffix("/") && wanted(header.name) {
    let content = try archive.content(of: header, limits: limits, rest: rest)
    rest -= content.count
    entries.append(ArchiveEntry(name: header.name, bytes: content))
  }
  return entries
}

/// The bytes of an archive (PKWARE APPNOTE 6.3.10, without ZIP64).
private struct ZipArchive {
  let bytes: [UInt8]
  let file: String

  struct Header {
    let name: String
    let flags: Int
    let method: Int
    let checksum: UInt32
    let packed: Int
    let unpacked: Int
    let offset: Int
  }

  func fault(_ code: String, _ arguments: [String: String] = [:]) -> Faults {
    Faults(Fault(.badData, code, arguments, at: Place(file: file, line: 1)))
  }

  private func number(_ offset: Int, _ count: Int) throws(Faults) -> Int {
    guard offset >= 0, offset + count <= bytes.count else { throw fault("zip.broken") }
    return (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// Offset of the record that ends the archive: 22 bytes, then a remark of at most 65,535.
  private func end() throws(Faults) -> Int {
    var offset = bytes.count - 22
    while offset >= max(0, bytes.count - 22 - 65_535) {
      if try number(offset, 4) == 0x0605_4B50,
        try number(offset + 20, 2) == bytes.count - offset - 22
      {
        return offset
      }
      offset -= 1
    }
    throw fault("zip.broken")
  }

  func directory(limits: ArchiveLimits) throws(Faults) -> [Header] {
    let end = try end()
    let count = try number(end + 10, 2)
    guard count <= limits.entries else {
      throw fault("zip.entries", ["count": String(count), "limit": String(limits.entries)])
    }
    var offset = try number(end + 16, 4)
    var headers: [Header] = []
    var names: Set<String> = []
    for _ in 0..<count {
      guard try number(offset, 4) == 0x0201_4B50 else { throw fault("zip.broken") }
      let nameLength = try number(offset + 28, 2)
      let extra = try number(offset + 30, 2) + number(offset + 32, 2)
      guard offset + 46 + nameLength <= bytes.count else { throw fault("zip.broken") }
      let name = String(decoding: bytes[(offset + 46)..<(offset + 46 + nameLength)], as: UTF8.self)
      guard isInside(name) else { throw fault("zip.path", ["name": name]) }
      guard names.insert(name).inserted else { throw fault("zip.broken") }
      headers.append(
        Header(
          name: name, flags: try number(offset + 8, 2), method: try number(offset + 10, 2),
          checksum: UInt32(try number(offset + 16, 4)), packed: try number(offset + 20, 4),
          unpacked: try number(offset + 24, 4), offset: try number(offset + 42, 4)))
      offset += 46 + nameLength + extra
    }
    return headers
  }

  /// Whether a name stays inside the folder the archive would be unpacked to.
  private func isInside(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && !name.contains("\\") && !name.contains("\0")
      && !name.contains(":") && !name.split(separator: "/").contains("..")
  }

  func content(of header: Header, limits: ArchiveLimits, rest: Int) throws(Faults) -> [UInt8] {
    if header.flags & 1 != 0 { throw fault("zip.encrypted", ["name": header.name]) }
    guard try number(header.offset, 4) == 0x0403_4B50 else { throw fault("zip.broken") }
    let start =
      try header.offset + 30 + number(header.offset + 26, 2)
      + number(header.offset + 28, 2)
    guard start + header.packed <= bytes.count else { throw fault("zip.broken") }
    let packed = Array(bytes[start..<(start + header.packed)])
    let content: [UInt8]
    switch header.method {
    case 0: content = packed
    case 8: content = try inflate(packed, header, limits: limits, rest: rest)
    default:
      throw fault("zip.method", ["name": header.name, "method": String(header.method)])
    }
    guard content.count <= rest else {
      throw fault("zip.size", ["limit": String(limits.totalBytes)])
    }
    guard content.count == header.unpacked, checksum(content) == header.checksum else {
      throw fault("zip.broken")
    }
    return content
  }

  private func inflate(
    _ packed: [UInt8], _ header: Header, limits: ArchiveLimits, rest: Int
  ) throws(Faults) -> [UInt8] {
    let byRatio = max(
      1 << 20, packed.count.multipliedReportingOverflow(by: limits.ratio).partialValue)
    do throws(InflateError) {
      return try inflated(packed, .raw, limit: min(byRatio, rest))
    } catch {
      switch error {
      case .broken: throw fault("zip.broken")
      case .tooLarge where byRatio < rest:
        throw fault("zip.ratio", ["name": header.name, "limit": String(limits.ratio)])
      case .tooLarge: throw fault("zip.size", ["limit": String(limits.totalBytes)])
      }
    }
  }
}
