import ArgumentParser
import Demography
import Foundation
import Runs
import Words

struct DataCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "data", abstract: words("cli.data"),
      discussion: words("cli.data.discussion", ["sources": listing(DataDesk.sourceKinds)]),
      subcommands: [
        Add.self, Check.self, Harmonise.self, Gaps.self, Show.self, Trace.self,
      ])
  }

  struct Add: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "add", abstract: words("cli.data.add"),
        discussion: words(
          "cli.data.add.discussion", ["sources": listing(DataDesk.sourceKinds)]))
    }

    @Argument(help: ArgumentHelp(words("cli.data.add.file"), valueName: "FILE"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.data.add.source"), valueName: "NAME"))
    var source: String
    @Option(help: ArgumentHelp(words("cli.data.add.released"), valueName: "2025-05-15"))
    var released: String?
    @Flag(name: .customLong("dry-run"), help: ArgumentHelp(words("cli.dry_run")))
    var dryRun = false
    @OptionGroup var output: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let desk = DataDesk(try place.open())
      let incoming = try desk.read(file, source: source, released: released)
      output.show(incoming.previewTable)
      let checked = try desk.check(incoming)
      for line in checked.lines(words) { Terminal.note(line) }
      if dryRun {
        Terminal.note(words("data.add.dry"))
      } else {
        let added = try desk.append(incoming, checked: checked)
        Terminal.note(
          words(
            "data.add.done",
            ["rows": "\(added.rows)", "path": added.path, "vintage": added.vintage]))
        if let day = added.laterThan {
          Terminal.note(words("data.add.later", ["vintage": added.vintage, "as_of": day]))
        }
      }
      if checked.failed > 0 { throw ExitCode(Fault.Kind.checkFailed.rawValue) }
    }
  }

  struct Check: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "check", abstract: words("cli.data.check"),
        discussion: words("cli.data.check.discussion"))
    }

    @Flag(help: ArgumentHelp(words("cli.data.check.all")))
    var all = false
    @Option(name: .customLong("as-of"), help: ArgumentHelp(words("cli.as_of"), valueName: "date"))
    var asOf: String?
    @OptionGroup var output: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let desk = DataDesk(try place.open())
      let summary = try desk.rules(asOf: asOf, words: words)
      output.show(all ? summary.rules : summary.conflicts)
      if !output.json { Terminal.note(words("data.check.summary", summary.arguments)) }
      if summary.failedErrors > 0 { throw ExitCode(Fault.Kind.checkFailed.rawValue) }
    }
  }

  struct Harmonise: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "harmonise", abstract: words("cli.data.harmonise"),
        discussion: words("cli.data.harmonise.discussion"))
    }

    @Option(name: .shortAndLong, help: ArgumentHelp(words("cli.output"), valueName: "FILE.csv"))
    var output: String?
    @Option(name: .customLong("as-of"), help: ArgumentHelp(words("cli.as_of"), valueName: "date"))
    var asOf: String?
    @OptionGroup var table: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let harmonised = try DataDesk(try place.open()).harmonised(
        asOf: asOf, leaves: output != nil)
      if let output {
        try TableText.writeSDMX(harmonised, to: output)
        Terminal.note(
          words("data.written", ["rows": "\(harmonised.rowCount)", "path": output]))
      } else {
        table.show(harmonised, columns: DataDesk.shownColumns)
      }
    }
  }

  struct Gaps: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "gaps", abstract: words("cli.data.gaps"),
        discussion: words("cli.data.gaps.discussion"))
    }

    @Flag(help: ArgumentHelp(words("cli.data.gaps.tasks")))
    var tasks = false
    @Option(name: .customLong("as-of"), help: ArgumentHelp(words("cli.as_of"), valueName: "date"))
    var asOf: String?
    @OptionGroup var output: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let gaps = try DataDesk(try place.open()).gaps(asOf: asOf)
      output.show(tasks ? gaps.tasks : gaps.cells)
    }
  }

  struct Show: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "show", abstract: words("cli.data.show"),
        discussion: words("cli.data.show.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.data.show.filter"), valueName: "COLUMN=VALUE"))
    var filters: [String] = []
    @Option(name: .customLong("as-of"), help: ArgumentHelp(words("cli.as_of"), valueName: "date"))
    var asOf: String?
    @Option(name: .shortAndLong, help: ArgumentHelp(words("cli.output"), valueName: "FILE.csv"))
    var output: String?
    @OptionGroup var table: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let found = try DataDesk(try place.open()).observations(
        filters, asOf: asOf, leaves: output != nil)
      if let output {
        try TableText.writeSDMX(found, to: output)
        Terminal.note(words("data.written", ["rows": "\(found.rowCount)", "path": output]))
      } else {
        table.show(found, columns: table.json ? nil : DataDesk.shownColumns)
      }
    }
  }

  struct Trace: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "trace", abstract: words("cli.data.trace"),
        discussion: words("cli.data.trace.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.data.show.filter"), valueName: "COLUMN=VALUE"))
    var filters: [String]
    @OptionGroup var output: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      output.show(try DataDesk(try place.open()).trace(filters))
    }
  }
}
