import ArgumentParser
import Demography
import Foundation
import Runs
import Words

struct ProjectCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "project", abstract: words("cli.project"),
      discussion: words("cli.project.discussion"),
      subcommands: [Baseline.self, HindcastCommand.self, Analyse.self],
      defaultSubcommand: Baseline.self)
  }

  struct Baseline: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "run", abstract: words("cli.project.run"),
        discussion: words("cli.project.discussion"))
    }

    @Option(
      name: .shortAndLong, help: ArgumentHelp(words("cli.output.folder"), valueName: "folder"))
    var output: String?
    @Flag(name: .customLong("plan"), help: ArgumentHelp(words("cli.scenario.plan")))
    var isPlan = false
    @OptionGroup var plan: PlanOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let desk = ScenarioDesk(
        try place.open(), words: words, progress: TerminalProgress(isQuiet: table.json))
      if isPlan {
        table.show(
          try desk.plan(
            .run, files: [], settings: [], overrides: plan.overrides(),
            threads: plan.threadCount))
        return
      }
      let results = try desk.run(
        "project", files: [], settings: [], overrides: plan.overrides(), threads: plan.threadCount)
      if let output { try results.write(to: output) }
      let population = results.populationTable
      table.show(population, named: results.note?.named(population), note: results.note)
      noteWarnings(results.warnings)
    }
  }

  struct HindcastCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "hindcast", abstract: words("cli.project.hindcast"),
        discussion: words("cli.project.hindcast.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.project.hindcast.file"), valueName: "FILE.csv"))
    var file: String?
    @Option(help: ArgumentHelp(words("cli.project.launch"), valueName: "2010:2018"))
    var launch: String?
    @Option(help: ArgumentHelp(words("cli.project.horizon"), valueName: "1,5,10"))
    var horizon = "1,3,5,10"
    @Option(help: ArgumentHelp(words("cli.project.breaks"), valueName: "auto|none|2008,2021"))
    var breaks = "auto"
    @Option(help: ArgumentHelp(words("cli.project.join"), valueName: "NEW=A+B"))
    var join: [String] = []
    @Flag(help: ArgumentHelp(words("cli.project.level")))
    var onLevelOfLaunch = false
    @Option(help: ArgumentHelp(words("cli.project.vintages"), valueName: "2023-06-30,2024-06-30"))
    var vintages: String?
    @Flag(name: .customLong("plan"), help: ArgumentHelp(words("cli.scenario.plan")))
    var isPlan = false
    @Flag(help: ArgumentHelp(words("cli.project.cohort")))
    var cohort = false
    @OptionGroup var shown: ProjectionTables

    func run() throws {
      if cohort {
        try [
          GivenOption("--plan", isPlan ? "" : nil),
          GivenOption("FILE", file), GivenOption("--join", join.first),
          GivenOption("--vintages", vintages),
          GivenOption("--on-level-of-launch", onLevelOfLaunch ? "" : nil),
        ].refuse(with: "--cohort", for: "project hindcast")
      }
      if vintages != nil {
        try [
          GivenOption("--plan", isPlan ? "" : nil),
          GivenOption("--launch", launch),
          GivenOption("--on-level-of-launch", onLevelOfLaunch ? "" : nil),
        ].refuse(with: "--vintages", for: "project hindcast")
      }
      let request = ProjectionDesk.HindcastRequest(
        file: file, launches: launch, horizons: horizon, breaks: breaks, joins: join,
        onLevelOfLaunch: onLevelOfLaunch, vintages: vintages, isCohort: cohort)
      let threads = shown.run.plan.threadCount
      if isPlan {
        shown.run.table.show(
          try shown.desk().plan(request, overrides: shown.run.plan.overrides(), threads: threads))
        return
      }
      try shown.show(
        shown.desk().hindcast(
          request, overrides: shown.run.plan.overrides(), threads: threads))
    }
  }

  struct Analyse: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "analyse", abstract: words("cli.project.analyse"),
        discussion: words("cli.project.analyse.discussion"))
    }

    @OptionGroup var shown: ProjectionTables

    func run() throws {
      try shown.show(
        shown.desk().analyse(shown.run.plan.overrides(), threads: shown.run.plan.threadCount))
    }
  }
}

/// How the answers of `project hindcast` and `project analyse` are shown and kept.
struct ProjectionTables: ParsableArguments {
  @Option(
    name: .customLong("table"), help: ArgumentHelp(words("cli.project.table"), valueName: "name"))
  var name: String?
  @Option(help: ArgumentHelp(words("cli.project.format"), valueName: "csv|json|parquet|xlsx"))
  var format = "csv"
  @OptionGroup var run: RunOptions

  func desk() throws -> ProjectionDesk {
    ProjectionDesk(try run.place.open(), words: words, progress: run.progress())
  }

  /// Shows the tables of an answer under their names, as JSON the first of them, after all are written
  /// where a folder is named.
  func show(_ answer: ProjectionDesk.Answer) throws {
    let shown = try answer.tables(named: name)
    if let folder = run.output { try answer.write(to: folder, format: format) }
    for (k, table) in (run.table.json ? Array(shown.prefix(1)) : shown).enumerated() {
      if shown.count > 1, !run.table.json {
        let title = words["table.\(table.name)"].map { $0 + " · " } ?? ""
        Terminal.print((k > 0 ? "\n" : "") + title + table.name + "\n")
      }
      run.table.show(table, named: answer.named(table))
    }
    for note in answer.notes { Terminal.note(note) }
  }
}
