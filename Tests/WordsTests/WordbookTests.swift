import Testing
import Words

@Suite struct WordbookTests {
  @Test func gapsAreFilledOnceAndBracesInsideAnArgumentStay() {
    let book = Wordbook(.en)
    let text = book("fault.file.missing.what", ["path": "{path}.csv"])
    #expect(text == "there is no file {path}.csv")
  }

  @Test func aMissingKeyIsSeen() {
    #expect(Wordbook(.kk)("no.such.key") == "⟨no.such.key⟩")
  }

  @Test func aGapWithoutAnArgumentStaysVisible() {
    #expect(Wordbook(.en)("fault.file.missing.what") == "there is no file {path}")
    #expect(Wordbook(.en)("fault.file.missing.what", ["other": "x"]).contains("{path}"))
  }

  @Test func whereNothingIsNearTheQuestionIsNotAsked() {
    for language in Language.allCases {
      let book = Wordbook(language)
      func hint(_ nearest: String) -> String? {
        book.hint("scenario.variant-lever", ["nearest": nearest, "known": "a, b"])
      }
      #expect(hint("a")?.contains("«a»") == true || hint("a")?.contains("'a'") == true)
      #expect(hint("")?.contains("?") == false && hint("")?.hasSuffix("a, b") == true)
      #expect(book.hint("no.such.fault", [:]) == nil)
    }
  }

  @Test func everyLanguageSpeaks() {
    #expect(Wordbook(.en)("stage.loading") == "Loading")
    #expect(Wordbook(.ru)("stage.loading") == "Загрузка")
    #expect(Wordbook(.kk)("stage.loading") == "Жүктеу")
  }
}
