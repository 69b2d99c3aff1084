public import Demography

/// The role of a column of a long table `unique_id,ds,y`, whatever blanks and capitals its title has; `nil`
/// for any other.
public func seriesColumn(_ title: String) -> String? {
  let name = title.filter { !$0.isWhitespace }.lowercased()
  return ["unique_id", "ds", "y"].first { $0 == name }
}

/// The series of a long table whose columns are `unique_id`, `ds` and `y` alone, the first two as words and
/// the last as numbers.
///
/// - Returns: what `readSeries` of the same cells makes; `nil` where it has other columns, or where that finds
///   fault with it and says what and where.
/// - Complexity: O(rows), and a sort of the rows of each series that are not in order.
public func readSeries(_ table: ColumnTable, season: Int?) -> [TimeSeries]? {
  let roles = table.columns.map { seriesColumn($0.name) }
  guard table.count > 0, table.columns.count == 3, let id = roles.firstIndex(of: "unique_id"),
    let ds = roles.firstIndex(of: "ds"), let y = roles.firstIndex(of: "y"),
    case .words(let codes, let names) = table.columns[id].values,
    case .words(let dates, let texts) = table.columns[ds].values,
    case .numbers(let values) = table.columns[y].values
  else { return nil }
  let periods = texts.compactMap { Period($0) }
  guard periods.count == texts.count else { return nil }
  var order = PeriodOrder(periods)
  let (starts, rows) = grouped(codes, groups: names.count)
  var series: [TimeSeries] = []
  series.reserveCapacity(names.count)
  for group in names.indices {
    let own = rows[starts[group]..<starts[group + 1]]
    guard !own.isEmpty else { continue }
    guard let place = order.places(own.map { dates[Int($0)] }) else { return nil }
    var found = [Double](repeating: .nan, count: place.count)
    for (index, row) in zip(place.indices, own) { found[index] = values[Int(row)] }
    series.append(
      TimeSeries(
        id: names[group], clock: place.clock, values: found,
        season: season ?? place.clock.naturalSeason))
  }
  return series
}

/// The rows of each group in the order of the table, group after group, and where each begins.
private func grouped(_ codes: [Int32], groups: Int) -> (starts: [Int], rows: [Int32]) {
  var starts = [Int](repeating: 0, count: groups + 1)
  for code in codes { starts[Int(code) + 1] += 1 }
  for group in 0..<groups { starts[group + 1] += starts[group] }
  var next = starts
  var rows = [Int32](repeating: 0, count: codes.count)
  for (row, code) in codes.enumerated() {
    rows[next[Int(code)]] = Int32(row)
    next[Int(code)] += 1
  }
  return (starts, rows)
}

/// Puts the dates of a series on a clock; series of the same dates in the same order share the work.
private struct PeriodOrder {
  struct Places {
    let clock: SeriesClock
    /// The step of each row.
    let indices: [Int]
    /// Steps from the first to the last.
    let count: Int
  }

  private let periods: [Period]
  private var dates: [Int32] = []
  private var places: Places?

  init(_ periods: [Period]) { self.periods = periods }

  /// - Parameter dates: numbers of periods, row by row, at least one.
  /// - Returns: `nil` where a date stands twice or no clock fits.
  mutating func places(_ dates: [Int32]) -> Places? {
    if places == nil || dates != self.dates {
      self.dates = dates
      places = found(dates.map { periods[Int($0)] })
    }
    return places
  }

  private func found(_ own: [Period]) -> Places? {
    let sorted = own.sorted()
    guard !zip(sorted, sorted.dropFirst()).contains(where: { $0 == $1 }),
      let clock = SeriesClock.common(sorted, frequency: nil)
    else { return nil }
    let indices = own.compactMap { clock.index(of: $0) }
    guard indices.count == own.count, let last = indices.max() else { return nil }
    return Places(clock: clock, indices: indices, count: last + 1)
  }
}
