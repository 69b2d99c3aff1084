import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  /// Spatial patterns as columns beside the flows.
  struct Filter: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "filter", abstract: words("cli.flows.filter"),
        discussion: words("cli.flows.filter.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.file"), valueName: "FILE.csv"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.flows.neighbours"), valueName: "LINKS.csv"))
    var neighbours: String
    @Option(help: ArgumentHelp(words("cli.flows.column.origin"), valueName: "column"))
    var origin = "orig"
    @Option(help: ArgumentHelp(words("cli.flows.column.destination"), valueName: "column"))
    var destination = "dest"
    @Option(help: ArgumentHelp(words("cli.flows.filter.least"), valueName: "share"))
    var least = 0.25
    @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
    var filter: String?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.filter(
          FlowFilterRequest(
            file: file, filter: filter, neighbours: neighbours, origin: origin,
            destination: destination, least: least)))
    }
  }
}
