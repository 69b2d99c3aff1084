import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  struct Test: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: words("cli.flows.test"),
        discussion: words("cli.flows.test.discussion", ["tests": listing(ResearchFlows.tests)]))
    }

    @OptionGroup var model: FlowModelOptions
    @Option(help: ArgumentHelp(words("cli.flows.against")))
    var against: String?
    @Option(
      name: .customLong("against-family"), help: ArgumentHelp(words("cli.flows.against_family")))
    var againstFamily: String?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      var rival: FlowModelRequest?
      if against != nil || againstFamily != nil {
        rival = model.request()
        if let against { rival?.formula = against }
        if let againstFamily { rival?.family = againstFamily }
      }
      try answer.show(ResearchFlows.test(model.request(), against: rival))
    }
  }
}
