import ArgumentParser
import Demography
import Foundation
import Runs
import Words

struct RefreshCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "refresh", abstract: words("cli.refresh"),
      discussion: words("cli.refresh.discussion"))
  }

  @Option(help: ArgumentHelp(words("cli.quarter"), valueName: "2025-Q1"))
  var quarter: String?

  @Flag(name: [.short, .long], help: ArgumentHelp(words("cli.quiet")))
  var quiet = false

  @Flag(help: ArgumentHelp(words("cli.json")))
  var json = false

  @OptionGroup var plan: PlanOptions
  @OptionGroup var place: WorkspaceOption
  @OptionGroup var language: LanguageOption

  func run() throws {
    let workspace = try place.open()
    let progress = TerminalProgress(isQuiet: quiet)
    let outcome = try Refresh(
      workspace, plan: Plan(workspace, plan.overrides(quarter: quarter)), words: words,
      threads: plan.threadCount, progress: progress
    ).run()
    if json {
      Terminal.print(outcome.json + "\n")
    } else if !quiet {
      Terminal.print(outcome.text(words, workspaceLanguage: workspace.language))
    }
    if outcome.failedChecks > 0 { throw ExitCode(Fault.Kind.checkFailed.rawValue) }
  }
}
