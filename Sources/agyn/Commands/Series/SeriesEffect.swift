import ArgumentParser
import Demography
import Runs
import Words

extension SeriesCommand {
  /// What a dated change did.
  struct Effect: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "effect", abstract: words("cli.series.effect"),
        discussion: words("cli.series.effect.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.series.effect.from"), valueName: "period"))
    var from: String
    @Option(help: ArgumentHelp(words("cli.series.effect.until"), valueName: "period"))
    var until: String?
    @Option(
      help: ArgumentHelp(
        words("cli.series.effect.course"), valueName: "free|step|pulse|ramp|decay:0.5"))
    var course = "free"
    @Option(help: ArgumentHelp(words("cli.series.effect.model")))
    var model = "seasonal-level"
    @OptionGroup var season: SeasonOption
    @Option(help: ArgumentHelp(words("cli.series.level"), valueName: "95"))
    var level = "95"
    @OptionGroup var columns: ColumnOptions
    @OptionGroup var output: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let input = try seriesInput(file, place, leaves: output.output != nil)
      let coverage = try levels(level)
      guard coverage.count == 1 else {
        throw Fault(.usage, "option.wrong", ["option": "--level", "value": level, "form": "95"])
      }
      try output.show(
        ResearchSeries.effect(
          input, form: model, season: input.season(try season.periods()),
          from: try period(from, "--from"), until: try until.map { try period($0, "--until") },
          course: try parsedCourse(), level: coverage[0],
          drivers: columns.request))
    }

    private func period(_ text: String, _ option: String) throws -> Period {
      guard let period = Period(text) else {
        throw Fault(
          .usage, "option.wrong",
          ["option": option, "value": text, "form": "2023, 2023-Q1, 2023-03"])
      }
      return period
    }

    private func parsedCourse() throws -> ResearchSeries.Course {
      guard let parsed = ResearchSeries.Course(course) else {
        throw Fault(
          .usage, "option.wrong",
          ["option": "--course", "value": course, "form": "free, step, pulse, ramp, decay:0.5"])
      }
      return parsed
    }
  }
}
