import Demography

/// The lines of a text file as bytes, for the places of messages.
struct Lines {
  let file: String
  let bytes: [UInt8]
  /// Offset at which each line starts.
  private let starts: [Int]

  init(_ bytes: [UInt8], file: String) {
    self.file = file
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
    self.starts = starts
  }

  /// The text of a line from 1, shortened to 400 characters; `nil` when there is no such line.
  func text(_ line: Int) -> String? {
    guard starts.indices.contains(line - 1) else { return nil }
    let end = line < starts.count ? starts[line] : bytes.count
    var content = bytes[starts[line - 1]..<end]
    while let last = content.last, last == 0x0A || last == 0x0D { content.removeLast() }
    return String(String(decoding: content.prefix(1600), as: UTF8.self).prefix(400))
  }

  /// A place by line and column, both from 1. Past the end it is the last line.
  func place(line: Int, column: Int, length: Int = 1) -> Place {
    let line = max(1, min(line, starts.count))
    return Place(file: file, line: line, column: max(1, column), length: length, text: text(line))
  }

  /// The place of a byte.
  func place(offset: Int) -> Place {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    let characters = bytes[starts[low]..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 }
    return place(line: low + 1, column: characters + 1)
  }
}

/// Offset of the first byte that is not part of well-formed UTF-8 (Unicode 16, table 3-7); `nil` for
/// good text.
///
/// - Complexity: O(bytes)
func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
  let bytes = bytes.span
  var i = 0
  while i < bytes.count {
    let byte = bytes[i]
    if byte < 0x80 {
      i += 1
      continue
    }
    let (length, second): (Int, ClosedRange<UInt8>)
    switch byte {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return i
    }
    guard i + length <= bytes.count, second.contains(bytes[i + 1]) else { return i }
    for k in 2..<max(2, length) where bytes[i + k] & 0xC0 != 0x80 { return i }
    i += length
  }
  return nil
}

/// The bytes without a byte order mark.
/// - Throws: `file.encoding` with the place of the first byte that is not UTF-8.
func checkedUTF8(_ bytes: [UInt8], file: String, kind: Fault.Kind) throws(Faults) -> [UInt8] {
  let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  guard let offset = firstInvalidUTF8(content) else { return content }
  throw Faults(
    Fault(
      kind, "file.encoding", ["byte": "0x" + String(content[offset], radix: 16, uppercase: true)],
      at: Lines(content, file: file).place(offset: offset)))
}
