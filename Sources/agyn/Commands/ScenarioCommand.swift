import ArgumentParser
import Demography
import Foundation
import Runs
import Words

struct ScenarioCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "scenario", abstract: words("cli.scenario"),
      discussion: words("cli.scenario.discussion", ["levers": listing(ScenarioDesk.levers)]),
      subcommands: [
        New.self, CheckScenario.self, Run.self, Compare.self, Explain.self, Sweep.self, Seek.self,
        Schema.self,
      ])
  }

  struct CheckScenario: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "check", abstract: words("cli.scenario.check"),
        discussion: words(
          "cli.scenario.check.discussion", ["levers": listing(ScenarioDesk.levers)]))
    }

    @Argument(help: ArgumentHelp(words("cli.scenario.files"), valueName: "FILE.yaml"))
    var files: [String]
    @Flag(name: .customLong("dry-run"), help: ArgumentHelp(words("cli.scenario.dry-run")))
    var isDryRun = false
    @OptionGroup var output: TableOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let desk = ScenarioDesk(try place.open(), words: words, progress: SilentProgress())
      let checked = try desk.check(files)
      let warnings =
        isDryRun
        ? try desk.dryRun(files, overrides: Plan.Overrides(), threads: 1) : checked.warnings
      output.show(checked.levers, named: checked.named)
      noteWarnings(warnings)
      if !output.json { Terminal.note(words("scenario.check.ok", ["files": "\(files.count)"])) }
    }
  }

  struct Run: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "run", abstract: words("cli.scenario.run"),
        discussion: words("cli.scenario.run.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.scenario.files"), valueName: "FILE.yaml"))
    var files: [String]
    @Option(
      name: .customLong("set"),
      help: ArgumentHelp(words("cli.scenario.set"), valueName: "NAME=VALUE"))
    var settings: [String] = []
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
            .run, files: files, settings: settings, overrides: plan.overrides(),
            threads: plan.threadCount))
        return
      }
      let results = try desk.run(
        "run", files: files, settings: settings, overrides: plan.overrides(),
        threads: plan.threadCount)
      if let output { try results.write(to: output) }
      let population = results.populationTable
      table.show(population, named: results.note?.named(population), note: results.note)
      noteWarnings(results.warnings)
      noteEvidence(results.note)
    }
  }

  struct Compare: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "compare", abstract: words("cli.scenario.compare"),
        discussion: words("cli.scenario.compare.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.scenario.files"), valueName: "FILE.yaml"))
    var files: [String]
    @Option(
      name: .customLong("set"),
      help: ArgumentHelp(words("cli.scenario.set"), valueName: "NAME=VALUE"))
    var settings: [String] = []
    @Option(help: ArgumentHelp(words("cli.scenario.area"), valueName: "code"))
    var area: String?
    @Option(help: ArgumentHelp(words("cli.scenario.year"), valueName: "2035"))
    var year: String?
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
            .run, files: files, settings: settings, overrides: plan.overrides(),
            threads: plan.threadCount))
        return
      }
      let results = try desk.run(
        "compare", files: files, settings: settings, overrides: plan.overrides(),
        threads: plan.threadCount)
      if let output { try results.write(to: output) }
      let differences = try results.differences(area: area, year: year)
      table.show(differences, named: results.note?.named(differences), note: results.note)
      if !table.json { for sentence in results.sentences { Terminal.note(sentence) } }
      noteWarnings(results.warnings)
      noteEvidence(results.note)
    }
  }
}

/// Says on standard error what should be known before the numbers are used.
func noteWarnings(_ warnings: [Fault]) {
  guard !warnings.isEmpty else { return }
  let text = FaultText(words, isColoured: Terminal.colours(on: .standardError))
  Terminal.note(text(warnings, areWarnings: true))
}

/// Says on standard error what rests on assumptions, and what the numbers of each lever rest on.
func noteEvidence(_ note: AnswerNote?) {
  for sentence in note?.sentences(words) ?? [] { Terminal.note(sentence) }
}
