public import Demography
import Kernel

/// Other shapes of a table of flows with names.
extension LabelledMatrix {
  /// One row for each pair, with the names of the columns of a flow file.
  public func tidy(named name: String) -> Table {
    LabelledMatrix(origins: origins, destinations: destinations, values: values, isLong: true)
      .table(named: name)
  }

  /// The table over these areas, in this order, as origins and as destinations.
  ///
  /// - Parameter fill: what pairs have that the table does not; 0 where no such move happens, NaN where
  ///   nothing is known of it.
  public func expanded(to areas: [String], fill: Double) -> LabelledMatrix {
    let row = Dictionary(uniqueKeysWithValues: origins.enumerated().map { ($1, $0) })
    let column = Dictionary(uniqueKeysWithValues: destinations.enumerated().map { ($1, $0) })
    let cells = areas.flatMap { to in
      areas.map { from in
        guard let i = row[from], let j = column[to] else { return fill }
        return values[j * origins.count + i]
      }
    }
    return LabelledMatrix(origins: areas, destinations: areas, values: cells, isLong: isLong)
  }

  /// Origins and destinations joined into the groups that `group` names; moves between members of a
  /// group come to lie on the diagonal.
  public func grouped(by group: (String) -> String) -> LabelledMatrix {
    func distinct(_ names: [String]) -> [String] {
      var seen: Set<String> = []
      return names.filter { seen.insert($0).inserted }
    }
    let from = origins.map(group)
    let to = destinations.map(group)
    let rows = distinct(from)
    let columns = distinct(to)
    let row = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let column = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    var sums = [Double](repeating: 0, count: rows.count * columns.count)
    for (cell, value) in values.enumerated() {
      let i = row[from[cell % origins.count]] ?? 0
      let j = column[to[cell / origins.count]] ?? 0
      sums[j * rows.count + i] += value
    }
    return LabelledMatrix(origins: rows, destinations: columns, values: sums, isLong: isLong)
  }

  /// Areas with a turnover below a threshold joined into one.
  ///
  /// - Parameters:
  ///   - threshold: moves out of and into an area, those within it left out.
  ///   - name: of the joined areas; no area may bear it already.
  public func lumping(below threshold: Double, into name: String) -> LabelledMatrix {
    let turnover = sums()
    precondition(!turnover.areas.contains(name), "an area is already called \(name)")
    let small = Set(
      turnover.areas.indices.filter {
        turnover.departures[$0] + turnover.arrivals[$0] < threshold
      }.map { turnover.areas[$0] })
    return grouped { small.contains($0) ? name : $0 }
  }

  /// Departures and arrivals of every area, moves within it left out; areas in order of appearance.
  public func sums() -> (areas: [String], departures: [Double], arrivals: [Double]) {
    var areas = origins
    let known = Set(origins)
    areas += destinations.filter { !known.contains($0) }
    let place = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
    var departures = [Double](repeating: 0, count: areas.count)
    var arrivals = departures
    for (cell, value) in values.enumerated() {
      let from = origins[cell % origins.count]
      let to = destinations[cell / origins.count]
      guard from != to else { continue }
      departures[place[from] ?? 0] += value
      arrivals[place[to] ?? 0] += value
    }
    return (areas, departures, arrivals)
  }
}
