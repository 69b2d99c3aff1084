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
    @Option(help: ArgumentHelp(words("cli.flows.zero"), valueName: "x+y"))
    var zero: String?
    @Option(help: ArgumentHelp(words("cli.flows.random"), valueName: "COL[,COL]"))
    var random: String?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      var request = model.request()
      request.zero = zero
      request.random = random
      try answer.show(ResearchFlows.fit(request))
    }
  }
}
