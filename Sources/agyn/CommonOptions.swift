import ArgumentParser
import Demography
import Foundation
import Runs
import Words

/// `--lang`: read before parsing (`requestedLanguage`), declared here so that it is accepted and explained.
struct LanguageOption: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.lang"), valueName: "kk|ru|en"))
  var lang: String?

  func validate() throws {
    if let lang, Language(rawValue: lang) == nil {
      throw ValidationError(words("cli.lang.wrong", ["value": lang]))
    }
  }
}

/// Where the workspace is.
struct WorkspaceOption: ParsableArguments {
  @Option(
    name: [.customShort("C"), .long],
    help: ArgumentHelp(words("cli.workspace"), valueName: "folder"))
  var workspace: String?

  func open() throws -> Workspace {
    if let workspace { return try Workspace(at: URL(fileURLWithPath: workspace)) }
    return try Workspace.find(
      from: URL(fileURLWithPath: FileManager.default.currentDirectoryPath))
  }
}

/// How a table is printed.
struct TableOptions: ParsableArguments {
  @Flag(help: ArgumentHelp(words("cli.json")))
  var json = false

  @Option(help: ArgumentHelp(words("cli.limit"), valueName: "rows"))
  var limit: Int?

  /// Prints a table for people, or as JSON.
  /// - Parameters:
  ///   - named: the same table with names in place of codes, for people.
  ///   - note: what the table says of itself, in JSON.
  func show(
    _ table: Table, columns: [String]? = nil, named: Table? = nil, note: AnswerNote? = nil
  ) {
    if json {
      Terminal.print(
        TableText.json(limit.map { limit in table.filter { $0 < limit } } ?? table, about: note))
    } else {
      Terminal.print(
        TableText.terminal(
          named ?? table, columns: columns, limit: limit, language: words.language,
          width: Terminal.width(of: .standardOutput),
          isColoured: Terminal.colours(on: .standardOutput)))
    }
  }
}

/// What may be said over the workspace's own settings of a run.
struct PlanOptions: ParsableArguments {
  @Option(name: .customLong("as-of"), help: ArgumentHelp(words("cli.as_of"), valueName: "date"))
  var asOf: String?

  @Option(help: ArgumentHelp(words("cli.draws"), valueName: "count"))
  var draws: Int?

  @Option(help: ArgumentHelp(words("cli.seed"), valueName: "number"))
  var seed: UInt32?

  @Option(help: ArgumentHelp(words("cli.threads"), valueName: "count"))
  var threads: Int?

  var threadCount: Int { max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount) }

  func overrides(quarter: String? = nil) -> Plan.Overrides {
    Plan.Overrides(quarter: quarter, asOf: asOf, seed: seed, draws: draws)
  }
}

/// Cards of a catalogue as lines for a help page.
func listing(_ cards: [Card]) -> String {
  let width = (cards.map(\.id.count).max() ?? 0) + 2
  return cards.sorted { $0.id < $1.id }.map { card in
    "  " + card.id + String(repeating: " ", count: width - card.id.count) + words(card.summaryKey)
  }.joined(separator: "\n")
}
