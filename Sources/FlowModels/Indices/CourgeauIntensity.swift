public import Demography
import Glibc
import Kernel

/// Courgeau's k from the intensities of one country in several divisions of its area.
///
/// The more areas a country is divided into, the more moves cross a border between them: the crude intensity, 100
/// moves between areas by persons, follows `k · ln n²` for divisions into n areas. k is least squares through the
/// origin, where nobody moves between areas; it compares countries whose divisions differ. A line with a constant
/// beside it shows how well the law holds: its slope is k and its constant 0 where it does.
///
/// The divisions count the same moves, so the error of k says how far they lie from the law, not how k would vary
/// in another sample.
/// Courgeau, *Migrants et migrations*, Population 28 (1973); Courgeau, Muhidin & Bell, *Estimating changes of
/// residence for cross-national comparison*, Population 67 (2012).
public struct CourgeauIntensity: Hashable, Sendable {
  /// One division of the country.
  public struct Division: Hashable, Sendable {
    public let name: String
    public let areas: Int
    /// Persons who moved between its areas.
    public let moves: Double
    /// By 100 persons.
    public let intensity: Double
    /// What the law expects, by 100 persons.
    public let fitted: Double
  }

  public let divisions: [Division]
  public let k: Double
  /// Root of the mean square from the law, with one coefficient, by `√Σ(ln n²)²`.
  public let standardError: Double
  /// `1 − Σ(intensity − fitted)² / Σ intensity²`, about 0 as the law goes through it.
  public let explained: Double
  /// Of the line with a constant; `nil` with fewer than three divisions of different numbers of areas.
  public let constant: Double?
  public let slope: Double?

  /// - Parameters:
  ///   - system: of the finest division, with populations.
  ///   - coarser: for each other division its name and, for every area of the system, the area it belongs to.
  ///   - finest: what the division of the system is called.
  /// - Throws: `Faults`: `index.needs-population`; `index.one-area` for a division without borders;
  ///   `index.few-divisions` where fewer than two divisions have different numbers of areas.
  public init(
    _ system: MigrationSystem, coarser: [(name: String, areas: [String])], finest: String
  ) throws {
    guard let population = system.population else {
      throw Faults(Fault(.missingInput, "index.needs-population", ["index": "courgeau_k"]))
    }
    let persons = Statistics.sum(population)
    let all = [(name: finest, areas: system.areas)] + coarser
    var faults: [Fault] = []
    let found = all.map { name, areas in
      precondition(areas.count == system.n, "\(areas.count) areas of \(system.n)")
      let count = Set(areas).count
      if count < 2 { faults.append(Fault(.badData, "index.one-area", ["division": name])) }
      let moves = Statistics.sum(
        system.flows.indices.map { cell in
          areas[cell % system.n] != areas[cell / system.n] ? system.flows[cell] : 0
        })
      return (name: name, count: count, moves: moves, x: 2 * Glibc.log(Double(count)))
    }
    let distinct = Set(found.map(\.count)).count
    if faults.isEmpty, distinct < 2 {
      faults.append(Fault(.badData, "index.few-divisions", ["found": "\(distinct)"]))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    let (x, y) = (found.map(\.x), found.map { 100 * $0.moves / persons })
    let k = dot(x, y) / dot(x, x)
    let squares = x.indices.reduce(0) { $0 + (y[$1] - k * x[$1]) * (y[$1] - k * x[$1]) }
    self.k = k
    standardError = (squares / Double(x.count - 1) / dot(x, x)).squareRoot()
    explained = 1 - squares / dot(y, y)
    if distinct > 2 {
      let (meanX, meanY) = (Statistics.mean(x), Statistics.mean(y))
      let (u, v) = (x.map { $0 - meanX }, y.map { $0 - meanY })
      let slope = dot(u, v) / dot(u, u)
      self.slope = slope
      constant = meanY - slope * meanX
    } else {
      slope = nil
      constant = nil
    }
    divisions = found.indices.map {
      Division(
        name: found[$0].name, areas: found[$0].count, moves: found[$0].moves, intensity: y[$0],
        fitted: k * x[$0])
    }
  }
}

/// Which larger areas the areas of a table belong to, in several divisions.
public struct LabelledDivisions: Hashable, Sendable {
  /// Of every division after the first column, in the order of the file.
  public let names: [String]
  private let areas: [String]
  /// Where each stands in the file.
  private let places: [Place?]
  /// By division, in the order of `areas`.
  private let members: [[String]]

  /// Reads a column of areas, then a column for each division with the area's name in it.
  ///
  /// - Throws: `Faults`: fewer than two columns, an area twice, an empty cell.
  public init(grid: TextGrid) throws {
    let data = try FlowData(grid: grid)
    guard data.columnNames.count >= 2, data.count > 0 else {
      throw Faults(Fault(.badData, "flows.empty", ["file": grid.file]))
    }
    areas = (0..<data.count).map { data.text(row: $0, column: 0) }
    places = (0..<data.count).map { data.place(row: $0, column: 0) }
    names = Array(data.columnNames.dropFirst())
    members = names.indices.map { k in
      (0..<data.count).map { data.text(row: $0, column: k + 1) }
    }
    var faults = LabelledMatrix.repeated(areas) { data.place(row: $0, column: 0) }
    for row in 0..<data.count {
      for column in data.columnNames.indices where data.text(row: row, column: column).isEmpty {
        faults.append(
          Fault(
            .badData, "index.division-missing", ["column": data.columnNames[column]],
            at: data.place(row: row, column: column)))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  /// For each division the larger area of every one of these areas.
  /// - Throws: `Faults` `index.division-area` for areas without a row, `index.division-extra` for rows of other areas;
  ///   all together.
  public func ordered(as wanted: [String]) throws -> [(name: String, areas: [String])] {
    let row = Dictionary(uniqueKeysWithValues: areas.enumerated().map { ($1, $0) })
    let asked = Set(wanted)
    var faults: [Fault] = areas.indices.filter { !asked.contains(areas[$0]) }.map { k in
      let area = areas[k]
      let likely = nearest(to: area, in: wanted.filter { row[$0] == nil })
      return Fault(
        .badData, likely == nil ? "index.division-extra" : "index.division-misnamed",
        ["area": area].merging(likely.map { ["nearest": $0] } ?? [:]) { own, _ in own },
        at: places[k])
    }
    // An area that a misspelt row is meant for is told there.
    let meant = Set(faults.compactMap { $0.arguments["nearest"] })
    faults += wanted.filter { row[$0] == nil && !meant.contains($0) }.map {
      Fault(.badData, "index.division-area", ["area": $0])
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return names.indices.map { k in (names[k], wanted.map { members[k][row[$0] ?? 0] }) }
  }
}
