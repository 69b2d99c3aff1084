import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  struct Balance: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "balance", abstract: words("cli.flows.balance"),
        discussion: words("cli.flows.balance.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.seed"), valueName: "SEED.csv"))
    var seed: String
    @Option(help: ArgumentHelp(words("cli.flows.rows"), valueName: "R.csv"))
    var rows: String?
    @Option(help: ArgumentHelp(words("cli.flows.columns"), valueName: "C.csv"))
    var columns: String?
    @Option(
      name: .customLong("margin"),
      help: ArgumentHelp(words("cli.flows.balance.margin"), valueName: "M.csv"))
    var margins: [String] = []
    @Option(help: ArgumentHelp(words("cli.flows.balance.groups"), valueName: "G.csv"))
    var groups: String?
    @Option(help: ArgumentHelp(words("cli.flows.balance.bounds"), valueName: "B.csv"))
    var bounds: String?
    @Option(help: ArgumentHelp(words("cli.flows.tolerance")))
    var tolerance = 1e-11
    @Flag(help: ArgumentHelp(words("cli.flows.round")))
    var round = false
    @OptionGroup var chart: ChartOption
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.balance(
          FlowBalanceRequest(
            seed: seed, rows: rows, columns: columns, margins: margins, groups: groups,
            bounds: bounds, tolerance: tolerance, isRounded: round)),
        chart: chart.chart)
    }
  }
}
