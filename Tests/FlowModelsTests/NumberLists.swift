import Demography
import Foundation
import Testing

/// Lists of numbers by group and name, from `References/<file>.json`.
struct NumberLists {
  private let groups: [String: [String: [Double]]]

  init(_ file: String) throws {
    let url = try #require(
      Bundle.module.url(forResource: file, withExtension: "json", subdirectory: "References"))
    groups = try JSONDecoder().decode(
      [String: [String: [Double]]].self, from: Data(contentsOf: url))
  }

  func callAsFunction(_ group: String, _ name: String) throws -> [Double] {
    try #require(groups[group]?[name])
  }
}

/// Largest difference of two lists as a part of the largest expected number.
func relativeDistance(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let scale = expected.reduce(0) { max($0, abs($1)) }
  return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
}

/// A golden table in long form, its rows found by their labels.
struct LongTable {
  let columns: [String: [String]]

  init?(_ path: String, of test: String = #function) {
    guard let grid = SharedData.grid(path, of: test) else { return nil }
    var columns: [String: [String]] = [:]
    for (k, name) in grid.rows[0].cells.enumerated() {
      columns[name] = grid.rows.dropFirst().map { $0.cells[k] }
    }
    self.columns = columns
  }

  func texts(_ name: String) -> [String] { columns[name] ?? [] }
  func numbers(_ name: String) -> [Double] { texts(name).map { Double($0) ?? .nan } }

  /// Different values of a column, in order of appearance.
  func levels(_ name: String) -> [String] {
    var seen: Set<String> = []
    return texts(name).filter { seen.insert($0).inserted }
  }

  /// Values by the levels of the keys, the first key fastest; 0 where no row has them.
  func dense(_ value: String, _ keys: [(name: String, levels: [String])]) -> [Double] {
    var dense = [Double](repeating: 0, count: keys.reduce(1) { $0 * $1.levels.count })
    let numbers = numbers(value)
    for row in numbers.indices {
      var place = 0
      var stride = 1
      var isThere = true
      for key in keys {
        guard let level = key.levels.firstIndex(of: texts(key.name)[row]) else {
          isThere = false
          break
        }
        place += level * stride
        stride *= key.levels.count
      }
      if isThere { dense[place] = numbers[row] }
    }
    return dense
  }
}
