import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  /// Tables of flows by total, shares and ratios.
  struct Components: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "components", abstract: words("cli.flows.components"),
        discussion: words("cli.flows.components.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.components.file"), valueName: "FLOWS.csv"))
    var flows: String
    @Flag(help: ArgumentHelp(words("cli.flows.components.rebuild")))
    var rebuild = false
    @Option(help: ArgumentHelp(words("cli.flows.components.period"), valueName: "column"))
    var period: String?
    @Option(help: ArgumentHelp(standard("1", words("cli.flows.horizon")), valueName: "count"))
    var horizon: Int?
    @Option(
      help: ArgumentHelp(
        standard("log-trend", words("cli.flows.components.total")),
        valueName: "log-trend|mean|last"))
    var total: String?
    @Option(
      help: ArgumentHelp(
        standard("log-trend", words("cli.flows.components.shares")),
        valueName: "log-trend|mean|last"))
    var shares: String?
    @Option(
      help: ArgumentHelp(
        standard("last", words("cli.flows.components.ratios")), valueName: "log-trend|mean|last"))
    var ratios: String?
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      let ofProjection = [
        GivenOption("--horizon", horizon), GivenOption("--total", total),
        GivenOption("--shares", shares), GivenOption("--ratios", ratios),
      ]
      if rebuild {
        try ([GivenOption("--period", period)] + ofProjection).refuse(
          with: "--rebuild", for: "--period")
        return try answer.show(ResearchFlows.rebuild(components: flows))
      }
      guard let period else {
        try ofProjection.refuse(without: "--period")
        return try answer.show(ResearchFlows.components(flows: flows))
      }
      try answer.show(
        ResearchFlows.project(
          ComponentRequest(
            flows: flows, period: period, horizon: try positive(horizon ?? 1, "--horizon"),
            total: total ?? "log-trend", shares: shares ?? "log-trend",
            ratios: ratios ?? "last")))
    }
  }
}
