public import Demography
internal import Digests
private import GRDB

extension Store {
  /// What was known at an instant: of every key the latest vintage not after it.
  ///
  /// - Parameters:
  ///   - instant: `nil` for everything that is stored.
  ///   - measures: `nil` for all.
  ///   - sources: `nil` for all.
  /// - Returns: sorted by the columns of the key, periods by time.
  public func observations(
    asOf instant: Instant? = nil, measures: Set<String>? = nil, sources: Set<String>? = nil
  ) throws -> [Observation] {
    try reading { database in
      let filter = Filter(instant: instant, measures: measures, sources: sources)
      return try Reader(database).observations(database, filter, isLatest: true).map(\.observation)
    }
  }

  /// Every vintage up to an instant, sorted by key, then by vintage.
  public func allVintages(until instant: Instant? = nil) throws -> [Observation] {
    try reading { database in
      let filter = Filter(instant: instant)
      return try Reader(database).observations(database, filter, isLatest: false).map(\.observation)
    }
  }

  /// All vintages of a key, oldest first, each with the file it came from; empty for an unknown key.
  ///
  /// - Parameter key: as `Observation.key` writes it.
  public func trace(key: String) throws -> [Traced] {
    let parts = key.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    let columns = Observation.Column.key
    guard parts.count == columns.count else { return [] }
    return try reading { database in
      let codes = zip(columns, parts).filter { $0.0 != .frequency }
      let filter = Filter(key: codes.map { (Schema.name($0.0), $0.1) })
      let files = try Dictionary(
        uniqueKeysWithValues: Row.fetchAll(database, sql: Self.fileColumns).map {
          ($0[0] as Int64, Self.file($0))
        })
      return try Reader(database).observations(database, filter, isLatest: false).compactMap {
        row in
        files[row.file].map { Traced(observation: row.observation, file: $0) }
      }
    }
  }

  /// The files, in the order they were loaded.
  public func files() throws -> [StoredFile] {
    try reading { try Row.fetchAll($0, sql: Self.fileColumns + " ORDER BY id").map(Self.file) }
  }

  /// How many observations the store holds, all vintages.
  public func count() throws -> Int {
    try reading { try Int.fetchOne($0, sql: "SELECT count(*) FROM observation") ?? 0 }
  }

  /// A digest of all observations, whatever the order in which they came and the layout of the file.
  /// - Complexity: O(observations · log observations)
  public func digest() throws -> String {
    var digests = ""
    let all = try allVintages()
    for start in stride(from: 0, to: all.count, by: 4096) {
      let lines = all[start..<min(start + 4096, all.count)].map { row in
        Observation.Column.allCases.map { row[$0] }.joined(separator: "\u{1F}")
      }
      digests += SHA256.hex(lines.joined(separator: "\n"))
    }
    return SHA256.hex(digests)
  }

  private static let fileColumns = "SELECT id, digest, name, source, rows, recorded FROM file"

  private static func file(_ row: Row) -> StoredFile {
    StoredFile(
      digest: row[1], name: row[2], source: row[3], rows: row[4],
      recorded: (row[5] as Int?).map(Instant.init(seconds:)))
  }
}

/// Which rows a reading wants.
private struct Filter {
  var instant: Instant?
  var measures: Set<String>?
  var sources: Set<String>?
  var key: [(column: String, value: String)] = []

  /// The condition and its arguments; names are matched through the table of texts.
  var sql: (condition: String, arguments: StatementArguments) {
    var conditions: [String] = []
    var arguments: [any DatabaseValueConvertible] = []
    if let instant {
      conditions.append("o.vintage <= ?")
      arguments.append(instant.seconds)
    }
    for (column, wanted) in [("measure", measures), ("source_id", sources)] {
      guard let wanted else { continue }
      let marks = Array(repeating: "?", count: wanted.count).joined(separator: ", ")
      conditions.append("s.\(column) IN (SELECT id FROM text WHERE value IN (\(marks)))")
      arguments += wanted.sorted() as [any DatabaseValueConvertible]
    }
    for (column, value) in key {
      conditions.append("s.\(column) = (SELECT id FROM text WHERE value = ?)")
      arguments.append(value)
    }
    let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return (condition, StatementArguments(arguments))
  }
}

/// The texts and descriptions of the store, read once per reading.
private struct Reader {
  private let texts: [String]
  private let periods: [Period?]
  private var descriptions: [Int64: [Int]] = [:]
  /// Place of each text among all, so that rows can be sorted without comparing texts.
  private let ranks: [Int32]

