import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  /// Flows after a change, with what is held.
  struct Scenario: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: words("cli.flows.scenario"), discussion: words("cli.flows.scenario.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.file"), valueName: "FILE.csv"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.flows.formula")))
    var formula: String?
    @Option(
      help: ArgumentHelp(
        words("cli.flows.constraint"), valueName: "unconstrained|production|attraction|doubly"))
    var constraint: String?
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
    @Option(help: ArgumentHelp(words("cli.flows.column.origin"), valueName: "column"))
    var origin = "orig"
    @Option(help: ArgumentHelp(words("cli.flows.column.destination"), valueName: "column"))
    var destination = "dest"
    @Option(help: ArgumentHelp(words("cli.flows.column.flow"), valueName: "column"))
    var flow = "flow"
    @Option(help: ArgumentHelp(words("cli.flows.column.cost"), valueName: "column"))
    var cost = "distance"
    @Option(
      name: .customLong("origin-mass"),
      help: ArgumentHelp(words("cli.flows.column.origin_mass"), valueName: "column"))
    var originMass: String?
    @Option(
      name: .customLong("destination-mass"),
      help: ArgumentHelp(words("cli.flows.column.destination_mass"), valueName: "column"))
    var destinationMass: String?
    @Option(
      help: ArgumentHelp(
        words("cli.flows.deterrence"), valueName: "power|exponential|tanner|lognormal|spline"))
    var deterrence = "power"
    @OptionGroup var how: FlowFitOptions
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func validate() throws {
      if (formula == nil) == (constraint == nil) {
        throw ValidationError(words("cli.flows.scenario.one"))
      }
    }

    private var model: FlowScenarioRequest.Model {
      guard let formula else {
        return .interaction(
          PairModelRequest(
            file: file, filter: how.filter, origin: origin, destination: destination, flow: flow,
            cost: cost, originMass: originMass, destinationMass: destinationMass,
            constraint: constraint, deterrence: deterrence, law: nil, local: nil, errors: "robust",
            level: how.level))
      }
      return .regression(how.request(file: file, formula: formula))
    }

    func run() throws {
      try answer.show(
        ResearchFlows.scenario(
          FlowScenarioRequest(
            model: model, origin: origin, destination: destination, changes: change,
            closures: closure, level: how.level, draws: try positive(draws, "--draws"),
            seed: randomSeed)))
    }
  }
}
