import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  struct Fit: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "fit", abstract: words("cli.flows.fit"),
        discussion: words(
          "cli.flows.fit.discussion", ["families": listing(ResearchFlows.families)]) + "\n\n"
          + words("cli.flows.covariances"))
    }

    @OptionGroup var model: FlowModelOptions
    @Option(help: ArgumentHelp(words("cli.flows.correction"), valueName: "weidner-zylkin"))
    var correction: String?
    @Option(
      name: .customLong("few-clusters"),
      help: ArgumentHelp(words("cli.flows.few_clusters"), valueName: "column"))
    var fewClusters: String?
    @Option(help: ArgumentHelp(words("cli.flows.few_clusters.draws"), valueName: "count"))
    var draws = 9999
    @Option(
      name: .customLong("random-seed"), help: ArgumentHelp(words("cli.seed"), valueName: "number"))
    var randomSeed: UInt32 = 0
    @Option(help: ArgumentHelp(words("cli.flows.save"), valueName: "FIT.json"))
    var save: String?
    @Option(
      name: .customLong("fixed-effects"),
      help: ArgumentHelp(words("cli.flows.fixed_effects"), valueName: "table|F.csv"))
    var fixedEffects: String?
    @OptionGroup var chart: ChartOption
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.fit(
          model.request(),
          FlowFitExtras(
            correction: correction, fewClusters: fewClusters,
            draws: try positive(draws, "--draws"), seed: randomSeed, save: save,
            fixedEffects: fixedEffects)),
        chart: chart.chart)
    }
  }
}
