import Glibc

/// The bytes of a file, a block at a time, without the byte order mark.
struct BlockSource: ~Copyable {
  private static let block = 1 << 20
  private let descriptor: Int32
  private(set) var bytes: [UInt8] = []
  /// What is still to be read of `bytes`.
  private(set) var start = 0
  private(set) var end = 0
  private(set) var isAtEnd = false
  /// Whether the system refused to read on; what was read is then not the whole file.
  private(set) var hasFailed = false
  /// Where `bytes` begins in the file.
  private var base = 0

  init?(path: String) {
    descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// Position in the file of what is still to be read.
  var offset: Int { base + start }

  /// Moves what is still to be read to the front and reads a block behind it.
  mutating func fill() {
    let isFirst = base == 0 && end == 0
    if start > 0 {
      bytes.withUnsafeMutableBufferPointer { buffer in
        for k in start..<end { buffer[k - start] = buffer[k] }
      }
      base += start
      end -= start
      start = 0
    }
    if bytes.count < end + Self.block {
      bytes += [UInt8](repeating: 0, count: end + Self.block - bytes.count)
    }
    let room = bytes.count - end
    let count = bytes.withUnsafeMutableBytes { buffer in
      read(descriptor, buffer.baseAddress?.advanced(by: end), room)
    }
    if count <= 0 { isAtEnd = true } else { end += count }
    if count < 0 { hasFailed = true }
    if isFirst, end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { start = 3 }
  }

  mutating func advance(to position: Int) { start = position }
}
