import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  struct Fit: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: words("cli.flows.fit"),
        discussion: words(
          "cli.flows.fit.discussion", ["families": listing(ResearchFlows.families)]))
    }

    @OptionGroup var model: FlowModelOptions
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws { try answer.show(ResearchFlows.fit(model.request())) }
  }
}
