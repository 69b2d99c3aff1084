import ArgumentParser
import Foundation
import Runs
import Words

extension FlowsCommand {
  struct Estimate: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "estimate", abstract: words("cli.flows.estimate"),
        discussion: words("cli.flows.estimate.discussion"))
    }

    @Option(
      help: ArgumentHelp(
        words("cli.flows.estimate.method"),
        valueName:
          "minimum|independent|pseudo-bayes|zero|return|dennett|rogers-von-rabenau|net|net-lp|residual|survival|double-report"
      ))
    var method: String
    @Option(help: ArgumentHelp(words("cli.flows.estimate.start"), valueName: "S0.csv"))
    var start: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.end"), valueName: "S1.csv"))
    var end: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.births"), valueName: "B.csv"))
    var births: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.deaths"), valueName: "D.csv"))
    var deaths: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.seed"), valueName: "M.csv"))
    var seed: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.net"), valueName: "N.csv"))
    var net: String?
    @Option(
      help: ArgumentHelp(words("cli.flows.estimate.rescale"), valueName: "no-switches|switches"))
    var rescale: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.cost"), valueName: "C.csv"))
    var cost: String?
    @Option(
      help: ArgumentHelp(
        standard("change", words("cli.flows.estimate.criterion")), valueName: "change|movement"))
    var criterion: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.total")))
    var total: Double?
    @Option(
      help: ArgumentHelp(words("cli.flows.estimate.matching"), valueName: "rescale|open|open-dr"))
    var matching = "rescale"
    @Option(help: ArgumentHelp(words("cli.flows.estimate.weight")))
    var weight: Double?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.draws")))
    var draws: Int?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.variation")))
    var variation: Double?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.persistence")))
    var persistence: Double?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.reports"), valueName: "R.csv"))
    var reports: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.covariates"), valueName: "a,b,c"))
    var covariates: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.reference"), valueName: "a,b"))
    var reference: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.durations"), valueName: "F.csv"))
    var durations: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.cohorts"), valueName: "C.csv"))
    var cohorts: String?
    @Option(help: ArgumentHelp(words("cli.flows.estimate.children"), valueName: "M.csv"))
    var children: String?
    @OptionGroup var sampling: SamplingOptions
    @Option(
      name: .customLong("random-seed"),
      help: ArgumentHelp(standard("1", words("cli.seed")), valueName: "number"))
    var randomSeed: UInt32?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      var request = FlowEstimateRequest(
        method: method, start: start, end: end, births: births, deaths: deaths, seed: seed,
        net: net, total: total, matching: matching, weight: weight,
        draws: try draws.map { try positive($0, "--draws") }, variation: variation,
        persistence: persistence, randomSeed: randomSeed, reports: reports,
        covariates: Self.list(covariates), reference: Self.list(reference),
        sampling: sampling.request(seed: nil))
      request.rescale = rescale
      request.cost = cost
      request.criterion = criterion
      request.cohorts = cohorts
      request.children = children
      request.durations = durations
      try answer.show(ResearchFlows.estimate(request))
    }

    private static func list(_ text: String?) -> [String] {
      (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }
}
