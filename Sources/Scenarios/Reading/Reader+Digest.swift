import Demography

extension Reader {
  /// Whether a file is the one that was meant: its SHA-256 begins with the twelve or more digits under
  /// `digest`. Reports one code for fewer digits and another for others.
  mutating func isPinned(
    _ node: Document, _ file: String, digest: String, unpinned: String, other: String
  ) -> Bool {
    let stated = node["digest"]?.text ?? ""
    let digits = stated.hasPrefix("sha256:") ? String(stated.dropFirst(7)) : stated
    if digits.count >= 12 && digest.hasPrefix(digits.lowercased()) { return true }
    report(
      digits.count < 12 ? unpinned : other,
      ["file": file, "found": stated, "expected": String(digest.prefix(16))],
      at: node["digest"]?.place ?? node.place)
    return false
  }
}
