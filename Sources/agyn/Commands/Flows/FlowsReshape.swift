import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  /// A table of flows in another shape.
  struct Reshape: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "reshape", abstract: words("cli.flows.reshape"),
        discussion: words("cli.flows.reshape.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.matrix"), valueName: "FLOWS.csv"))
    var flows: String
    @Option(
      name: .customLong("to"), help: ArgumentHelp(words("cli.flows.to"), valueName: "wide|long"))
    var shape: String?
    @Option(help: ArgumentHelp(words("cli.flows.groups"), valueName: "GROUPS.csv"))
    var groups: String?
    @OptionGroup var small: SmallAreaOptions
    @Option(help: ArgumentHelp(words("cli.flows.reshape.areas"), valueName: "AREAS.csv"))
    var areas: String?
    @Option(
      help: ArgumentHelp(standard("0", words("cli.flows.reshape.fill")), valueName: "0|missing"))
    var fill: String?
    @Flag(help: ArgumentHelp(words("cli.flows.round")))
    var round = false
    @Flag(help: ArgumentHelp(words("cli.flows.sums")))
    var sums = false
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      if areas == nil { try [GivenOption("--fill", fill)].refuse(without: "--areas") }
      var request = FlowReshapeRequest(
        flows: flows, shape: shape, groups: groups, least: small.lump, name: small.lumpName,
        isRounded: round, isSummed: sums)
      request.areas = areas
      request.fill = fill ?? "0"
      try answer.show(ResearchFlows.reshape(request))
    }
  }

  /// A table of flows as a picture.
  struct Chart: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "chart", abstract: words("cli.flows.chart"),
        discussion: words("cli.flows.chart.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.matrix"), valueName: "FLOWS.csv"))
    var flows: String
    @Option(help: ArgumentHelp(words("cli.flows.chart.kind"), valueName: "heatmap|chord"))
    var kind = "heatmap"
    @OptionGroup var small: SmallAreaOptions
    @Option(
      name: .shortAndLong,
      help: ArgumentHelp(words("cli.flows.chart_file"), valueName: "F.html|svg|png|vl.json"))
    var output: String
    @OptionGroup var language: LanguageOption

    func run() throws {
      try ResearchFlows.chart(flows: flows, kind: kind, least: small.lump, name: small.lumpName)
        .draw(to: output, language: words.language)
    }
  }
}

/// Which areas are joined because they are small.
struct SmallAreaOptions: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.flows.lump"), valueName: "persons"))
  var lump: Double?
  @Option(
    name: .customLong("lump-name"), help: ArgumentHelp(words("cli.flows.lump_name")))
  var lumpName = "Other"
}
