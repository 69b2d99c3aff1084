import ArgumentParser
import Demography
import Runs
import Words

extension SeriesCommand {
  /// Breaks and values that stand out.
  struct Detect: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "detect", abstract: words("cli.series.detect"),
        discussion: words("cli.series.detect.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @OptionGroup var season: SeasonOption
    @Option(help: ArgumentHelp(words("cli.seed"), valueName: "number"))
    var seed: UInt32 = 1
    @OptionGroup var chart: ChartOption
    @OptionGroup var output: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let input = try seriesInput(file, place, leaves: output.output != nil || chart.chart != nil)
      try output.show(
        ResearchSeries.detect(
          input, season: input.season(try season.periods()), seed: seed), chart: chart.chart)
    }
  }

  /// Trend, season and remainder.
  struct Decompose: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "decompose", abstract: words("cli.series.decompose"),
        discussion: words("cli.series.decompose.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @OptionGroup var season: SeasonOption
    @Flag(help: ArgumentHelp(words("cli.series.robust")))
    var robust = false
    @OptionGroup var chart: ChartOption
    @OptionGroup var output: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func run() throws {
      let input = try seriesInput(file, place, leaves: output.output != nil || chart.chart != nil)
      try output.show(
        ResearchSeries.decompose(
          input, season: input.season(try season.periods()), isRobust: robust),
        chart: chart.chart)
    }
  }
}

extension AnswerOptions {
  /// Prints, writes and draws an answer, then tells what failed. A table without rows is not printed where
  /// failures say why.
  func show(_ answer: ResearchSeries.Answer, chart: String? = nil) throws {
    let shown = answer.shown
    if answer.failures.isEmpty || isForPrograms || shown.table.rowCount > 0 {
      // Where every series failed there is nothing to draw, and the failures below say why.
      try show(shown, chart: answer.isDrawable || answer.failures.isEmpty ? chart : nil)
    }
    if !answer.failures.isEmpty { throw Faults(answer.failures) }
  }

  private var isForPrograms: Bool { table.json || format == "json" || output != nil }
}
