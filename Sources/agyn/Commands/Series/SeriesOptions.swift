import ArgumentParser
import Runs
import Words

/// Periods in a season.
struct SeasonOption: ParsableArguments {
  @Option(
    name: .customLong("season"),
    help: ArgumentHelp(words("cli.series.season"), valueName: "periods"))
  var given: Int?

  /// - Returns: `nil` for the natural one.
  func periods() throws -> Int? { try given.map { try positive($0, "--season") } }
}

/// How far ahead series are forecast, and with which intervals.
struct HorizonOptions: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.series.horizon"), valueName: "periods"))
  var horizon = 8
  @Option(help: ArgumentHelp(words("cli.series.level"), valueName: "80,95"))
  var level = "80,95"

  func steps() throws -> Int { try positive(horizon, "--horizon") }
}

/// The same, of series that may have a season.
struct AheadOptions: ParsableArguments {
  @OptionGroup var season: SeasonOption
  @OptionGroup var reach: HorizonOptions

  var level: String { reach.level }

  func steps() throws -> Int { try reach.steps() }
}

/// What a series command reads: a file, or with `@` a panel of the workspace.
///
/// - Parameter leaves: whether the answer is written to a file.
/// - Throws: `option.unused` for a workspace beside a file; what `SeriesInput` throws.
func seriesInput(_ file: String, _ place: WorkspaceOption, leaves: Bool) throws -> SeriesInput {
  guard file.hasPrefix("@") else {
    try [GivenOption("--workspace", place.workspace)].refuse(without: "@PANEL")
    return SeriesInput(file: file)
  }
  return try SeriesInput(panel: String(file.dropFirst()), of: place.open(), leaves: leaves)
}
