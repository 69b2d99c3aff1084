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
    @Option(
      help: ArgumentHelp(
        standard("9999", words("cli.flows.few_clusters.draws")), valueName: "count"))
    var draws: Int?
    @Option(
      name: .customLong("random-seed"),
      help: ArgumentHelp(standard("0", words("cli.seed")), valueName: "number"))
    var randomSeed: UInt32?
    @Option(help: ArgumentHelp(words("cli.flows.save"), valueName: "FIT.json"))
    var save: String?
    @Option(
      name: .customLong("fixed-effects"),
      help: ArgumentHelp(words("cli.flows.fixed_effects"), valueName: "table|F.csv"))
    var fixedEffects: String?
    @Option(
      help: ArgumentHelp(words("cli.flows.bootstrap"), valueName: "rows|COL|areas(ORIG,DEST)"))
    var bootstrap: String?
    @Option(help: ArgumentHelp(words("cli.flows.randomise"), valueName: "term"))
    var randomise: String?
    @Option(
      name: .customLong("randomise-over"),
      help: ArgumentHelp(
        standard("rows", words("cli.flows.randomise_over")),
        valueName: "rows|within:COL|areas(ORIG,DEST)"))
    var randomiseOver: String?
    @Option(
      help: ArgumentHelp(
        standard("\(FlowFitExtras.standardResamples)", words("cli.flows.resamples")),
        valueName: "count"))
    var resamples: Int?
    @OptionGroup var chart: ChartOption
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      if randomise == nil {
        try [GivenOption("--randomise-over", randomiseOver)].refuse(without: "--randomise")
      }
      if randomise == nil, bootstrap == nil {
        try [GivenOption("--resamples", resamples)].refuse(without: "--bootstrap, --randomise")
      }
      if fewClusters == "none" {
        try [GivenOption("--draws", draws)].refuse(
          with: "--few-clusters none", for: "--few-clusters")
      }
      let bootstrapped = ResearchFlows.bootstrapFamilies
      let family = model.request().family
      if bootstrap == nil, randomise == nil, fewClusters == "none" || !bootstrapped.contains(family)
      {
        try [GivenOption("--random-seed", randomSeed)].refuse(
          with: fewClusters == "none" ? "--few-clusters none" : "--family \(family)",
          for: "--bootstrap, --randomise, --few-clusters")
      }
      if !bootstrapped.contains(family) {
        try [GivenOption("--draws", draws)].refuse(
          with: "--family \(family)", for: bootstrapped.joined(separator: ", "))
      }
      if bootstrap != nil || randomise != nil, fewClusters == nil {
        // Of these --resamples tells how often rows are drawn.
        try [GivenOption("--draws", draws)].refuse(
          with: bootstrap == nil ? "--randomise" : "--bootstrap", for: "--few-clusters")
      }
      var extras = FlowFitExtras(
        correction: correction, fewClusters: fewClusters,
        draws: try positive(draws ?? 9999, "--draws"), seed: randomSeed, save: save,
        fixedEffects: fixedEffects)
      extras.bootstrap = bootstrap
      extras.randomise = randomise.map { ($0, randomiseOver ?? "rows") }
      extras.resamples = resamples ?? FlowFitExtras.standardResamples
      try answer.show(ResearchFlows.fit(model.request(), extras), chart: chart.chart)
    }
  }
}
