import ArgumentParser
import Demography
import Runs
import Words

extension SeriesCommand {
  /// Several series forecast together.
  struct Vector: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "vector", abstract: words("cli.series.vector"),
        discussion: words("cli.series.vector.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.series.vector.model"), valueName: "var|bvar|factor"))
    var model = "var"
    @Option(help: ArgumentHelp(words("cli.series.vector.lags"), valueName: "periods"))
    var lags: Int?
    @OptionGroup var reach: HorizonOptions
    @Option(help: ArgumentHelp(words("cli.series.vector.responses"), valueName: "periods"))
    var responses: Int?
    @Option(help: ArgumentHelp(words("cli.series.vector.draws"), valueName: "count"))
    var draws: Int?
    @Option(help: ArgumentHelp(standard("1", words("cli.seed")), valueName: "number"))
    var seed: UInt32?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let input = try seriesInput(file, place, leaves: answer.output != nil)
      guard let kind = VectorRequest.Kind(rawValue: model) else {
        throw Fault(
          .usage, "option.wrong",
          [
            "option": "--model", "value": model,
            "form": VectorRequest.Kind.allCases.map(\.rawValue).joined(separator: ", "),
          ])
      }
      try answer.show(
        ResearchSeries.vector(
          VectorRequest(
            input, kind: kind, lags: try lags.map { try positive($0, "--lags") },
            horizon: try reach.steps(), levels: try levels(reach.level),
            responses: try responses.map { try positive($0, "--responses") },
            draws: try draws.map { try positive($0, "--draws") }, seed: seed)))
    }
  }
}
