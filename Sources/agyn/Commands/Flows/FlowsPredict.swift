import ArgumentParser
import Runs
import Words

extension FlowsCommand {
  struct Predict: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "predict", abstract: words("cli.flows.predict"),
        discussion: words("cli.flows.predict.discussion"))
    }

    @OptionGroup var model: FlowModelOptions
    @Option(help: ArgumentHelp(words("cli.flows.predict.rows"), valueName: "NEW.csv"))
    var rows: String?
    @Option(help: ArgumentHelp(words("cli.flows.predict.unseen"), valueName: "refuse|missing"))
    var unseen = "refuse"
    @Flag(help: ArgumentHelp(words("cli.flows.predict.leverage")))
    var leverage = false
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var language: LanguageOption

    func run() throws {
      if rows != nil {
        try [GivenOption("--leverage", leverage ? "" : nil)].refuse(
          with: "--rows", for: "flows predict")
      }
      try answer.show(
        ResearchFlows.predict(model.request(), rows: rows, unseen: unseen, leverage: leverage))
    }
  }
}
