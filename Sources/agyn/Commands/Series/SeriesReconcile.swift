import ArgumentParser
import Demography
import Runs
import Words

extension SeriesCommand {
  /// Forecasts of a hierarchy that add up.
  struct Reconcile: ParsableCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "reconcile", abstract: words("cli.series.reconcile"),
        discussion: words("cli.series.reconcile.discussion"))
    }

    @Argument(help: ArgumentHelp(words("cli.series.reconcile.file"), valueName: "FILE.csv|@PANEL"))
    var file: String
    @Option(help: ArgumentHelp(words("cli.series.reconcile.summing"), valueName: "S.csv"))
    var summing: String?
    @Option(help: ArgumentHelp(words("cli.series.reconcile.separator"), valueName: "/"))
    var separator: String?
    @Option(help: ArgumentHelp(words("cli.series.reconcile.by"), valueName: "a,b"))
    var by: [String] = []
    @Option(help: ArgumentHelp(words("cli.series.reconcile.temporal"), valueName: "1,3,12"))
    var temporal: String?
    @Option(help: ArgumentHelp(standard("total", words("cli.series.reconcile.total"))))
    var total: String?
    @Option(
      help: ArgumentHelp(
        words("cli.series.reconcile.method"),
        valueName:
          "bottom-up|top-down|top-down-average-proportions|top-down-proportion-averages|middle-out|ols|wls-struct|wls|mint|mint-sample|erm"
      ))
    var method: String?
    @Option(help: ArgumentHelp(words("cli.series.reconcile.middle"), valueName: "id,id"))
    var middle: String?
    @Flag(
      name: .customLong("non-negative"), help: ArgumentHelp(words("cli.series.reconcile.bounds")))
    var isNonNegative = false
    @Option(help: ArgumentHelp(words("cli.series.model")))
    var model = "auto-ets"
    @OptionGroup var ahead: AheadOptions
    @Option(help: ArgumentHelp(words("cli.series.reconcile.draws"), valueName: "count"))
    var draws = 1000
    @Option(help: ArgumentHelp(words("cli.seed"), valueName: "number"))
    var seed: UInt32 = 1
    @OptionGroup var answer: AnswerOptions
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var language: LanguageOption

    func validate() throws {
      let given = (summing == nil ? 0 : 1) + (separator == nil ? 0 : 1) + (by.isEmpty ? 0 : 1)
      if !(temporal == nil ? 1...1 : 0...1).contains(given) || separator == "" {
        throw ValidationError(words("cli.series.reconcile.one"))
      }
    }

    /// - Throws: `option.wrong` for what is no list of lengths that divide the longest.
    private func spans() throws -> [Int] {
      guard let temporal else { return [] }
      let lengths = Self.list(temporal).map { Int($0) ?? 0 }
      let longest = lengths.max() ?? 0
      guard (2...1000).contains(longest), lengths.allSatisfy({ $0 > 0 && longest % $0 == 0 }) else {
        throw Fault(
          .usage, "option.wrong",
          ["option": "--temporal", "value": temporal, "form": "1,3,12"])
      }
      return lengths
    }

    private var shape: ReconcileRequest.Shape {
      if let summing { return .table(summing) }
      if let separator { return .paths(separator: separator) }
      return by.isEmpty ? .alone : .columns(by.map { Self.list($0) })
    }

    func run() throws {
      let input = try seriesInput(file, place, leaves: answer.output != nil)
      if summing != nil {
        try [GivenOption("--total", total)].refuse(with: "--summing", for: "--separator, --by")
      } else if separator == nil, by.isEmpty {
        try [GivenOption("--total", total), GivenOption("--middle", middle)].refuse(
          with: "--temporal", for: "--separator, --by")
      }
      let isWatched = Terminal.isTerminal(.standardError)
      let progress = TerminalProgress(isQuiet: answer.table.json || !isWatched)
      let found = try ResearchSeries.reconcile(
        ReconcileRequest(
          input, shape: shape, spans: try spans(), total: total ?? "total", method: method,
          middle: Self.list(middle ?? ""), isNonNegative: isNonNegative, model: model,
          season: input.season(try ahead.season.periods()),
          horizon: try ahead.steps(), levels: try levels(ahead.level),
          draws: try positive(draws, "--draws"), seed: seed),
        progress: progress)
      progress.close()
      try answer.show(found)
    }

    private static func list(_ text: String) -> [String] {
      text.split(separator: ",").map(String.init)
    }
  }
}
