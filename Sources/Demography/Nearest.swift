/// The candidate with the smallest edit distance to `text`; `nil` when none is closer than half of
/// the longer word.
///
/// - Complexity: O(candidates · length²)
public func nearest(to text: String, in candidates: [String]) -> String? {
  let word = Array(text.lowercased())
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    let other = Array(candidate.lowercased())
    // The distance is at least the difference of the lengths.
    guard 2 * abs(word.count - other.count) <= max(word.count, other.count) else { continue }
    let distance = editDistance(word, other)
    guard 2 * distance <= max(word.count, other.count) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
  }
  return best?.candidate
}

/// Levenshtein distance: insertions, deletions and substitutions each cost 1.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for i in 0..<a.count {
    var diagonal = row[0]
    row[0] = i + 1
    for j in 0..<b.count {
      let substitution = diagonal + (a[i] == b[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
    }
  }
  return row[b.count]
}
