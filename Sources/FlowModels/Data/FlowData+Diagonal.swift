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

  /// The two columns that most nearly name the same areas, in the order of the file; `nil` where no two do
  /// as `diagonals` has it.
  ///
  /// - Parameter columns: those that may be of areas; every column of names where `nil`.
  func ends(among columns: [String]?) -> (origin: String, destination: String)? {
    let names = columnNames.filter { name in
      if let columns { return columns.contains(name) }
      guard let place = index(of: name), case .words(_, let words) = self.columns[place] else {
        return false
      }
      return words.contains { Cell($0) == .notANumber }
    }
    var best: (origin: String, destination: String, share: Double)?
    for (k, b) in names.enumerated() {
      for a in names[..<k] {
        let (first, second) = (areas(a), areas(b))
        guard first.isAlike(second) else { continue }
        let share = first.common(with: second)
        if share > best?.share ?? 0 { best = (a, b, share) }
      }
    }
    return best.map { ($0.origin, $0.destination) }
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
