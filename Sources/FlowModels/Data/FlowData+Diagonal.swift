import Demography

extension FlowData {
  /// Flows that end where they begin: rows with the same value in two columns of areas.
  public struct Diagonal: Hashable, Sendable {
    public let origin: String
    public let destination: String
    public let rows: Int
  }

  /// Pairs of columns with the same areas and rows that have one area in both.
  ///
  /// Two columns name the same areas where at least half of the values of the one with fewer are in the
  /// other. Empty cells are no area.
  /// - Parameters:
  ///   - columns: those that may be of areas; unknown ones are left out.
  ///   - rows: the rows to look at.
  /// - Complexity: O(rows) for each pair of columns.
  public func diagonals(of columns: [String], rows: [Int]) -> [Diagonal] {
    var names: [String] = []
    for name in columns where index(of: name) != nil && !names.contains(name) { names.append(name) }
    var found: [Diagonal] = []
    for (k, a) in names.enumerated() {
      for b in names[..<k] {
        let (first, second) = (areas(b), areas(a))
        let count = rows.count { row in first.isSame(row, second) }
        if count > 0, first.isAlike(second) {
          found.append(Diagonal(origin: b, destination: a, rows: count))
        }
      }
    }
    return found
  }

  /// The two columns that most nearly name the same areas, the one that comes first in the file as the origin;
  /// `nil` where no two do as `diagonals` has it.
  ///
  /// Of several pairs of columns that do so equally well the first by name is taken where all of them name the
  /// same ends, such as codes beside names; otherwise it is not known which are meant.
  /// - Parameter columns: those that may be of areas; every column of names where `nil`.
  /// - Throws: `fit.few-areas-unclear` with two such pairs.
  func ends(among columns: [String]?) throws -> (origin: String, destination: String)? {
    let names = columnNames.filter { name in
      if let columns { return columns.contains(name) }
      guard let place = index(of: name), case .words(_, let words) = self.columns[place] else {
        return false
      }
      return words.contains { Cell($0) == .notANumber }
    }
    var best: [(origin: String, destination: String)] = []
    var highest = 0.0
    for (k, b) in names.enumerated() {
      for a in names[..<k] {
        let (first, second) = (areas(a), areas(b))
        guard first.isAlike(second) else { continue }
        let share = first.common(with: second)
        guard share > 0, share >= highest else { continue }
        best = share > highest ? [(a, b)] : best + [(a, b)]
        highest = share
      }
    }
    func sorted(_ pair: (origin: String, destination: String)) -> (String, String) {
      (min(pair.origin, pair.destination), max(pair.origin, pair.destination))
    }
    best.sort { sorted($0) < sorted($1) }
    guard let first = best.first else { return nil }
    if let other = best.dropFirst().first(where: { !haveSameEnds(first, $0) }) {
      throw Fault(
        .usage, "fit.few-areas-unclear",
        [
          "first": "\(first.origin), \(first.destination)",
          "second": "\(other.origin), \(other.destination)",
        ])
    }
    return first
  }

  /// Whether two pairs of columns differ in what they call areas only, or in which end comes first.
  private func haveSameEnds(
    _ a: (origin: String, destination: String), _ b: (origin: String, destination: String)
  ) -> Bool {
    func texts(_ name: String) -> [String] {
      index(of: name).map { column in (0..<count).map { text(row: $0, column: column) } } ?? []
    }
    let own = texts(a.origin) + texts(a.destination)
    func isRenamed(_ other: [String]) -> Bool {
      var (forth, back) = ([String: String](), [String: String]())
      for (name, theirs) in zip(own, other) {
        if forth[name, default: theirs] != theirs || back[theirs, default: name] != name {
          return false
        }
        forth[name] = theirs
        back[theirs] = name
      }
      return true
    }
    let (first, second) = (texts(b.origin), texts(b.destination))
    return isRenamed(first + second) || isRenamed(second + first)
  }

  /// The values of a column as whatever it holds.
  private func areas(_ name: String) -> Areas {
    guard let column = index(of: name) else { return .numbers([]) }
    switch columns[column] {
    case .words(let codes, let words): return Areas.words(codes: codes, words: words)
    case .numbers(let numbers): return Areas.numbers(numbers)
    }
  }

  private enum Areas {
    case words(codes: [Int32], words: [String])
    case numbers([Double])

    func isSame(_ row: Int, _ other: Areas) -> Bool {
      switch (self, other) {
      case (.words(let codes, let words), .words(let others, let theirs)):
        let word = words[Int(codes[row])]
        return !word.isEmpty && word == theirs[Int(others[row])]
      case (.numbers(let own), .numbers(let theirs)): return own[row] == theirs[row]
      default: return false
      }
    }

    /// Areas of both by areas of either; 0 where both have fewer than three.
    func common(with other: Areas) -> Double {
      func share<T>(_ a: Set<T>, _ b: Set<T>) -> Double {
        let common = a.intersection(b).count
        return common < 3 ? 0 : Double(common) / Double(a.union(b).count)
      }
      return switch (self, other) {
      case (.words(_, let own), .words(_, let theirs)):
        share(Set(own).subtracting([""]), Set(theirs).subtracting([""]))
      case (.numbers(let own), .numbers(let theirs)): share(Set(own), Set(theirs))
      default: 0
      }
    }

    func isAlike(_ other: Areas) -> Bool {
      func half<T>(_ a: Set<T>, _ b: Set<T>) -> Bool {
        2 * a.intersection(b).count >= min(a.count, b.count)
      }
      switch (self, other) {
      case (.words(_, let own), .words(_, let theirs)):
        return half(Set(own).subtracting([""]), Set(theirs).subtracting([""]))
      case (.numbers(let own), .numbers(let theirs)): return half(Set(own), Set(theirs))
      default: return false
      }
    }
  }
}
