import ArgumentParser
import Demography
import Runs
import Words

/// Which columns besides `unique_id,ds,y` are taken.
struct ColumnOptions: ParsableArguments {
  @Option(name: .customLong("x"), help: ArgumentHelp(words("cli.series.x"), valueName: "a,b"))
  var columns: String?
  @Flag(name: .customLong("drop-x"), help: ArgumentHelp(words("cli.series.x.drop")))
  var isDropped = false

  func validate() throws {
    if isDropped, columns != nil { throw ValidationError(words("cli.series.x.one")) }
  }

  var request: DriverRequest {
    DriverRequest(columns: columns.map(Self.list), isDropped: isDropped)
  }

  static func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}

/// The same, and how they enter a model.
struct DriverOptions: ParsableArguments {
  @OptionGroup var columns: ColumnOptions
  @Option(help: ArgumentHelp(words("cli.series.x.lags"), valueName: "a:0-2,b:1"))
  var lags: String?
  @Option(help: ArgumentHelp(words("cli.series.x.plain"), valueName: "a,b"))
  var plain: String?
  @Option(
    help: ArgumentHelp(
      words("cli.series.calendar", ["known": CalendarRequest.known.joined(separator: ", ")]),
      valueName: "a,b"))
  var calendar: String?
  @Option(help: ArgumentHelp(words("cli.series.holidays"), valueName: "HOLIDAYS.csv"))
  var holidays: String?

  /// Those that ask for drivers.
  var given: [GivenOption] {
    [
      GivenOption("--x", columns.columns), GivenOption("--lags", lags),
      GivenOption("--plain", plain), GivenOption("--calendar", calendar),
      GivenOption("--holidays", holidays),
    ]
  }

  func request(future: String? = nil, scenario: String? = nil) throws -> DriverRequest {
    if calendar == nil { try [GivenOption("--holidays", holidays)].refuse(without: "--calendar") }
    return DriverRequest(
      columns: columns.columns.map(ColumnOptions.list), isDropped: columns.isDropped,
      lags: try parsedLags(), plain: ColumnOptions.list(plain ?? ""), future: future,
      scenario: scenario,
      calendar: calendar.map {
        CalendarRequest(columns: ColumnOptions.list($0), holidays: holidays)
      })
  }

  private func parsedLags() throws -> [String: ClosedRange<Int>] {
    var result: [String: ClosedRange<Int>] = [:]
    for part in ColumnOptions.list(lags ?? "") {
      let sides = part.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      let ends = (sides.last ?? "").split(separator: "-", omittingEmptySubsequences: false)
      let bounds = ends.compactMap { Int($0) }
      guard sides.count == 2, bounds.count == ends.count, (1...2).contains(bounds.count),
        let first = bounds.first, let last = bounds.last, 0 <= first, first <= last, last <= 1000,
        result[sides[0]] == nil
      else {
        throw Fault(
          .usage, "option.wrong",
          ["option": "--lags", "value": part, "form": "wage:0-2,oil:1"])
      }
      result[sides[0]] = first...last
    }
    return result
  }
}

extension SeriesCommand {
  /// Parameters of a model, and what drivers do.
  struct FitSeries: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "fit", abstract: words("cli.series.fit"),
        discussion: words("cli.series.fit.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.series.model")))
    var model = "auto-arima"
    @OptionGroup var season: SeasonOption
    @OptionGroup var drivers: DriverOptions
    @Option(help: ArgumentHelp(words("cli.series.save"), valueName: "FITS.json"))
    var save: String?
    @OptionGroup var chart: ChartOption
    @OptionGroup var output: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let input = try seriesInput(
        file, place, leaves: output.output != nil || chart.chart != nil || save != nil)
      try output.show(
        ResearchSeries.fit(
          input, model: model, season: input.season(try season.periods()),
          drivers: drivers.request(), saved: save,
          beside: [output.output, chart.chart]), chart: chart.chart)
    }
  }
}
