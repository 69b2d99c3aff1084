import Foundation
import Testing
import Words

/// Nothing a person reads stands in the code, and nothing is said in one language only.
@Suite struct TextTests {
  static let books = Language.allCases.map { Wordbook($0) }

  @Test func theLanguagesHaveTheSameKeys() {
    let english = Set(Wordbook(.en).keys)
    for book in Self.books {
      let keys = Set(book.keys)
      #expect(keys.subtracting(english).isEmpty, "only in \(book.language)")
      #expect(english.subtracting(keys).isEmpty, "missing in \(book.language)")
    }
  }

  @Test func theLanguagesFillTheSameGaps() {
    let english = Wordbook(.en)
    for book in Self.books {
      for key in english.keys {
        #expect(
          Self.gaps(book[key] ?? "") == Self.gaps(english[key] ?? ""), "\(book.language) \(key)")
      }
    }
  }

  @Test func everyFaultInTheCodeHasItsTexts() throws {
    let book = Wordbook(.en)
    let pattern = #/Fault\(\s*\.\w+,\s*"([a-zA-Z0-9._-]+)"/#
    var count = 0
    for file in try SourceTree.files(under: "Sources") {
      for match in file.text.matches(of: pattern) {
        count += 1
        let code = String(match.1)
        #expect(book["fault.\(code).what"] != nil, "\(file.path): fault.\(code).what")
        #expect(book["fault.\(code).hint"] != nil, "\(file.path): fault.\(code).hint")
      }
    }
    #expect(count > 50)
  }

  @Test func everyKeyAskedForInTheCodeIsThere() throws {
    let book = Wordbook(.en)
    let pattern = #/\bwords\(\s*"([a-zA-Z0-9._-]+)"/#
    let detail = #/detail: "([a-zA-Z0-9._-]+)"/#
    var count = 0
    for file in try SourceTree.files(under: "Sources") {
      for match in file.text.matches(of: pattern) {
        count += 1
        #expect(book[String(match.1)] != nil, "\(file.path): \(match.1)")
      }
      if file.path.contains("/Runs/") {
        for match in file.text.matches(of: detail) {
          #expect(book[String(match.1)] != nil, "\(file.path): \(match.1)")
        }
      }
    }
    #expect(count > 80)
  }

  @Test func cyrillicLanguagesAreWrittenInCyrillic() {
    for book in Self.books where book.language != .en {
      let sentences = book.keys.filter { $0.hasPrefix("fault.") && $0.hasSuffix(".what") }
      let latin = sentences.filter { key in
        !(book[key] ?? "").unicodeScalars.contains { (0x400...0x4FF).contains($0.value) }
      }
      #expect(latin.isEmpty, "\(book.language): \(latin)")
    }
  }

  /// The `{names}` of a text, sorted.
  static func gaps(_ text: String) -> [String] {
    text.matches(of: #/\{([a-zA-Z_0-9]+)\}/#).map { String($0.1) }.sorted()
  }
}
