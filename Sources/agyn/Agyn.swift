import ArgumentParser
import Demography
import Foundation
import Runs
import Words

/// The texts of this process: `--lang` and `AGYN_LANG` decide before anything is parsed, so that help
/// speaks the language too.
let words = Wordbook(Language(rawValue: requestedLanguage() ?? "en") ?? .en)

/// The language asked for on the command line or in the environment; `nil` when neither says.
func requestedLanguage() -> String? {
  let arguments = CommandLine.arguments
  if let index = arguments.firstIndex(of: "--lang"), index + 1 < arguments.count {
    return arguments[index + 1]
  }
  if let joined = arguments.first(where: { $0.hasPrefix("--lang=") }) {
    return String(joined.dropFirst("--lang=".count))
  }
  return ProcessInfo.processInfo.environment["AGYN_LANG"]
}

@main
struct Agyn: ParsableCommand {
  private static let commands: [any ParsableCommand.Type] = [
    RefreshCommand.self, DataCommand.self, FlowsCommand.self, SeriesCommand.self,
    ProjectCommand.self, ScenarioCommand.self, ReportCommand.self, ExportCommand.self,
    RunsCommand.self,
  ]

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "agyn",
      abstract: words("cli.agyn"),
      discussion: words("cli.agyn.discussion"),
      version: Engine.version,
      subcommands: commands(for: CommandLine.arguments.dropFirst()))
  }

  /// The commands that these arguments may mean: the one they begin with, because the parser asks every
  /// command it knows for its texts before it reads the first argument; none for the version alone; all of
  /// them, when the arguments begin with something else or ask for completions, which name every command.
  private static func commands(for arguments: ArraySlice<String>) -> [any ParsableCommand.Type] {
    if arguments == ["--version"] { return [] }
    guard let first = arguments.first,
      !arguments.contains(where: { $0.hasPrefix("--generate") || $0.hasPrefix("---") }),
      let named = commands.first(where: { $0._commandName == first })
    else { return commands }
    return [named]
  }

  static func main() {
    Engine.begin()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let faults as Faults {
      leave(faults.all, code: faults.exitCode)
    } catch let fault as Fault {
      leave([fault], code: fault.kind.rawValue)
    } catch {
      exit(withError: error)
    }
  }

  private static func leave(_ faults: [Fault], code: Int32) -> Never {
    let text = FaultText(words, isColoured: Terminal.colours(on: .standardError))
    Terminal.note(text(faults))
    Foundation.exit(code)
  }
}
