import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  struct Test: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "test", abstract: words("cli.flows.test"),
        discussion: words("cli.flows.test.discussion", ["tests": listing(ResearchFlows.tests)]))
    }

    @OptionGroup var model: FlowModelOptions
    @Option(help: ArgumentHelp(words("cli.flows.against")))
    var against: String?
    @Option(
      name: .customLong("against-family"), help: ArgumentHelp(words("cli.flows.against_family")))
    var againstFamily: String?
    @Option(
      help: ArgumentHelp(words("cli.flows.residuals"), valueName: "pearson|quantile|response|…"))
    var residuals: String?
    @Option(
      name: .customLong("random-seed"),
      help: ArgumentHelp(standard("0", words("cli.seed")), valueName: "number"))
    var randomSeed: UInt32?
    @Option(help: ArgumentHelp(words("cli.flows.test.neighbours"), valueName: "LINKS.csv"))
    var neighbours: String?
    @Option(
      help: ArgumentHelp(standard("orig", words("cli.flows.column.origin")), valueName: "column"))
    var origin: String?
    @Option(
      help: ArgumentHelp(
        standard("dest", words("cli.flows.column.destination")), valueName: "column"))
    var destination: String?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      if residuals == nil {
        try [GivenOption("--random-seed", randomSeed)].refuse(without: "--residuals")
      }
      if neighbours == nil {
        try [GivenOption("--origin", origin), GivenOption("--destination", destination)].refuse(
          without: "--neighbours")
      }
      var rival: FlowModelRequest?
      if against != nil || againstFamily != nil {
        rival = model.request()
        if let against { rival?.formula = against }
        if let againstFamily {
          rival?.family = againstFamily
          rival?.covariance =
            model.how.vcov ?? ResearchFlows.standardCovariance(of: againstFamily)
        }
      }
      try answer.show(
        ResearchFlows.test(
          model.request(), against: rival, residuals: residuals, seed: randomSeed ?? 0,
          map: neighbours.map {
            FlowMapRequest(
              neighbours: $0, origin: origin ?? "orig", destination: destination ?? "dest")
          }))
    }
  }
}
