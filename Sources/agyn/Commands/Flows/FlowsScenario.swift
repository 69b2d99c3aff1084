import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  /// Flows after a change, with what is held.
  struct Scenario: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "scenario", abstract: words("cli.flows.scenario"),
        discussion: words("cli.flows.scenario.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.file"), valueName: "FILE.csv"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.flows.formula")))
    var formula: String?
    @Option(
      name: .long, help: ArgumentHelp(words("cli.flows.change"), valueName: "'COL[dest=A] * 1.1'"))
    var change: [String]
    @Option(
      name: .long,
      help: ArgumentHelp(
        words("cli.flows.closure"), valueName: "partial|production|attraction|doubly"))
    var closure: [String]
    @Option(help: ArgumentHelp(words("cli.flows.scenario.draws"), valueName: "count"))
    var draws = 1000
    @Option(
      name: .customLong("random-seed"), help: ArgumentHelp(words("cli.seed"), valueName: "number"))
    var randomSeed: UInt32 = 1
    @OptionGroup var pairs: PairOptions
    @OptionGroup var how: FlowFitOptions
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func validate() throws {
      if (formula == nil) == (pairs.constraint == nil) {
        throw ValidationError(words("cli.flows.scenario.one"))
      }
    }

    private var model: FlowScenarioRequest.Model {
      guard let formula else {
        return .interaction(
          pairs.request(
            file: file, filter: how.filter, law: nil, local: nil, errors: "robust",
            level: how.level))
      }
      return .regression(how.request(file: file, formula: formula))
    }

    func run() throws {
      if formula == nil {
        try how.ofRegression.refuse(with: "--constraint", for: "--formula")
      } else {
        try pairs.ofInteraction.refuse(with: "--formula", for: "--constraint")
      }
      try answer.show(
        ResearchFlows.scenario(
          FlowScenarioRequest(
            model: model, origin: pairs.origin, destination: pairs.destination, changes: change,
            closures: closure, level: how.level, draws: try positive(draws, "--draws"),
            seed: randomSeed)))
    }
  }
}
