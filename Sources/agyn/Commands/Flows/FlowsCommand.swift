import ArgumentParser
import Demography
import Foundation
import Runs
import Words

struct FlowsCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "flows", abstract: words("cli.flows"),
      discussion: words("cli.flows.discussion", ["models": listing(ResearchFlows.models)]),
      subcommands: [Fit.self, Balance.self])
  }

  struct Fit: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: words("cli.flows.fit"),
        discussion: words(
          "cli.flows.fit.discussion", ["families": listing(ResearchFlows.families)]))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.file"), valueName: "FILE.csv"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.flows.formula")))
    var formula: String
    @Option(help: ArgumentHelp(words("cli.flows.family")))
    var family = "poisson"
    @Option(help: ArgumentHelp(words("cli.flows.vcov"), valueName: "iid|hetero|cluster:COL[,COL]"))
    var vcov = "hetero"
    @Option(help: ArgumentHelp(words("cli.flows.ssc"), valueName: "fixest|stata|none"))
    var ssc = "fixest"
    @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
    var filter: String?
    @Option(help: ArgumentHelp(words("cli.flows.level")))
    var level = 95.0
    @OptionGroup var output: TableOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      let answer = try ResearchFlows.fit(
        ResearchFlows.FitRequest(
          file: file, formula: formula, family: family, covariance: vcov, smallSample: ssc,
          filter: filter, level: level))
      if output.json {
        Terminal.print(answer.json + "\n")
      } else {
        output.show(answer.table)
        for note in answer.notes { Terminal.note(words(note.key, note.arguments)) }
      }
    }
  }

  struct Balance: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: words("cli.flows.balance"), discussion: words("cli.flows.balance.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.seed"), valueName: "SEED.csv"))
    var seed: String
    @Option(help: ArgumentHelp(words("cli.flows.rows"), valueName: "R.csv"))
    var rows: String
    @Option(help: ArgumentHelp(words("cli.flows.columns"), valueName: "C.csv"))
    var columns: String
    @Option(name: .shortAndLong, help: ArgumentHelp(words("cli.output"), valueName: "F.csv"))
    var output: String?
    @OptionGroup var table: TableOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      let answer = try ResearchFlows.balance(seed: seed, rows: rows, columns: columns)
      if let output {
        try TableText.write(answer.table, to: output)
      }
      if table.json {
        Terminal.print(answer.json + "\n")
      } else if output == nil {
        table.show(answer.table)
      }
      if !table.json { for note in answer.notes { Terminal.note(words(note.key, note.arguments)) } }
    }
  }
}
