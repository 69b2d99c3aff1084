public import Demography
import Export
import Formats
import Foundation
public import Words

/// What a one-shot command found: tables and lines about them for people, JSON for programs.
public struct ResearchAnswer: Sendable {
  /// The forms in which it can be shown.
  public enum Form: String, Sendable, CaseIterable {
    case text, latex, csv, json
  }

  private let makeTables: @Sendable () -> [Table]
  private let makeJSON: @Sendable () -> String
  /// Models side by side, shown in place of the tidy table.
  let models: ModelTable?
  /// What `--chart` draws.
  let figure: (@Sendable (Language) throws -> FlowFigure)?
  /// Keys of the language files with their arguments.
  public let notes: [(key: String, arguments: [String: String])]
  /// Whether the figures must not be used, as the notes say; the command then fails its check.
  public let isDoubtful: Bool
  /// Columns of the first table that people are shown; all where `nil`. Files and CSV have all.
  var shownColumns: [String]?
  /// What has no answer beside the rest, which is shown first.
  public internal(set) var failures: [Fault] = []

  init(
    _ tables: [Table], models: ModelTable? = nil,
    figure: (@Sendable (Language) throws -> FlowFigure)? = nil,
    notes: [(key: String, arguments: [String: String])] = [], json: JSON, isDoubtful: Bool = false
  ) {
    self.init(
      { tables }, models: models, figure: figure, notes: notes,
      text: { json.text(isPretty: true) }, isDoubtful: isDoubtful)
  }

  /// Makes only what is asked for, each time that it is.
  /// - Parameter text: JSON.
  init(
    _ tables: @escaping @Sendable () -> [Table], models: ModelTable? = nil,
    figure: (@Sendable (Language) throws -> FlowFigure)? = nil,
    notes: [(key: String, arguments: [String: String])],
    text: @escaping @Sendable () -> String, isDoubtful: Bool = false
  ) {
    makeTables = tables
    self.models = models
    self.figure = figure
    self.notes = notes
    makeJSON = text
    self.isDoubtful = isDoubtful
  }

  /// The table that is shown; the first one is also what `--output` writes.
  public var tables: [Table] { makeTables() }
  public var table: Table { tables[0] }
  public var json: String { makeJSON() }

  /// The answer as text.
  ///
  /// - Parameters:
  ///   - limit: rows of each table; all where `nil`.
  ///   - skipped: tables left out at the beginning, because a file has them.
  ///   - width: of the terminal.
  public func text(
    _ form: Form, language: Language, limit: Int?, skipped: Int = 0, width: Int?, isColoured: Bool
  ) -> String {
    func cut(_ table: Table) -> Table { limit.map { n in table.filter { $0 < n } } ?? table }
    func shown() -> [Table] { tables.enumerated().map { $0 == 0 ? brief($1) : $1 } }
    switch form {
    case .json: return json + "\n"
    case .csv: return String(decoding: Formats.writeCSV(cut(table)), as: UTF8.self)
    case .latex:
      return typesetTables(shown(), language, cut).map { $0.latex() }.joined(separator: "\n")
    case .text:
      // A table in which nothing stands is left to the lines about it.
      let all = Array(shown().dropFirst(skipped))
      let filled = models == nil ? all.filter { $0.rowCount > 0 } : all
      var texts = (filled.isEmpty ? all : filled).map {
        TypesetTable(cut($0), language: language)
      }
      if let models, skipped == 0 { texts[0] = models.typeset(language) }
      return texts.map { $0.text(width: width, isColoured: isColoured) }.joined(separator: "\n")
    }
  }

  /// The tables of an article, the lines about them under the last.
  private func typesetTables(
    _ tables: [Table], _ language: Language, _ cut: (Table) -> Table
  ) -> [TypesetTable] {
    let words = Wordbook(language)
    var all =
      models.map { [$0.typeset(language)] }
      ?? tables.map { TypesetTable(cut($0), language: language) }
    all[all.count - 1].notes += notes.map { words($0.key, $0.arguments) }
    return all
  }

  private func brief(_ table: Table) -> Table {
    guard let shownColumns else { return table }
    return Table(table.name, table.columns.filter { shownColumns.contains($0.name) })
  }

  /// Writes the first table by the ending of the path: CSV, Parquet, XLSX, JSON or LaTeX.
  /// - Throws: `format.unknown`, or what the file system says.
  public func write(to path: String, language: Language) throws {
    guard path.lowercased().hasSuffix(".tex") else {
      // The table is gone before its bytes are copied: it may be large.
      let bytes = try TableText.bytes(table, format: TableText.ending(path))
      return try AtomicFile.write(bytes, to: URL(fileURLWithPath: path))
    }
    let text = text(.latex, language: language, limit: nil, width: nil, isColoured: false)
    try AtomicFile.write(Array(text.utf8), to: URL(fileURLWithPath: path))
  }
}

extension JSON {
  /// A number; null where it is not finite, because JSON has no other way to say so.
  static func finite(_ number: Double) -> JSON { number.isFinite ? .number(number) : .null }

  static func finite(_ number: Double?) -> JSON { number.map { .finite($0) } ?? .null }

  /// An object of these names and values, in this order.
  static func members(_ members: [(String, JSON)]) -> JSON {
    .object(members.map { Member($0.0, $0.1) })
  }

  /// How long reading and computing took.
  static func timing(read: Double, fit: Double) -> JSON {
    .members([("read_seconds", .finite(read)), ("fit_seconds", .finite(fit))])
  }
}
