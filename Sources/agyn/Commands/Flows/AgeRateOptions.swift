import ArgumentParser
import Words

/// Rates by age, or moves with the exposure they come from, and the rows that count.
struct AgeRateOptions: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.flows.schedule.rate"), valueName: "EXPR"))
  var rate: String?
  @Option(help: ArgumentHelp(words("cli.flows.schedule.moves"), valueName: "EXPR"))
  var moves: String?
  @Option(help: ArgumentHelp(words("cli.flows.schedule.exposure"), valueName: "EXPR"))
  var exposure: String?
  @Option(name: .customLong("where"), help: ArgumentHelp(words("cli.flows.where")))
  var filter: String?
}
