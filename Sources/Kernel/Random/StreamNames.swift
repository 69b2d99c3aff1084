/// The names of the streams, or of the units, of one run, checked to have different 32-bit hashes.
///
/// Two names with one hash would share their random numbers without anybody noticing: among 1,000
/// names that happens once in 8,600 runs.
public struct StreamNames: Hashable, Sendable {
  /// Sorted, without repetitions.
  public let names: [String]

  /// - Throws: `streamCollision` with the first two names that share a hash.
  public init(_ names: [String]) throws(KernelError) {
    var sorted: [String] = []
    var owners: [UInt32: String] = [:]
    for name in names.sorted() where sorted.last != name {
      let hash = fnv1a32(name)
      if let other = owners[hash] { throw .streamCollision(other, name, hash: hash) }
      owners[hash] = name
      sorted.append(name)
    }
    self.names = sorted
  }
}
