import ArgumentParser
import Runs
import Words

/// Which columns of a file make a panel of flows.
struct FlowPanelOptions: ParsableArguments {
  @Argument(help: ArgumentHelp(words("cli.flows.panel"), valueName: "FILE.csv"))
  var file: String
  @Option(help: ArgumentHelp(words("cli.flows.column.origin"), valueName: "column"))
  var origin = "orig"
  @Option(help: ArgumentHelp(words("cli.flows.column.destination"), valueName: "column"))
  var destination = "dest"
  @Option(help: ArgumentHelp(words("cli.flows.column.period"), valueName: "column"))
  var period = "year"
  @Option(help: ArgumentHelp(words("cli.flows.column.flow"), valueName: "column"))
  var flow = "flow"
  @Option(help: ArgumentHelp(words("cli.flows.horizon"), valueName: "periods"))
  var horizon = 1
  @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
  var filter: String?

  func request() throws -> FlowPanelRequest {
    FlowPanelRequest(
      file: file, filter: filter, origin: origin, destination: destination, period: period,
      flow: flow, horizon: try positive(horizon, "--horizon"))
  }
}

private var samplingSeed: ArgumentHelp {
  ArgumentHelp(
    standard("\(SamplingRequest.standardSeed)", words("cli.seed")), valueName: "number")
}

extension FlowsCommand {
  struct Forecast: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "forecast", abstract: words("cli.flows.forecast"),
        discussion: words(
          "cli.flows.forecast.discussion", ["models": listing(ResearchFlows.forecasters)]))
    }

    @OptionGroup var panel: FlowPanelOptions
    @Option(help: ArgumentHelp(words("cli.flows.forecaster")))
    var model = "reversion"
    @Option(help: ArgumentHelp(words("cli.flows.exposure"), valueName: "E.csv"))
    var exposure: String?
    @OptionGroup var sampling: SamplingOptions
    @Option(name: .customLong("random-seed"), help: samplingSeed)
    var randomSeed: UInt32?
    @Option(help: ArgumentHelp(words("cli.flows.forecast.draws"), valueName: "F.csv|parquet"))
    var draws: String?
    @Option(help: ArgumentHelp(words("cli.flows.forecast.paths"), valueName: "F.csv"))
    var paths: String?
    @Flag(name: .customLong("by-pair"), help: ArgumentHelp(words("cli.flows.forecast.by_pair")))
    var isByPair = false
    @Option(
      help: ArgumentHelp(
        standard(
          "\(FlowDrawFiles.standardTrajectories)", words("cli.flows.forecast.trajectories")),
        valueName: "count"))
    var trajectories: Int?
    @OptionGroup var chart: ChartOption
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.forecast(
          panel.request(), model: model, sampling: sampling.request(seed: randomSeed),
          exposure: exposure,
          files: FlowDrawFiles(
            draws: draws, paths: paths, trajectories: trajectories, isByPair: isByPair)),
        chart: chart.chart)
    }
  }

  struct Backtest: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "backtest", abstract: words("cli.flows.backtest"),
        discussion: words(
          "cli.flows.backtest.discussion", ["models": listing(ResearchFlows.forecasters)]))
    }

    @OptionGroup var panel: FlowPanelOptions
    @Option(help: ArgumentHelp(words("cli.flows.forecasters"), valueName: "a,b,c"))
    var models = "reversion,components,mean_structure"
    @Option(help: ArgumentHelp(words("cli.flows.origins"), valueName: "count"))
    var origins = 4
    @Option(help: ArgumentHelp(words("cli.flows.exposure"), valueName: "E.csv"))
    var exposure: String?
    @OptionGroup var sampling: SamplingOptions
    @Option(name: .customLong("random-seed"), help: samplingSeed)
    var randomSeed: UInt32?
    @OptionGroup var chart: ChartOption
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.backtest(
          panel.request(), models: models.split(separator: ",").map(String.init),
          origins: try positive(origins, "--origins"),
          sampling: sampling.request(seed: randomSeed), exposure: exposure), chart: chart.chart)
    }
  }
}
