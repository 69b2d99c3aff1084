import Foundation
import Testing

/// The house stands as docs/ARCHITECTURE.md draws it: a target imports what its line names, never
/// upward, never sideways. The package manager does not reject imports of transitive dependencies.
@Suite struct LayeringTests {
  /// What each target may import of our own, and of what comes from outside. Glibc stands for the
  /// elementary functions of the C library: exp, log, pow; in Formats for reading a file block by block.
  static let allowed: [String: Set<String>] = [
    "Kernel": ["COpenBLAS", "CLAPACKE", "CVecMath", "Glibc", "Dispatch", "Synchronization"],
    "Digests": ["CCrypto"],
    "Demography": [],
    "Words": ["CTexts"],
    "Formats": [
      "CZstd", "CZlib", "CExpat", "CXLSXWriter", "Demography", "Yams", "Foundation", "Glibc",
    ],
    "Ingest": ["Demography"],
    "Harmony": ["Kernel", "Digests", "Demography"],
    "Store": ["Demography", "Digests", "GRDB", "Foundation"],
    "FlowModels": ["Kernel", "Demography", "Glibc"],
    "SeriesModels": ["Kernel", "Demography", "Glibc", "Synchronization"],
    "Projection": ["Kernel", "Demography", "Glibc"],
    "Scenarios": [
      "Kernel", "Demography", "FlowModels", "SeriesModels", "Projection", "Glibc",
    ],
    "Export": ["Words", "Demography"],
    "Runs": [
      "Kernel", "Digests", "Demography", "Words", "Formats", "Ingest", "Harmony", "Store",
      "FlowModels", "SeriesModels", "Projection", "Scenarios", "Export", "Foundation",
    ],
    "agyn": ["Runs", "Words", "Demography", "ArgumentParser", "Foundation", "Synchronization"],
  ]

  @Test func everyTargetImportsOnlyWhatItsLineNames() throws {
    var found: [String] = []
    for target in Self.allowed.keys.sorted() {
      for file in try SourceTree.files(under: "Sources/\(target)") {
        for name in Self.imports(in: file.text)
        where !Self.allowed[target, default: []].contains(name) {
          found.append("\(file.path) imports \(name)")
        }
      }
    }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func everyFolderOfSourcesHasALine() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: SourceTree.root.appendingPathComponent("Sources").path)
    let bridges = folders.filter { $0.hasPrefix("C") && $0.dropFirst().first?.isUppercase == true }
    #expect(Set(folders).subtracting(bridges) == Set(Self.allowed.keys))
  }

  @Test func anImportUpwardIsSeen() {
    let text = "import Demography\npublic import struct Runs.Plan\n@testable import Kernel\n"
    #expect(Self.imports(in: text) == ["Demography", "Runs", "Kernel"])
    #expect(!Self.allowed["Harmony", default: []].contains("Runs"))
    #expect(!Self.allowed["Kernel", default: []].contains("Demography"))
  }

  @Test func foundationStaysOutOfTheModels() {
    for target in ["Kernel", "Demography", "FlowModels", "SeriesModels", "Projection"] {
      #expect(!Self.allowed[target, default: []].contains("Foundation"))
    }
  }

  /// The modules a file imports, in order.
  static func imports(in text: String) -> [String] {
    // An import of the file itself stands at the start of its line; programs quoted in it do not.
    text.split(separator: "\n").filter { $0.first?.isWhitespace == false }.compactMap { line in
      var words = line.split(separator: " ").map(String.init)
      while let first = words.first,
        first.hasPrefix("@")
          || ["public", "internal", "private", "package", "fileprivate"]
            .contains(first)
      { words.removeFirst() }
      guard words.first == "import", words.count >= 2 else { return nil }
      let kinds = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
      let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
      return name.split(separator: ".").first.map(String.init)
    }
  }
}

/// The files of this package, read as text.
enum SourceTree {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Swift files under a folder, sorted by path.
  static func files(under folder: String) throws -> [(path: String, text: String)] {
    let base = root.appendingPathComponent(folder)
    let names =
      FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      (
        folder + "/" + name,
        try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
      )
    }
  }
}
