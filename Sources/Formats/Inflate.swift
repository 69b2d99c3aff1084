import CZlib

/// Why compressed bytes could not be unpacked.
enum InflateError: Error {
  case broken
  case tooLarge
}

/// Which frame stands around the compressed bytes, as zlib's window bits.
enum InflateFrame: Int32 {
  case raw = -15
  case gzip = 31
}

/// Unpacks deflated bytes; stops as soon as more than `limit` bytes would come out. A gzip file may be of
/// several members (RFC 1952), whose contents follow each other.
func inflated(
  _ bytes: [UInt8], _ frame: InflateFrame, limit: Int
) throws(InflateError) -> [UInt8] {
  var stream = z_stream()
  guard
    inflateInit2_(
      &stream, frame.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { throw .broken }
  defer { inflateEnd(&stream) }
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  var input = bytes
  let outcome = input.withUnsafeMutableBufferPointer { source -> InflateError? in
    stream.next_in = source.baseAddress
    stream.avail_in = UInt32(clamping: source.count)
    while true {
      let (status, produced) = buffer.withUnsafeMutableBufferPointer { target in
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (status, target.count - Int(stream.avail_out))
      }
      result += buffer[..<produced]
      if result.count > limit { return .tooLarge }
      if status == Z_STREAM_END {
        guard frame == .gzip, stream.avail_in > 0 else { return nil }
        guard inflateReset(&stream) == Z_OK else { return .broken }
        continue
      }
      guard status == Z_OK, produced > 0 || stream.avail_in > 0 else { return .broken }
    }
  }
  if let outcome { throw outcome }
  return result
}

/// CRC-32 of bytes, as ZIP archives state it.
func checksum(_ bytes: [UInt8]) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_z(0, bytes, bytes.count))
}
