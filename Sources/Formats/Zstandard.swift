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
