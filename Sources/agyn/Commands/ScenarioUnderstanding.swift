import ArgumentParser
import Demography
import Foundation
import Runs
import Words

/// What the commands that look into one scenario file have in common.
struct OneScenario: ParsableArguments {
  @Argument(help: ArgumentHelp(words("cli.scenario.file"), valueName: "FILE.yaml"))
  var file: String
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(words("cli.scenario.set"), valueName: "NAME=VALUE"))
  var settings: [String] = []
  @OptionGroup var run: RunOptions

  func desk() throws -> ScenarioDesk {
    ScenarioDesk(try run.place.open(), words: words, progress: run.progress())
  }

  /// Says what a job would take, and does nothing.
  func showPlan(_ job: ScenarioDesk.Job) throws {
    run.table.show(
      try desk().plan(
        job, files: [file], settings: settings, overrides: run.plan.overrides(),
        threads: run.plan.threadCount))
  }

  /// Shows the main table after everything is written: into the folder that is named, or else pages into
  /// the workspace.
  func show(_ answer: ScenarioDesk.Answer) throws {
    let folder = run.output ?? answer.standardFolder
    if let folder { try answer.write(to: folder) }
    run.table.show(answer.main, named: answer.note.named(answer.main), note: answer.note)
    for note in answer.notes { Terminal.note(note) }
    noteWarnings(answer.warnings)
    noteEvidence(answer.note)
    if let folder, let page = answer.page(in: folder, words.language) {
      Terminal.note(words("scenario.page", ["path": page]))
    }
  }
}

/// What the commands that run a workspace's models and answer in tables have in common.
struct RunOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, help: ArgumentHelp(words("cli.output.folder"), valueName: "folder"))
  var output: String?
  @OptionGroup var plan: PlanOptions
  @OptionGroup var table: TableOptions
  @OptionGroup var place: WorkspaceOption
  @OptionGroup var language: LanguageOption

  func progress() -> TerminalProgress { TerminalProgress(isQuiet: table.json) }

  /// Shows the main table and says the notes, after all tables are written where a folder is named.
  func show(_ main: Table, _ notes: [String], write: (_ folder: String) throws -> Void) throws {
    if let output { try write(output) }
    table.show(main)
    for note in notes { Terminal.note(note) }
  }
}

/// Which rows of an answer are shown.
struct ShownRows: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.scenario.variant"), valueName: "id"))
  var variant: String?
  @Option(help: ArgumentHelp(words("cli.scenario.area"), valueName: "code"))
  var area: String?
  @Option(help: ArgumentHelp(words("cli.scenario.year"), valueName: "2035"))
  var year: String?
}

extension ScenarioCommand {
  struct Explain: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "explain", abstract: words("cli.scenario.explain"),
        discussion: words("cli.scenario.explain.discussion"))
    }

    @OptionGroup var scenario: OneScenario
    @OptionGroup var rows: ShownRows
    @Option(help: ArgumentHelp(words("cli.scenario.chart"), valueName: "F.svg|png|html|vl.json"))
    var chart: String?
    @Flag(name: .customLong("plan"), help: ArgumentHelp(words("cli.scenario.plan")))
    var isPlan = false

    func run() throws {
      if isPlan {
        return try scenario.showPlan(.explain(variant: rows.variant))
      }
      let answer = try scenario.desk().explain(
        scenario.file, settings: scenario.settings, variant: rows.variant, area: rows.area,
        year: rows.year, overrides: scenario.run.plan.overrides(),
        threads: scenario.run.plan.threadCount)
      if let chart { try answer.draw(to: chart) }
      try scenario.show(answer)
    }
  }

  struct Sweep: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "sweep", abstract: words("cli.scenario.sweep"),
        discussion: words("cli.scenario.sweep.discussion"))
    }

    @OptionGroup var scenario: OneScenario
    @Option(help: ArgumentHelp(words("cli.scenario.vary"), valueName: "NAME=0:1:5"))
    var vary: [String] = []
    @OptionGroup var rows: ShownRows
    @Flag(name: .customLong("plan"), help: ArgumentHelp(words("cli.scenario.plan")))
    var isPlan = false

    func run() throws {
      if isPlan { return try scenario.showPlan(.sweep(axes: vary)) }
      try scenario.show(
        scenario.desk().sweep(
          scenario.file, axes: vary, settings: scenario.settings, variant: rows.variant,
          area: rows.area, year: rows.year, overrides: scenario.run.plan.overrides(),
          threads: scenario.run.plan.threadCount))
    }
  }

  struct Seek: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "seek", abstract: words("cli.scenario.seek"),
        discussion: words("cli.scenario.seek.discussion"))
    }

    @OptionGroup var scenario: OneScenario
    @Option(help: ArgumentHelp(words("cli.scenario.target"), valueName: "number"))
    var target: Double?
    @Flag(name: .customLong("plan"), help: ArgumentHelp(words("cli.scenario.plan")))
    var isPlan = false

    func run() throws {
      if isPlan { return try scenario.showPlan(.seek) }
      try scenario.show(
        scenario.desk().seek(
          scenario.file, settings: scenario.settings, target: target,
          overrides: scenario.run.plan.overrides(), threads: scenario.run.plan.threadCount))
    }
  }

  struct Schema: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "schema", abstract: words("cli.scenario.schema"),
        discussion: words("cli.scenario.schema.discussion"))
    }

    @Flag(help: ArgumentHelp(words("cli.scenario.schema.baseline")))
    var baseline = false
    @OptionGroup var language: LanguageOption

    func run() {
      Terminal.print(baseline ? PublishedSchema.ofBaselines : PublishedSchema.ofScenarios)
    }
  }

  struct New: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "new", abstract: words("cli.scenario.new"),
        discussion: words("cli.scenario.new.discussion", ["levers": listing(ScenarioDesk.levers)]))
    }

    @Argument(help: ArgumentHelp(words("cli.scenario.new.id"), valueName: "id"))
    var id: String
    @Option(help: ArgumentHelp(words("cli.scenario.new.lever"), valueName: "kind"))
    var lever: [String] = []
    @Option(
      name: .shortAndLong, help: ArgumentHelp(words("cli.scenario.new.output"), valueName: "file"))
    var output: String?
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let desk = ScenarioDesk(try place.open(), words: words, progress: SilentProgress())
      let text = try desk.starter(id: id, kinds: lever.isEmpty ? ["rate", "count"] : lever)
      if let output {
        try desk.writeStarter(text, to: output)
      } else {
        Terminal.print(text)
      }
    }
  }
}
