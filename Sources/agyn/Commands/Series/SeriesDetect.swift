import ArgumentParser
import Demography
import Runs
import Words

extension SeriesCommand {
  /// Breaks and values that stand out.
  struct Detect: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: words("cli.series.detect"), discussion: words("cli.series.detect.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv"))
    var file: String
    @OptionGroup var season: SeasonOption
    @OptionGroup var output: TableOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try output.show(
        ResearchSeries.detect(
          file: file, season: try season.periods()))
    }
  }

  /// Trend, season and remainder.
  struct Decompose: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: words("cli.series.decompose"),
        discussion: words("cli.series.decompose.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.file"), valueName: "FILE.csv"))
    var file: String
    @OptionGroup var season: SeasonOption
    @Flag(help: ArgumentHelp(words("cli.series.robust")))
    var robust = false
    @OptionGroup var output: TableOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try output.show(
        ResearchSeries.decompose(
          file: file, season: try season.periods(), isRobust: robust))
    }
  }
}

extension TableOptions {
  /// Prints an answer, then tells what failed.
  func show(_ answer: ResearchSeries.Answer) throws {
    if json {
      Terminal.print(answer.json + "\n")
    } else {
      show(answer.table)
    }
    if !answer.leftAside.isEmpty {
      Terminal.note(
        words("series.aside", ["columns": answer.leftAside.joined(separator: ", ")]))
    }
    if !answer.failures.isEmpty { throw Faults(answer.failures) }
  }
}
