import Kernel

/// Flows from two stock tables by differences and by rates, without accounting.
///
/// The natives at home are set to 0 for the two differences, which read every change of a stock as
/// moves from the place of birth (Beine & Parsons 2015) or also back to it (Bertoli & Fernández-Huertas
/// Moraga 2015). `dennett` spreads the gains and losses of residents in proportion to the first stocks
/// (Dennett 2016); `rogersVonRabenau` solves for transition rates (Rogers & von Rabenau 1971).
public enum StockDifference: String, CaseIterable, Hashable, Sendable {
  /// Falling stocks count for nothing.
  case zero
  /// Falling stocks are returns to the place of birth.
  case returning = "return"
  case dennett
  case rogersVonRabenau = "rogers_von_rabenau"

  /// Flows, and the cells where a method has given fewer than none, which nobody should use unseen.
  public struct Flows: Hashable, Sendable {
    /// `areas · areas`, origin fastest, diagonal 0.
    public let values: [Double]
    public let negativeCells: [Int]
  }

  /// - Throws: `StockError`; births and deaths are not used.
  /// - Complexity: O(areas²), O(areas³) for `rogersVonRabenau`.
  public func flows(_ stocks: StockTables) throws(StockError) -> Flows {
    try stocks.requireAmounts()
    let n = stocks.areas.count
    var values: [Double]
    switch self {
    case .zero, .returning:
      // Cell (b, r) of the stocks is a move from b to r.
      let change = zip(stocks.end, stocks.start).map { $0 - $1 }
      values = change.map { max($0, 0) }
      if self == .returning {
        for cell in change.indices { values[cell % n * n + cell / n] += max(-change[cell], 0) }
      }
    case .dennett:
      let before = StockTables.residents(stocks.start, n)
      let after = StockTables.residents(stocks.end, n)
      let moves = zip(before, after).reduce(0) { $0 + abs($1.0 - $1.1) }
      let abroad = stocks.start.indices.map { $0 % n == $0 / n ? 0 : stocks.start[$0] }
      let sum = Statistics.sum(abroad)
      values = abroad.map { sum > 0 ? moves * $0 / sum : 0 }
    case .rogersVonRabenau: values = try Self.transitions(stocks)
    }
    for i in 0..<n { values[i * n + i] = 0 }
    return Flows(values: values, negativeCells: values.indices.filter { values[$0] < 0 })
  }

  /// `(S⁰)⁻¹ S¹`, row i times the residents of area i.
  private static func transitions(_ stocks: StockTables) throws(StockError) -> [Double] {
    let n = stocks.areas.count
    let start = Matrix(rows: n, columns: n, values: stocks.start)
    let end = Matrix(rows: n, columns: n, values: stocks.end)
    let residents = StockTables.residents(stocks.start, n)
    do {
      return try LU(start).solve(end).scalingRows(by: residents).values
    } catch {
      guard case .singular(let at) = error else { throw .singular(0) }
      throw .singular(at)
    }
  }
}
