import ArgumentParser
import Demography
import Runs
import Words

extension SeriesCommand {
  /// Rates of many units forecast together.
  struct Panel: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "panel", abstract: words("cli.series.panel"),
        discussion: words("cli.series.panel.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.series.horizon"), valueName: "periods"))
    var horizon = 10
    @Option(help: ArgumentHelp(words("cli.series.level"), valueName: "80,95"))
    var level = "80,95"
    @Option(help: ArgumentHelp(words("cli.series.panel.per"), valueName: "people"))
    var per = 1000
    @OptionGroup var sampling: SamplingOptions
    @Option(help: ArgumentHelp(words("cli.seed"), valueName: "number"))
    var seed: UInt32 = 1
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let input = try seriesInput(file, place, leaves: answer.output != nil)
      guard per > 0 else {
        throw Fault(
          .usage, "option.wrong", ["option": "--per", "value": "\(per)", "form": "1, 1000"])
      }
      try answer.show(
        ResearchSeries.panel(
          input, horizon: try positive(horizon, "--horizon"), levels: try levels(level),
          per: Double(per), sampling: sampling.request(seed: seed)))
    }
  }
}
