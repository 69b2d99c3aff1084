import ArgumentParser
import Runs
import Words

extension SeriesCommand {
  /// Models scored on forecasts of the past.
  struct Backtest: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "backtest", abstract: words("cli.series.backtest"),
        discussion: words("cli.series.backtest.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.series.models"), valueName: "a,b,c"))
    var models = "naive,drift,linear,auto-ets,auto-arima"
    @OptionGroup var season: SeasonOption
    @Option(help: ArgumentHelp(words("cli.series.horizon"), valueName: "periods"))
    var horizon = 4
    @Option(help: ArgumentHelp(words("cli.series.origins"), valueName: "count"))
    var origins = 8
    @Option(
      name: .customLong("minimum-train"),
      help: ArgumentHelp(words("cli.series.minimum_train"), valueName: "periods"))
    var minimumTrain = 10
    @Option(help: ArgumentHelp(words("cli.series.reselect"), valueName: "origins"))
    var reselect = 1
    @Flag(help: ArgumentHelp(words("cli.series.summary")))
    var summary = false
    @Option(help: ArgumentHelp(words("cli.seed"), valueName: "number"))
    var seed: UInt32 = 1
    @OptionGroup var drivers: DriverOptions
    @OptionGroup var chart: ChartOption
    @OptionGroup var output: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let input = try seriesInput(file, place, leaves: output.output != nil || chart.chart != nil)
      let isWatched = Terminal.isTerminal(.standardError)
      let progress = TerminalProgress(isQuiet: output.table.json || !isWatched)
      let answer = try ResearchSeries.backtest(
        input, models: models.splitOutsideParentheses(), season: input.season(try season.periods()),
        rolling: RollingRequest(
          horizon: try positive(horizon, "--horizon"),
          origins: try positive(origins, "--origins"),
          minimumTrain: try positive(minimumTrain, "--minimum-train"),
          reselectEvery: try positive(reselect, "--reselect")),
        isSummary: summary, seed: seed, drivers: drivers.request(), progress: progress)
      progress.close()
      try output.show(answer, chart: chart.chart)
    }
  }
}

extension String {
  /// The parts between commas, but for those inside parentheses: `naive,arima(0,1,1)`.
  func splitOutsideParentheses() -> [String] {
    var parts = [""]
    var depth = 0
    for letter in self {
      if letter == "," && depth == 0 {
        parts.append("")
        continue
      }
      depth += letter == "(" ? 1 : letter == ")" ? -1 : 0
      parts[parts.count - 1].append(letter)
    }
    return parts.filter { !$0.isEmpty }
  }
}
