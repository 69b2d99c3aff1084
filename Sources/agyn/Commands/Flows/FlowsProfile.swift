import ArgumentParser
import Foundation
import Runs
import Words

extension FlowsCommand {
  /// Indices of migration by age.
  struct Profile: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "profile", abstract: words("cli.flows.profile"),
        discussion: words("cli.flows.profile.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.flows.schedule.file"), valueName: "FILE.csv"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.flows.profile.age"), valueName: "EXPR"))
    var age = "age"
    @OptionGroup var rates: AgeRateOptions
    @Option(help: ArgumentHelp(words("cli.flows.profile.by"), valueName: "COL[,COL]"))
    var by: String?
    @Option(help: ArgumentHelp(words("cli.flows.profile.after"), valueName: "age"))
    var after = 5.0
    @Option(help: ArgumentHelp(words("cli.flows.profile.before"), valueName: "age"))
    var before = 65.0
    @Option(help: ArgumentHelp(words("cli.flows.profile.around"), valueName: "years"))
    var around = 5.0
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      try answer.show(
        ResearchFlows.profile(
          ProfileRequest(
            file: file, filter: rates.filter, age: age, rate: rates.rate, moves: rates.moves,
            exposure: rates.exposure,
            by: (by ?? "").split(separator: ",").map {
              $0.trimmingCharacters(in: .whitespaces)
            }, after: after, before: before, around: around)))
    }
  }
}
