private import CCrypto

/// SHA-256 through OpenSSL's libcrypto, the identity of inputs, plans and lineage.
public enum SHA256 {
  /// The digest of some bytes as 64 lower-case hexadecimal digits.
  public static func hex(_ bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let status = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil)
    precondition(status == 1 && length == 32, "EVP_Digest returned \(status)")
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of a text's UTF-8 bytes.
  public static func hex(_ text: String) -> String { hex(Array(text.utf8)) }
}
