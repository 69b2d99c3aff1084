import ArgumentParser
import Demography
import Foundation
import Runs
import Words

struct ReportCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "report", abstract: words("cli.report"),
      discussion: words("cli.report.discussion"))
  }

  @Argument(help: ArgumentHelp(words("cli.run"), valueName: "RUN"))
  var runName: String?
  @Option(name: .shortAndLong, help: ArgumentHelp(words("cli.output"), valueName: "FILE.html"))
  var output: String?
  @OptionGroup var place: WorkspaceOption
  @OptionGroup var language: LanguageOption

  func run() throws {
    let workspace = try place.open()
    let published = PublishedRun(workspace, id: try RunList(workspace).resolve(runName))
    let path = try published.writeReport(language: words.language, to: output)
    Terminal.print(path + "\n")
  }
}

struct ExportCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "export", abstract: words("cli.export"),
      discussion: words("cli.export.discussion"))
  }

  @Argument(help: ArgumentHelp(words("cli.run"), valueName: "RUN"))
  var runName: String?
  @Option(name: .shortAndLong, help: ArgumentHelp(words("cli.output.folder"), valueName: "folder"))
  var output: String?
  @Option(help: ArgumentHelp(words("cli.export.format"), valueName: "csv,parquet,xlsx"))
  var format = "csv,parquet"
  @Option(help: ArgumentHelp(words("cli.export.tables"), valueName: "a,b"))
  var tables: String?
  @Flag(help: ArgumentHelp(words("cli.export.images")))
  var images = false
  @OptionGroup var place: WorkspaceOption
  @OptionGroup var language: LanguageOption

  func run() throws {
    let workspace = try place.open()
    let published = PublishedRun(workspace, id: try RunList(workspace).resolve(runName))
    let written = try published.export(
      to: output, formats: format.split(separator: ",").map(String.init),
      tables: tables.map { $0.split(separator: ",").map(String.init) }, images: images,
      language: words.language)
    for path in written { Terminal.print(path + "\n") }
  }
}

struct RunsCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "runs", abstract: words("cli.runs"),
      subcommands: [ListRuns.self, ShowRun.self, Rerun.self])
  }

  struct ListRuns: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(commandName: "list", abstract: words("cli.runs.list"))
    }
    @OptionGroup var output: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let table = try RunList(place.open()).table()
      output.show(
        table, columns: output.json ? nil : ["id", "as_of", "draws", "failed_checks", "headline"])
    }
  }

  struct ShowRun: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "show", abstract: words("cli.runs.show"),
        discussion: words("cli.runs.show.discussion"))
    }
    @Argument(help: ArgumentHelp(words("cli.run"), valueName: "RUN"))
    var runName: String?
    @Option(help: ArgumentHelp(words("cli.runs.table"), valueName: "name"))
    var table: String?
    @OptionGroup var output: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let workspace = try place.open()
      let list = RunList(workspace)
      let id = try list.resolve(runName)
      if let table {
        output.show(try PublishedRun(workspace, id: id).table(table))
      } else if output.json {
        Terminal.print(try list.recordText(id) + "\n")
      } else {
        output.show(try PublishedRun(workspace, id: id).contents())
      }
    }
  }

  struct Rerun: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "rerun", abstract: words("cli.runs.rerun"),
        discussion: words("cli.runs.rerun.discussion"))
    }
    @Argument(help: ArgumentHelp(words("cli.run"), valueName: "RUN"))
    var runName: String?
    @Option(help: ArgumentHelp(words("cli.threads"), valueName: "count"))
    var threads: Int?
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let workspace = try place.open()
      let id = try RunList(workspace).resolve(runName)
      let comparison = try PublishedRun(workspace, id: id).rerun(
        words: words, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
        progress: TerminalProgress(isQuiet: false))
      Terminal.print(words("runs.rerun.same", ["run": id, "files": "\(comparison)"]) + "\n")
    }
  }
}
