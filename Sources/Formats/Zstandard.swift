import CZstd
import Demography

/// Bytes compressed by Zstandard at its standard level; the same bytes for the same library version.
/// - Throws: `compression.failed` with the library's reason.
func zstandard(_ bytes: [UInt8]) throws(Faults) -> [UInt8] {
  var compressed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
  let count = ZSTD_compress(&compressed, compressed.count, bytes, bytes.count, 3)
  guard ZSTD_isError(count) == 0 else {
    throw Faults(
      Fault(
        .internalError, "compression.failed",
        ["reason": String(cString: ZSTD_getErrorName(count))]))
  }
  compressed.removeLast(compressed.count - count)
  return compressed
}

/// Unpacks one frame or several of Zstandard.
/// - Parameter size: what the unpacked size has to be.
/// - Throws: `broken` where the library refuses the bytes or another number of them comes out.
func unzstandard(_ packed: [UInt8], size: Int) throws(ParquetError) -> [UInt8] {
  let stated = ZSTD_getFrameContentSize(packed, packed.count)
  let (unknown, failed) = (UInt64.max, UInt64.max - 1)
  guard stated != failed, stated == unknown || stated <= UInt64(size) else {
    throw .broken("zstd")
  }
  var output = [UInt8](repeating: 0, count: size)
  let count = ZSTD_decompress(&output, size, packed, packed.count)
  guard ZSTD_isError(count) == 0, count == size else { throw .broken("zstd") }
  return output
}
