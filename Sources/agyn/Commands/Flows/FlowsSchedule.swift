import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  /// Migration by age.
  struct Schedule: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "schedule", abstract: words("cli.flows.schedule"),
        discussion: words("cli.flows.schedule.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.schedule.file"), valueName: "FILE.csv"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.flows.schedule.age"), valueName: "EXPR"))
    var age = "age"
    @OptionGroup var rates: AgeRateOptions
    @Option(help: ArgumentHelp(words("cli.flows.schedule.parameters"), valueName: "7|9|11|13"))
    var parameters = 7
    @Option(help: ArgumentHelp(words("cli.flows.schedule.starts"), valueName: "count"))
    var starts = 50
    @Option(
      name: .customLong("random-seed"),
      help: ArgumentHelp(words("cli.seed"), valueName: "number"))
    var randomSeed: UInt32 = 1
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.schedule(
          ScheduleRequest(
            file: file, filter: rates.filter, age: age, rate: rates.rate, moves: rates.moves,
            exposure: rates.exposure,
            parameters: parameters, starts: starts, seed: randomSeed)))
    }
  }
}
