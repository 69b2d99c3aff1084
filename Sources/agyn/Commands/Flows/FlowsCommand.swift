import ArgumentParser
import Demography
import Runs
import Words

struct FlowsCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "flows", abstract: words("cli.flows"),
      discussion: words("cli.flows.discussion", ["models": listing(ResearchFlows.models)]),
      subcommands: [
        Fit.self, Interact.self, Spatial.self, Filter.self, Predict.self, Test.self, Compare.self,
        Scenario.self,
        Balance.self, Estimate.self, Components.self, Indices.self, Profile.self, Schedule.self,
        Score.self, Reshape.self,
        Chart.self,
        Forecast.self, Backtest.self,
      ])
  }
}

/// Which model is fitted to which file; what every command that fits one takes.
struct FlowModelOptions: ParsableArguments {
  @Argument(help: ArgumentHelp(words("cli.flows.file"), valueName: "FILE.csv"))
  var file: String
  @Option(help: ArgumentHelp(words("cli.flows.formula")))
  var formula: String
  @Option(help: ArgumentHelp(words("cli.flows.offset"), valueName: "EXPR"))
  var offset: String?
  @Option(help: ArgumentHelp(words("cli.flows.weights"), valueName: "EXPR"))
  var weights: String?
  @Option(
    help: ArgumentHelp(
      standard("sampling", words("cli.flows.weighting")), valueName: "sampling|frequency"))
  var weighting: String?
  @Option(help: ArgumentHelp(words("cli.flows.singletons"), valueName: "keep|drop"))
  var singletons = "keep"
  @OptionGroup var parts: LikelihoodOptions
  @OptionGroup var how: FlowFitOptions

  func request() -> FlowModelRequest {
    var request = how.request(file: file, formula: formula)
    request.offset = offset
    request.weights = weights
    request.weighting = weighting
    request.singletons = singletons
    request.zero = parts.zero
    request.random = parts.random
    request.nodes = parts.nodes
    return request
  }
}

/// What families by full likelihood have beside the mean.
struct LikelihoodOptions: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.flows.zero"), valueName: "x+y"))
  var zero: String?
  @Option(help: ArgumentHelp(words("cli.flows.random"), valueName: "COL[,COL]"))
  var random: String?
  @Option(help: ArgumentHelp(words("cli.flows.nodes"), valueName: "count"))
  var nodes = 1
}

/// How a model is fitted and how sure one is of it.
struct FlowFitOptions: ParsableArguments {
  @Option(help: ArgumentHelp(standard("poisson", words("cli.flows.family"))))
  var family: String?
  @Option(
    help: ArgumentHelp(
      words("cli.flows.vcov"),
      valueName: "iid|hetero|hc0…hc3|cluster:COL[,COL…]|dyadic:O,D|conley:LAT,LON,KM|…"))
  var vcov: String?
  @Option(
    help: ArgumentHelp(
      standard("fixest", words("cli.flows.ssc")), valueName: "fixest|stata|none|…"))
  var ssc: String?
  @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
  var filter: String?
  @Option(help: ArgumentHelp(words("cli.flows.level")))
  var level = 95.0

  func request(file: String, formula: String) -> FlowModelRequest {
    let family = family ?? "poisson"
    return FlowModelRequest(
      file: file, formula: formula, family: family,
      covariance: vcov ?? ResearchFlows.standardCovariance(of: family),
      smallSample: ssc ?? "fixest", filter: filter, level: level)
  }

  /// What a model without a formula has no use for.
  var ofRegression: [GivenOption] {
    [GivenOption("--family", family), GivenOption("--vcov", vcov), GivenOption("--ssc", ssc)]
  }
}

/// How an answer is shown and where it is written.
struct AnswerOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp(words("cli.output"), valueName: "F.csv"))
  var output: String?
  @Option(help: ArgumentHelp(words("cli.flows.format"), valueName: "text|latex|csv|json"))
  var format = "text"
  @OptionGroup var table: TableOptions

  func validate() throws {
    if ResearchAnswer.Form(rawValue: format) == nil {
      throw ValidationError(words("cli.flows.format.wrong", ["value": format]))
    }
  }

  /// Prints tables, LaTeX, CSV or JSON on standard output, lines about them on standard error, and
  /// draws the chart that is asked for.
  func show(_ answer: ResearchAnswer, chart: String? = nil) throws {
    if let output { try answer.write(to: output, language: words.language) }
    if let chart { try answer.draw(to: chart, language: words.language) }
    let form = table.json ? .json : ResearchAnswer.Form(rawValue: format) ?? .text
    if output != nil, form == .latex || form == .csv {
      if form == .csv { note(answer) }
      return try check(answer)
    }
    Terminal.print(
      answer.text(
        form, language: words.language, limit: table.limit, skipped: output == nil ? 0 : 1,
        width: Terminal.width(of: .standardOutput),
        isColoured: Terminal.colours(on: .standardOutput)))
    if form == .text || form == .csv { note(answer) }
    try check(answer)
  }

  private func note(_ answer: ResearchAnswer) {
    for note in answer.notes { Terminal.note(words(note.key, note.arguments)) }
  }

  private func check(_ answer: ResearchAnswer) throws {
    guard answer.failures.isEmpty else { throw Faults(answer.failures) }
    if answer.isDoubtful { throw ExitCode(Fault.Kind.checkFailed.rawValue) }
  }
}

/// How a posterior is sampled.
struct SamplingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      standard("\(SamplingRequest.standard.chains)", words("cli.sampling.chains")),
      valueName: "count"))
  var chains: Int?
  @Option(
    help: ArgumentHelp(
      standard("\(SamplingRequest.standard.warmup)", words("cli.sampling.warmup")),
      valueName: "count"))
  var warmup: Int?
  @Option(
    name: .customLong("samples"),
    help: ArgumentHelp(
      standard("\(SamplingRequest.standard.draws)", words("cli.sampling.draws")),
      valueName: "count"))
  var draws: Int?

  func request(seed: UInt32?) -> SamplingRequest {
    SamplingRequest(chains: chains, warmup: warmup, draws: draws, seed: seed)
  }
}

/// A line of help with what an option is where it is not given, as the parser writes it itself where it knows.
func standard(_ value: String, _ help: String) -> String { "\(help) (default: \(value))" }

/// Whether and where the answer is drawn.
struct ChartOption: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.flows.chart_file"), valueName: "F.html|svg|png|vl.json"))
  var chart: String?
}
