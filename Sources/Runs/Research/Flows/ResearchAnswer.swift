public import Demography
import Export

/// What a one-shot command found: tables and lines about them for people, JSON for programs.
public struct ResearchAnswer: Sendable {
  /// The table that is shown; the first one is also what `--output` writes.
  public let tables: [Table]
  /// A text shown instead of the tables, such as a table in LaTeX.
  public let text: String?
  /// Keys of the language files with their arguments.
  public let notes: [(key: String, arguments: [String: String])]
  public let json: String

  init(
    _ tables: [Table], text: String? = nil,
    notes: [(key: String, arguments: [String: String])] = [], json: JSON
  ) {
    self.tables = tables
    self.text = text
    self.notes = notes
    self.json = json.text(isPretty: true)
  }

  public var table: Table { tables[0] }
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
