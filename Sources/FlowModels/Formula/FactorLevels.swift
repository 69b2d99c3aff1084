import Demography

/// The levels that an `i(…)` has in the rows of a fit, the reference included.
///
/// A row without any of their indicators is one of the reference only where its level is among them.
struct FactorLevels: Sendable {
  /// `i(year)`, without what its levels are multiplied by.
  var name: String { "i(\(factor.column))" }
  let factor: Formula.Factor
  private let known: Set<String>

  /// - Throws: `Faults` where the data lack the column.
  init(_ factor: Formula.Factor, _ data: FlowData, rows: [Int]) throws {
    self.factor = factor
    let (codes, words) = data.coded(try data.index(of: factor.column, namedAt: factor.place))
    var occurs = [Bool](repeating: false, count: words.count)
    for row in rows { occurs[Int(codes[row])] = true }
    known = Set(words.indices.filter { occurs[$0] }.map { words[$0] })
  }

  /// The level of every row that no row of the fit has; `nil` where it is known, or the cell empty.
  /// - Throws: `Faults` where the data lack the column.
  func unseen(in data: FlowData) throws -> [String?] {
    let (codes, words) = data.coded(try data.index(of: factor.column, namedAt: factor.place))
    let unseen = words.map { $0.isEmpty || known.contains($0) ? nil : $0 }
    return codes.map { unseen[Int($0)] }
  }

  /// As above, refusing such levels where that is asked for.
  /// - Throws: `Faults` with the first of them.
  func unseen(in data: FlowData, rows: [Int], _ rule: UnseenLevels) throws -> [String?] {
    let found = try unseen(in: data)
    if rule == .refuse, let row = rows.first(where: { found[$0] != nil }), let level = found[row] {
      throw Faults(
        Fault(
          .badData, "flows.level-unseen",
          [
            "effect": name, "level": level, "rows": "\(rows.count { found[$0] != nil })",
          ],
          at: data.place(row: row, column: try data.index(of: factor.column, namedAt: nil))))
    }
    return found
  }
}
