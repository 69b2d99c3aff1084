import ArgumentParser
import Demography
import Foundation
import Runs
import Words

struct SeriesCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "series", abstract: words("cli.series"),
      discussion: words("cli.series.discussion", ["models": listing(ResearchSeries.models)]),
      subcommands: [
        FitSeries.self, ForecastSeries.self, Backtest.self, Effect.self, Reconcile.self,
        Panel.self,
        Vector.self,
        Detect.self,
        Decompose.self,
      ])
  }

  struct ForecastSeries: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "forecast", abstract: words("cli.series.forecast"),
        discussion: words(
          "cli.series.forecast.discussion", ["models": listing(ResearchSeries.models)]))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @Option(help: ArgumentHelp(standard("auto-arima", words("cli.series.model"))))
    var model: String?
    @Option(help: ArgumentHelp(words("cli.series.fits"), valueName: "FITS.json"))
    var fits: String?
    @OptionGroup var ahead: AheadOptions
    @Option(help: ArgumentHelp(words("cli.series.calibrate"), valueName: "origins"))
    var calibrate = 0
    @Option(
      help: ArgumentHelp(
        words("cli.series.conformal"), valueName: ConformalRequest.names.joined(separator: "|")))
    var conformal: String?
    @Option(
      name: .customLong("adaptive-rate"),
      help: ArgumentHelp(
        standard("\(ConformalRequest.standardRate)", words("cli.series.adaptive_rate")),
        valueName: "0…1"))
    var adaptiveRate: Double?
    @Option(help: ArgumentHelp(words("cli.seed"), valueName: "number"))
    var seed: UInt32 = 1
    @OptionGroup var drivers: DriverOptions
    @Option(help: ArgumentHelp(words("cli.series.x.future"), valueName: "FUTURE.csv"))
    var future: String?
    @Option(help: ArgumentHelp(words("cli.series.x.scenario"), valueName: "column"))
    var scenario: String?
    @Option(help: ArgumentHelp(words("cli.series.paths"), valueName: "PATHS.csv"))
    var paths: String?
    @Option(help: ArgumentHelp(words("cli.series.paths.draws"), valueName: "number"))
    var draws: Int?
    @Flag(name: .customLong("joint"), help: ArgumentHelp(words("cli.series.paths.joint")))
    var isJoint = false
    @OptionGroup var chart: ChartOption
    @OptionGroup var output: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func validate() throws {
      if draws != nil || isJoint, paths == nil {
        throw ValidationError(words("cli.series.paths.need"))
      }
    }

    func run() throws {
      let input = try seriesInput(
        file, place, leaves: output.output != nil || chart.chart != nil || paths != nil)
      if conformal == nil {
        try [GivenOption("--adaptive-rate", adaptiveRate)].refuse(without: "--conformal adaptive")
      }
      if fits != nil {
        try
          ([
            GivenOption("--model", model),
            GivenOption("--calibrate", calibrate == 0 ? nil : calibrate),
            GivenOption("--conformal", conformal), GivenOption("--season", ahead.season.given),
          ] + drivers.given + [
            GivenOption("--future", future), GivenOption("--scenario", scenario),
          ]).refuse(with: "--fits", for: "--horizon, --level, --paths")
      }
      let isWatched = Terminal.isTerminal(.standardError)
      let progress = TerminalProgress(isQuiet: output.table.json || !isWatched)
      let answer = try ResearchSeries.forecast(
        input, model: model ?? "auto-arima", season: input.season(try ahead.season.periods()),
        horizon: try ahead.steps(),
        levels: try levels(ahead.level),
        origins: calibrate == 0 ? 0 : try positive(calibrate, "--calibrate"),
        conformal: conformal.map { ConformalRequest(name: $0, rate: adaptiveRate) }, saved: fits,
        seed: seed,
        drivers: drivers.request(future: future, scenario: scenario),
        paths: try paths.map {
          PathRequest(file: $0, draws: try positive(draws ?? 1000, "--draws"), isJoint: isJoint)
        }, progress: progress)
      progress.close()
      try output.show(answer, chart: chart.chart)
    }
  }
}

/// - Throws: `option.wrong` for zero and below, and for more than ten thousand.
func positive(_ value: Int, _ option: String) throws -> Int {
  guard (1...10_000).contains(value) else {
    throw Fault(
      .usage, "option.wrong", ["option": option, "value": "\(value)", "form": "1 … 10000"])
  }
  return value
}

/// Coverages in per cent from `80,95`, ascending, each once.
func levels(_ text: String) throws -> [Double] {
  let values = text.split(separator: ",").map { Double($0) }
  guard !values.isEmpty, values.allSatisfy({ $0.map { $0 > 0 && $0 < 100 } ?? false }) else {
    throw Fault(
      .usage, "option.wrong", ["option": "--level", "value": text, "form": "80,95"])
  }
  return Set(values.compactMap { $0 }).sorted()
}
