import CZlib
public import Demography

/// Unpacks a gzip file, all its members.
/// - Throws: `gzip.broken`, `zip.size` when it unpacks to more than the limit, `zip.ratio`.
public func gunzip(
  _ bytes: [UInt8], file: String, limits: ArchiveLimits = .standard
) throws(Faults) -> [UInt8] {
  let byRatio = max(1 << 20, bytes.count.multipliedReportingOverflow(by: limits.ratio).partialValue)
  do throws(InflateError) {
    return try inflated(bytes, .gzip, limit: min(limits.totalBytes, byRatio))
  } catch {
    let place = Place(file: file, line: 1)
    switch error {
    case .broken: throw Faults(Fault(.badData, "gzip.broken", at: place))
    case .tooLarge where byRatio < limits.totalBytes:
      throw Faults(
        Fault(.badData, "zip.ratio", ["name": file, "limit": String(limits.ratio)], at: place))
    case .tooLarge:
      throw Faults(Fault(.badData, "zip.size", ["limit": String(limits.totalBytes)], at: place))
    }
  }
}

/// Bytes as a gzip file without name and time, so that equal bytes give equal files.
/// - Throws: `compression.failed`.
public func gzip(_ bytes: [UInt8]) throws(Faults) -> [UInt8] {
  var stream = z_stream()
  let opened = deflateInit2_(
    &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  guard opened == Z_OK else { throw compressionFault(opened) }
  defer { deflateEnd(&stream) }
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 18)
  var input = bytes
  let status = input.withUnsafeMutableBufferPointer { source in
    output.withUnsafeMutableBufferPointer { target in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(clamping: source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(clamping: target.count)
      return deflate(&stream, Z_FINISH)
    }
  }
  guard status == Z_STREAM_END else { throw compressionFault(status) }
  output.removeLast(output.count - Int(stream.total_out))
  return output
}

private func compressionFault(_ status: Int32) -> Faults {
  Faults(Fault(.internalError, "compression.failed", ["reason": "zlib \(status)"]))
}
