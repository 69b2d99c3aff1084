import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  struct Indices: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "indices", abstract: words("cli.flows.indices"),
        discussion: words(
          "cli.flows.indices.discussion", ["indices": listing(ResearchFlows.indices)]))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.matrix"), valueName: "FLOWS.csv"))
    var flows: String
    @Option(help: ArgumentHelp(words("cli.flows.population"), valueName: "P.csv"))
    var population: String?
    @Option(help: ArgumentHelp(words("cli.flows.distance"), valueName: "D.csv"))
    var distance: String?
    @Option(help: ArgumentHelp(words("cli.flows.divisions"), valueName: "DIV.csv"))
    var divisions: String?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.indices(
          flows: flows, population: population, distance: distance, divisions: divisions))
    }
  }
}