  init(_ database: Database) throws {
    var texts: [String] = []
    for row in try Row.fetchAll(database, sql: "SELECT id, value FROM text ORDER BY id") {
      let id = row[0] as Int
      while texts.count < id { texts.append("") }
      texts.append(row[1])
    }
    let periods = texts.map { Period($0) }
    let order = texts.indices.sorted { a, b in
      switch (periods[a], periods[b]) {
      case (let p?, let q?) where p != q: p < q
      case (nil, .some): false
      case (.some, nil): true
      default: texts[a].utf8.lexicographicallyPrecedes(texts[b].utf8)
      }
    }
    var ranks = [Int32](repeating: 0, count: texts.count)
    for (rank, index) in order.enumerated() { ranks[index] = Int32(rank) }
    self.texts = texts
    self.periods = periods
    self.ranks = ranks
    let columns = Schema.descriptionColumns.map(Schema.name).joined(separator: ", ")
    for row in try Row.fetchAll(database, sql: "SELECT id, \(columns) FROM description") {
      descriptions[row[0]] = (1...Schema.descriptionColumns.count).map { row[$0] }
    }
  }

  func observations(
    _ database: Database, _ filter: Filter, isLatest: Bool
  ) throws -> [(observation: Observation, file: Int64)] {
    let (condition, arguments) = filter.sql
    let keys = Schema.keyColumns.map { "s.\(Schema.name($0))" }.joined(separator: ", ")
    let statement = try database.makeStatement(
      sql: """
        SELECT \(isLatest ? "max(o.vintage)" : "o.vintage"), o.value, o.lower, o.upper, o.level,
          o.description, o.file, \(keys)
        FROM observation o JOIN series s ON s.id = o.series \(condition)
        \(isLatest ? "GROUP BY o.series" : "")
        """)
    var rows: [(observation: Observation, file: Int64)] = []
    var sortKeys: [Int32] = []
    let width = Schema.keyColumns.count
    let cursor = try Row.fetchCursor(statement, arguments: arguments)
    while let row = try cursor.next() {
      var observation = Observation(
        measure: "", reporter: "", period: .year(0), vintage: Instant(seconds: row[0]),
        value: row[1], source: "")
      observation.lower = row[2]
      observation.upper = row[3]
      observation.level = row[4]
      if let description = descriptions[row[5]] { describe(&observation, description) }
      for (offset, column) in Schema.keyColumns.enumerated() {
        let code = row[7 + offset] as Int
        sortKeys.append(ranks[code])
        assign(&observation, column, code)
      }
      rows.append((observation, row[6]))
    }
    return rows.indices.sorted { a, b in
      for k in 0..<width where sortKeys[a * width + k] != sortKeys[b * width + k] {
        return sortKeys[a * width + k] < sortKeys[b * width + k]
      }
      return rows[a].observation.vintage < rows[b].observation.vintage
    }.map { rows[$0] }
  }

  private func describe(_ observation: inout Observation, _ codes: [Int]) {
    observation.status = .init(rawValue: texts[codes[0]]) ?? .unvalidated
    observation.kind = .init(rawValue: texts[codes[1]]) ?? .simulated
    observation.unit = texts[codes[2]]
    observation.multiplier = Int(texts[codes[3]]) ?? 0
    observation.roundBase = Double(texts[codes[4]]) ?? 0
    observation.confidentiality = .init(rawValue: texts[codes[5]]) ?? .confidential
    observation.licence = texts[codes[6]]
    observation.lineage = texts[codes[7]]
    observation.note = texts[codes[8]]
  }

  private func assign(_ observation: inout Observation, _ column: Observation.Column, _ code: Int) {
    let value = texts[code]
    switch column {
    case .measure: observation.measure = value
    case .reporter: observation.reporter = value
    case .referenceArea: observation.referenceArea = value
    case .origin: observation.origin = value
    case .destination: observation.destination = value
    case .period: observation.period = periods[code] ?? observation.period
    case .cumulative: observation.isCumulative = value == "1"
    case .sex: observation.sex = value
    case .age: observation.age = value
    case .citizenship: observation.citizenship = value
    case .birthPlace: observation.birthPlace = value
    case .activity: observation.activity = value
    case .occupation: observation.occupation = value
    case .education: observation.education = value
    case .permitType: observation.permitType = value
    case .reason: observation.reason = value
    case .concept: observation.concept = value
    case .durationDefinition: observation.durationDefinition = value
    case .event: observation.event = value
    case .scope: observation.scope = value
    case .geoVintage: observation.geoVintage = value
    case .source: observation.source = value
    default: preconditionFailure("\(column) is no column of a key")
    }
  }
}
