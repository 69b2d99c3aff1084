import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  /// Several models of one file side by side.
  struct Compare: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "compare", abstract: words("cli.flows.compare"),
        discussion: words("cli.flows.compare.discussion"))
    }

    @Argument(
      help: ArgumentHelp(words("cli.flows.compare.files"), valueName: "FILE.csv|FIT.json …"))
    var files: [String]
    @Option(name: .long, help: ArgumentHelp(words("cli.flows.compare.formula")))
    var formula: [String] = []
    @Option(name: .long, help: ArgumentHelp(words("cli.flows.compare.family")))
    var family: [String] = []
    @Option(name: .long, help: ArgumentHelp(words("cli.flows.compare.vcov")))
    var vcov: [String] = []
    @OptionGroup var parts: LikelihoodOptions
    @Option(help: ArgumentHelp(words("cli.flows.ssc"), valueName: "fixest|stata|none|…"))
    var ssc = "fixest"
    @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
    var filter: String?
    @Option(help: ArgumentHelp(words("cli.flows.compare.sample"), valueName: "common|own"))
    var sample = "common"
    @Flag(help: ArgumentHelp(words("cli.flows.compare.stars")))
    var stars = false
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.compare(
          FlowComparisonRequest(
            files: files, formulas: formula, families: family.isEmpty ? ["poisson"] : family,
            covariances: vcov, zero: parts.zero, random: parts.random, nodes: parts.nodes,
            smallSample: ssc,
            filter: filter, sample: sample, hasStars: stars)))
    }
  }
}
