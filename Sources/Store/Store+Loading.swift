public import Demography
private import GRDB

extension Store {
  /// Adds the observations of a file, all or none.
  ///
  /// A file whose digest is known is not read again. An observation that is there with the same key,
  /// vintage and value stays as it is.
  /// - Throws: `store.conflict` for every observation whose key and vintage are there with another
  ///   value, status, kind or unit; `store.value` for a value that is no number.
  /// - Complexity: O(observations · log series)
  @discardableResult
  public func load(_ observations: [Observation], from file: StoredFile) throws -> LoadReport {
    try writing { database in
      guard try !Self.contains(digest: file.digest, database) else {
        return LoadReport(added: 0, unchanged: observations.count, alreadyLoaded: true)
      }
      var loader = try Loader(database, file: file)
      for observation in observations { try loader.add(observation) }
      guard loader.faults.isEmpty else { throw Faults(loader.faults) }
      return LoadReport(
        added: loader.added, unchanged: observations.count - loader.added, alreadyLoaded: false)
    }
  }

  /// Whether a file with these bytes has been loaded.
  public func contains(digest: String) throws -> Bool {
    try reading { try Self.contains(digest: digest, $0) }
  }

  private static func contains(digest: String, _ database: Database) throws -> Bool {
    try Int.fetchOne(database, sql: "SELECT 1 FROM file WHERE digest = ?", arguments: [digest])
      != nil
  }
}

/// The prepared statements and the dictionaries of one load.
private struct Loader {
  private let database: Database
  private let fileNumber: Int64
  private var numbers: [String: Int64]
  private var descriptions: [[Int64]: Int64]
  private var meanings: [Int64: [Int64]]
  private let insertText: Statement
  private let findSeries: Statement
  private let insertSeries: Statement
  private let insertDescription: Statement
  private let findObservation: Statement
  private let insertObservation: Statement
  private(set) var added = 0
  private(set) var faults: [Fault] = []

  init(_ database: Database, file: StoredFile) throws {
    self.database = database
    try database.execute(
      sql: "INSERT INTO file (digest, name, source, rows, recorded) VALUES (?, ?, ?, ?, ?)",
      arguments: [file.digest, file.name, file.source, file.rows, file.recorded?.seconds])
    fileNumber = database.lastInsertedRowID
    numbers = [:]
    for row in try Row.fetchAll(database, sql: "SELECT id, value FROM text") {
      numbers[row[1]] = row[0]
    }
    let keys = Schema.keyColumns.map(Schema.name)
    let described = Schema.descriptionColumns.map(Schema.name)
    descriptions = [:]
    meanings = [:]
    let columns = described.joined(separator: ", ")
    for row in try Row.fetchAll(database, sql: "SELECT id, \(columns) FROM description") {
      let codes = (1...described.count).map { row[$0] as Int64 }
      descriptions[codes] = row[0]
      meanings[row[0]] = Array(codes.prefix(Schema.meaningCount))
    }
    func marks(_ count: Int) -> String {
      Array(repeating: "?", count: count).joined(separator: ", ")
    }
    insertText = try database.makeStatement(sql: "INSERT INTO text (value) VALUES (?)")
    findSeries = try database.makeStatement(
      sql: "SELECT id FROM series WHERE " + keys.map { "\($0) = ?" }.joined(separator: " AND "))
    insertSeries = try database.makeStatement(
      sql: "INSERT INTO series (\(keys.joined(separator: ", "))) VALUES (\(marks(keys.count)))")
    insertDescription = try database.makeStatement(
      sql: "INSERT INTO description (\(columns)) VALUES (\(marks(described.count)))")
    findObservation = try database.makeStatement(
      sql: """
        SELECT value, lower, upper, level, description, file FROM observation
        WHERE series = ? AND vintage = ?
        """)
    insertObservation = try database.makeStatement(
      sql: "INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
  }

  mutating func add(_ observation: Observation) throws {
    let values = [observation.value, observation.lower, observation.upper, observation.level]
    guard values.allSatisfy({ $0?.isFinite ?? true }) else {
      faults.append(
        Fault(.badData, "store.value", ["key": observation.key, "value": text(observation.value)]))
      return
    }
    let (series, isNew) = try seriesNumber(observation)
    let description = try descriptionNumber(observation)
    let vintage = Int64(observation.vintage.seconds)
    if !isNew {
      findObservation.setUncheckedArguments([series, vintage])
      if let stored = try Row.fetchOne(findObservation) {
        try compare(observation, values, description, with: stored)
        return
      }
    }
    insertObservation.setUncheckedArguments(
      StatementArguments(
        [series, vintage] + values + [description, fileNumber] as [(any DatabaseValueConvertible)?])
    )
    try insertObservation.execute()
    added += 1
  }

  private mutating func compare(
    _ observation: Observation, _ values: [Double?], _ description: Int64, with stored: Row
  ) throws {
    let storedValues = (0..<4).map { stored[$0] as Double? }
    guard storedValues != values || meanings[stored[4]] != meanings[description] else { return }
    let name = try String.fetchOne(
      database, sql: "SELECT name FROM file WHERE id = ?", arguments: [stored[5] as Int64])
    faults.append(
      Fault(
        .badData, "store.conflict",
        [
          "key": observation.key, "vintage": observation.vintage.description,
          "stored": text(storedValues[0]), "offered": text(observation.value), "file": name ?? "",
        ]))
  }

  private mutating func number(_ value: String) throws -> Int64 {
    if let known = numbers[value] { return known }
    insertText.setUncheckedArguments([value])
    try insertText.execute()
    let number = database.lastInsertedRowID
    numbers[value] = number
    return number
  }

  private mutating func seriesNumber(_ observation: Observation) throws -> (Int64, isNew: Bool) {
    var codes: [Int64] = []
    codes.reserveCapacity(Schema.keyColumns.count)
    for column in Schema.keyColumns { codes.append(try number(observation[column])) }
    let arguments = StatementArguments(codes)
    findSeries.setUncheckedArguments(arguments)
    if let known = try Int64.fetchOne(findSeries) { return (known, false) }
    insertSeries.setUncheckedArguments(arguments)
    try insertSeries.execute()
    return (database.lastInsertedRowID, true)
  }

  private mutating func descriptionNumber(_ observation: Observation) throws -> Int64 {
    var codes: [Int64] = []
    codes.reserveCapacity(Schema.descriptionColumns.count)
    for column in Schema.descriptionColumns { codes.append(try number(observation[column])) }
    if let known = descriptions[codes] { return known }
    insertDescription.setUncheckedArguments(StatementArguments(codes))
    try insertDescription.execute()
    let id = database.lastInsertedRowID
    descriptions[codes] = id
    meanings[id] = Array(codes.prefix(Schema.meaningCount))
    return id
  }
}
