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
        Fit.self, Interact.self, Spatial.self, Predict.self, Test.self, Balance.self, Estimate.self,
        Components.self,
        Indices.self, Forecast.self, Backtest.self,
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
  @OptionGroup var how: FlowFitOptions

  func request() -> FlowModelRequest {
    var request = how.request(file: file, formula: formula)
    request.offset = offset
    request.weights = weights
    return request
  }
}

/// How a model is fitted and how sure one is of it.
struct FlowFitOptions: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.flows.family")))
  var family = "poisson"
  @Option(
    help: ArgumentHelp(
      words("cli.flows.vcov"),
      valueName: "iid|hetero|hc0…hc3|cluster:COL[,COL]|dyadic:O,D|conley:LAT,LON,KM|…"))
  var vcov: String?
  @Option(help: ArgumentHelp(words("cli.flows.ssc"), valueName: "fixest|stata|none"))
  var ssc = "fixest"
  @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
  var filter: String?
  @Option(help: ArgumentHelp(words("cli.flows.level")))
  var level = 95.0

  func request(file: String, formula: String) -> FlowModelRequest {
    FlowModelRequest(
      file: file, formula: formula, family: family,
      covariance: vcov ?? ResearchFlows.standardCovariance(of: family),
      smallSample: ssc, filter: filter, level: level)
  }
}

/// How an answer is shown and where it is written.
struct AnswerOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp(words("cli.output"), valueName: "F.csv"))
  var output: String?
  @OptionGroup var table: TableOptions

  /// Prints tables or JSON on standard output, lines about them on standard error.
  func show(_ answer: ResearchAnswer) throws {
    if let output { try TableText.write(answer.table, to: output) }
    if table.json { return Terminal.print(answer.json + "\n") }
    if let text = answer.text {
      Terminal.print(text.hasSuffix("\n") ? text : text + "\n")
    } else {
      for (k, shown) in answer.tables.enumerated() where k > 0 || output == nil {
        if k > 0 { Terminal.print("\n") }
        table.show(shown)
      }
    }
    for note in answer.notes { Terminal.note(words(note.key, note.arguments)) }
  }
}
