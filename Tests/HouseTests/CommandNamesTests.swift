import Foundation
import Testing

/// The commands of the program.
@Suite struct CommandNamesTests {
  /// A command without a name of its own is named after its type, which the parser finds out by searching all
  /// conformances of the program, for every command and at every start: a quarter of the time of `--version`.
  @Test func everyCommandHasAName() throws {
    var commands = 0
    for file in try SourceTree.files(under: "Sources/agyn") {
      let parts = file.text.components(separatedBy: "CommandConfiguration(").dropFirst()
      for part in parts {
        let start = part.drop { $0.isWhitespace }
        #expect(start.hasPrefix("commandName: \""), "\(file.path): \(start.prefix(60))")
      }
      commands += parts.count
      let declared = file.text.components(separatedBy: ": ParsableCommand {").count - 1
      #expect(declared == parts.count, "\(file.path)")
    }
    #expect(commands > 40)
  }
}
