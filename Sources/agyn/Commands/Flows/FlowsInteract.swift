import ArgumentParser
import Foundation
import Runs
import Words

extension FlowsCommand {
  /// Models of pairs whose parts have roles, so that no formula is needed.
  struct Interact: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "interact", abstract: words("cli.flows.interact"),
        discussion: words("cli.flows.interact.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.file"), valueName: "FILE.csv"))
    var file: String
    @OptionGroup var pairs: PairOptions
    @Option(
      help: ArgumentHelp(
        words("cli.flows.law"), valueName: "schneider|stouffer|radiation|radiation-finite|…"))
    var law: String?
    @Flag(help: ArgumentHelp(words("cli.flows.interact.fitted")))
    var fitted = false
    @Option(help: ArgumentHelp(words("cli.flows.covariates"), valueName: "a,b"))
    var covariates: String?
    @Flag(help: ArgumentHelp(words("cli.flows.competing")))
    var competing = false
    @Option(help: ArgumentHelp(words("cli.flows.local"), valueName: "origin|destination"))
    var local: String?
    @Option(
      help: ArgumentHelp(
        standard("robust", words("cli.flows.errors")), valueName: "poisson|quasi|robust"))
    var errors: String?
    @Option(
      name: .customLong("mean-cost"),
      help: ArgumentHelp(words("cli.flows.interact.mean_cost"), valueName: "number"))
    var meanCost: Double?
    @Option(help: ArgumentHelp(words("cli.flows.rows"), valueName: "R.csv"))
    var rows: String?
    @Option(help: ArgumentHelp(words("cli.flows.columns"), valueName: "C.csv"))
    var columns: String?
    @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
    var filter: String?
    @Option(help: ArgumentHelp(standard("95", words("cli.flows.level"))))
    var level: Double?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func validate() throws {
      if pairs.constraint == nil, law == nil {
        throw ValidationError(words("cli.flows.interact.one"))
      }
    }

    func run() throws {
      if law != nil {
        try [
          GivenOption("--origin-mass", pairs.originMass),
          GivenOption("--deterrence", pairs.deterrence), GivenOption("--local", local),
          GivenOption("--covariates", covariates),
          GivenOption("--competing", competing ? "" : nil),
          GivenOption("--errors", errors), GivenOption("--level", level),
          GivenOption("--mean-cost", meanCost), GivenOption("--rows", rows),
          GivenOption("--columns", columns),
        ].refuse(with: "--law", for: "--constraint")
      }
      if meanCost == nil {
        try [GivenOption("--rows", rows), GivenOption("--columns", columns)].refuse(
          without: "--mean-cost")
      } else {
        try [
          GivenOption("--fitted", fitted ? "" : nil), GivenOption("--covariates", covariates),
          GivenOption("--competing", competing ? "" : nil), GivenOption("--local", local),
          GivenOption("--errors", errors), GivenOption("--level", level),
        ].refuse(with: "--mean-cost", for: "--constraint")
      }
      var request = pairs.request(
        file: file, filter: filter, law: law, local: local, errors: errors ?? "robust",
        level: level ?? 95)
      request.covariates = (covariates ?? "").split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      request.isCompeting = competing
      request.isFitted = fitted
      if let meanCost {
        let known = MeanCost(mean: meanCost, rows: rows, columns: columns)
        return try answer.show(ResearchFlows.calibrate(request, to: known))
      }
      try answer.show(ResearchFlows.fit(request))
    }
  }

  /// Spatial autoregression of flows.
  struct Spatial: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "spatial", abstract: words("cli.flows.spatial"),
        discussion: words("cli.flows.spatial.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.file"), valueName: "FILE.csv"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.flows.response")))
    var response: String
    @Option(help: ArgumentHelp(words("cli.flows.areas"), valueName: "AREAS.csv"))
    var areas: String
    @Option(help: ArgumentHelp(words("cli.flows.area"), valueName: "column"))
    var area: String
    @Option(help: ArgumentHelp(words("cli.flows.neighbours"), valueName: "LINKS.csv"))
    var neighbours: String
    @Option(
      name: .customLong("destination-areas"),
      help: ArgumentHelp(words("cli.flows.destination_areas"), valueName: "AREAS.csv"))
    var destinationAreas: String?
    @Option(
      name: .customLong("destination-neighbours"),
      help: ArgumentHelp(words("cli.flows.destination_neighbours"), valueName: "LINKS.csv"))
    var destinationNeighbours: String?
    @Option(help: ArgumentHelp(words("cli.flows.column.origin"), valueName: "column"))
    var origin = "orig"
    @Option(help: ArgumentHelp(words("cli.flows.column.destination"), valueName: "column"))
    var destination = "dest"
    @Option(
      name: .customLong("destination-terms"),
      help: ArgumentHelp(words("cli.flows.terms.destination"), valueName: "a,b"))
    var destinationTerms = ""
    @Option(
      name: .customLong("origin-terms"),
      help: ArgumentHelp(words("cli.flows.terms.origin"), valueName: "a,b"))
    var originTerms = ""
    @Option(
      name: .customLong("inside-terms"),
      help: ArgumentHelp(words("cli.flows.terms.inside"), valueName: "a,b"))
    var insideTerms = ""
    @Option(
      name: .customLong("pair-terms"),
      help: ArgumentHelp(words("cli.flows.terms.pair"), valueName: "a,b"))
    var pairTerms = ""
    @Option(help: ArgumentHelp(words("cli.flows.form"), valueName: "1…9"))
    var form = 9
    @Option(help: ArgumentHelp(words("cli.flows.spatial.estimator"), valueName: "ml|s2sls"))
    var estimator = "ml"
    @Option(
      help: ArgumentHelp(words("cli.flows.spatial.predict"), valueName: "signal|trend|best"))
    var predict: String?
    @Option(
      name: .customLong("impact-draws"),
      help: ArgumentHelp(words("cli.flows.spatial.impact_draws"), valueName: "count"))
    var impactDraws: Int?
    @Option(help: ArgumentHelp(words("cli.flows.spatial.samples"), valueName: "count"))
    var samples: Int?
    @Option(
      help: ArgumentHelp(standard("1000", words("cli.flows.spatial.warmup")), valueName: "count"))
    var warmup: Int?
    @Option(
      name: .customLong("random-seed"),
      help: ArgumentHelp(standard("1", words("cli.seed")), valueName: "number"))
    var randomSeed: UInt32?
    @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
    var filter: String?
    @Option(help: ArgumentHelp(words("cli.flows.level")))
    var level = 95.0
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
      if samples == nil {
        try [GivenOption("--warmup", warmup)].refuse(without: "--samples")
        if impactDraws == 0 {
          try [GivenOption("--random-seed", randomSeed)].refuse(
            with: "--impact-draws 0", for: "--samples, --impact-draws")
        }
      }
      var request = SpatialModelRequest(
        flows: file, filter: filter, origin: origin, destination: destination,
        response: response, areas: areas, area: area, neighbours: neighbours,
        destinationTerms: list(destinationTerms), originTerms: list(originTerms),
        insideTerms: list(insideTerms), pairTerms: list(pairTerms), form: form, level: level)
      request.estimator = estimator
      request.predictor = predict
      request.destinationAreas = destinationAreas
      request.destinationNeighbours = destinationNeighbours
      request.impactDraws = impactDraws
      request.impactSeed = randomSeed ?? 1
      request.posterior = samples.map { ($0, warmup ?? 1000, randomSeed ?? 1) }
      try answer.show(ResearchFlows.fit(request))
    }
  }
}
