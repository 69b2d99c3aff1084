import Kernel

/// Makes the natives of every place as many at the end as at the start, so that only moves are left
/// between two stock tables.
///
/// Deaths come out of the first table in proportion to the places of birth of an area's residents;
/// births out of the natives at home at the end, or in proportion where there are too few of
/// them. What the totals by place of birth then still differ by is closed by one of three rules.
///
/// Abel, Demographic Research 28 (2013); Abel & Sander, Science 343 (2014); Abel & Cohen, Scientific
/// Data 6 (2019).
public enum StockMatching: String, CaseIterable, Hashable, Sendable {
  /// A closed system: a difference of the two populations is first taken from the natives at home, half
  /// of it from each table in proportion; then each table is fitted to the mean of the two totals of
  /// natives, its residents kept.
  case rescale
  /// Surplus natives have left for a residual world by the pattern of the end table, and missing ones
  /// come from it by the pattern of the start table.
  case open
  /// As `open`, with leavers after the pattern of the start table and comers after that of the end.
  case openDistributed = "open-dr"

  /// Two tables with equal totals of natives, birth fastest.
  struct Matched {
    var start: [Double]
    var end: [Double]
  }

  func matched(_ stocks: StockTables) throws(StockError) -> Matched {
    try stocks.requireAmounts()
    var tables = Matched(start: stocks.start, end: stocks.end)
    if self == .rescale { try Self.closePopulation(&tables, stocks) }
    try Self.removeDeaths(&tables, stocks)
    try Self.removeBirths(&tables, stocks)
    try matchNatives(&tables, stocks.areas.count)
    return tables
  }

  private static func closePopulation(
    _ tables: inout Matched, _ stocks: StockTables
  ) throws(StockError) {
    let n = stocks.areas.count
    let surplus =
      Statistics.sum(stocks.end) - Statistics.sum(stocks.start) - Statistics.sum(stocks.births)
      + Statistics.sum(stocks.deaths)
    guard abs(surplus) > 1e-12 * Statistics.sum(stocks.end) else { return }
    let before = (0..<n).reduce(0) { $0 + tables.start[$1 * n + $1] }
    let after = (0..<n).reduce(0) { $0 + tables.end[$1 * n + $1] }
    guard before + surplus / 2 > 0, after - surplus / 2 > 0, before > 0, after > 0 else {
      throw .noNatives(surplus: surplus)
    }
    for i in 0..<n {
      tables.start[i * n + i] *= 1 + surplus / 2 / before
      tables.end[i * n + i] *= 1 - surplus / 2 / after
    }
  }

  private static func removeDeaths(
    _ tables: inout Matched, _ stocks: StockTables
  ) throws(StockError) {
    let n = stocks.areas.count
    for (r, residents) in StockTables.residents(tables.start, n).enumerated() {
      let deaths = stocks.deaths[r]
      guard deaths <= residents else {
        throw .deathsExceed(r, deaths: deaths, residents: residents)
      }
      guard deaths > 0 else { continue }
      for b in 0..<n { tables.start[r * n + b] *= 1 - deaths / residents }
    }
  }

  private static func removeBirths(
    _ tables: inout Matched, _ stocks: StockTables
  ) throws(StockError) {
    let n = stocks.areas.count
    for (r, residents) in StockTables.residents(tables.end, n).enumerated() {
      let births = stocks.births[r]
      guard births <= residents else {
        throw .birthsExceed(r, births: births, residents: residents)
      }
      if tables.end[r * n + r] >= births {
        tables.end[r * n + r] -= births
      } else {
        for b in 0..<n { tables.end[r * n + b] *= 1 - births / residents }
      }
    }
  }

  private func matchNatives(_ tables: inout Matched, _ n: Int) throws(StockError) {
    let before = StockTables.natives(tables.start, n)
    let after = StockTables.natives(tables.end, n)
    if self == .rescale {
      let middle = zip(before, after).map { ($0 + $1) / 2 }
      tables.start = try Self.fitted(tables.start, natives: middle, n)
      tables.end = try Self.fitted(tables.end, natives: middle, n)
      return
    }
    let old = tables
    for b in 0..<n {
      let surplus = before[b] - after[b]
      for r in 0..<n {
        let startShare = before[b] > 0 ? old.start[r * n + b] / before[b] : 0
        let endShare = after[b] > 0 ? old.end[r * n + b] / after[b] : 0
        let swapped = self == .open
        tables.start[r * n + b] -= max(surplus, 0) * (swapped ? endShare : startShare)
        tables.end[r * n + b] -= max(-surplus, 0) * (swapped ? startShare : endShare)
        for left in [tables.start[r * n + b], tables.end[r * n + b]] {
          let noise = 1e-12 * max(before[b], after[b])
          guard left >= -noise else { throw .negative(birth: b, residence: r, left) }
        }
        tables.start[r * n + b] = max(tables.start[r * n + b], 0)
        tables.end[r * n + b] = max(tables.end[r * n + b], 0)
      }
    }
  }

  private static func fitted(
    _ stock: [Double], natives: [Double], _ n: Int
  ) throws(StockError) -> [Double] {
    do {
      return try Balancing.fit(
        seed: stock, rows: natives, columns: StockTables.residents(stock, n), tolerance: 1e-12
      ).values
    } catch {
      throw .noMatch(error)
    }
  }
}
