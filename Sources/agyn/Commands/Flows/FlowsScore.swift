import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  /// How near tables of flows are to an observed one.
  struct Score: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "score", abstract: words("cli.flows.score"),
        discussion: words(
          "cli.flows.score.discussion", ["scores": listing(ResearchFlows.scores)]))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.score.observed"), valueName: "OBSERVED.csv"))
    var observed: String
    @Argument(help: ArgumentHelp(words("cli.flows.score.fitted"), valueName: "FITTED.csv …"))
    var fitted: [String]
    @Option(help: ArgumentHelp(words("cli.flows.distance"), valueName: "D.csv"))
    var distance: String?
    @Flag(help: ArgumentHelp(words("cli.flows.score.diagonal")))
    var diagonal = false
    @Flag(
      name: .customLong("absent-is-zero"), help: ArgumentHelp(words("cli.flows.score.absent")))
    var absentIsZero = false
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.score(
          FlowScoreRequest(
            observed: observed, fitted: fitted, distance: distance, hasDiagonal: diagonal,
            absentIsZero: absentIsZero)))
    }
  }
}
