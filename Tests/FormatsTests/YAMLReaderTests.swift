import Demography
import Formats
import Testing

@Suite struct YAMLReaderTests {
  private func read(_ text: String) throws(Faults) -> Document {
    try readYAML(Array(text.utf8), file: "a.yaml")
  }

  private func faults(_ text: String) -> [Fault] {
    do {
      _ = try read(text)
      return []
    } catch { return error.all }
  }

  @Test func everyKeyAndValueKnowsItsPlace() throws {
    let document = try read("a: 1\nlist:\n  - x\n  - {b: [2, 3]}\n")
    let inner = try #require(document["list"]?.items.last?["b"])
    #expect(inner.place.line == 4)
    #expect(inner.place.column == 9)
    #expect(inner.place.text == "  - {b: [2, 3]}")
    #expect(document.entries[1].keyPlace.description == "a.yaml:2:1")
  }

  @Test func scalarsStayText() throws {
    let document = try read(
      "{a: NO, b: 1e-9, c: on, d: 0123, e: 2024-01-01, f: ~, g: '', h: \"~\"}")
    #expect(
      document.entries.map { $0.value.text } == [
        "NO", "1e-9", "on", "0123", "2024-01-01", nil, "", "~",
      ])
  }

  @Test func anEmptyFileIsNull() throws {
    #expect(try read("").isNull)
    #expect(try read("# only a remark\n").isNull)
  }

  @Test func jsonIsReadByTheSameReader() throws {
    let document = try readJSON(
      Array(#"{"a": [1, null, "x\u0301"], "b": {}}"#.utf8), file: "a.json")
    #expect(document["a"]?.items.map(\.isNull) == [false, true, false])
    #expect(document["b"]?.content == .map([]))
  }

  @Test func indentedJSONMayUseTabs() throws {
    let document = try readJSON(
      Array("{\n\t\"a\": [\n\t\t1,\n\t\t2\n\t]\n}\n".utf8), file: "a.json")
    #expect(document["a"]?.items.map(\.text) == ["1", "2"])
  }

  @Test(arguments: [
    ("a: 1\nb: 2\na: 3\n", "yaml.key.twice", "a.yaml:1:1"),
    ("a: {expr: X[t+1] - Y}\n", "yaml.flow", "a.yaml:1:12"),
    ("a: b: c\n", "yaml.colon", "a.yaml:1:5"),
    ("a:\n\t- b\n", "yaml.tab", "a.yaml:2:1"),
    ("a: @b\n", "yaml.character", "a.yaml:1:4"),
    ("a: \"x\nb: 1\n", "yaml.quote", "a.yaml:1:4"),
    ("a:\n  - b\n c: 1\n", "yaml.indent", "a.yaml:3:2"),
    ("a: 1\n---\nb: 2\n", "yaml.documents", "a.yaml:2:1"),
    ("a: &x 1\n", "yaml.anchor", "a.yaml:1:4"),
    ("a: !!binary abc\n", "yaml.tag", "a.yaml:1:4"),
    ("? [a, b]\n: 1\n", "yaml.key.composite", "a.yaml:1:3"),
  ])
  func aSlipIsNamedWithItsPlace(text: String, code: String, place: String) {
    let fault = faults(text).first
    #expect(fault?.code == code)
    #expect(fault?.place?.description == place)
    #expect(fault?.kind == .badConfiguration)
  }

  @Test func nestedAliasesAreRefusedAtOnce() {
    var bomb = "a0: &a0 [x, x]\n"
    for i in 1..<40 { bomb += "a\(i): &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
    #expect(faults(bomb).first?.code == "yaml.anchor")
    #expect(faults(bomb + "? *a39\n: 1\n").first?.code == "yaml.anchor")
  }

  @Test func depthIsLimited() {
    let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(faults(deep).first?.code == "yaml.depth")
    #expect(!faults(String(repeating: "[", count: 100_000)).isEmpty)
    #expect(!faults(String(repeating: "- ", count: 100_000)).isEmpty)
  }

  @Test func sizeIsLimited() {
    let limits = DocumentLimits(bytes: 100, depth: 8, nodes: 10)
    for text in [String(repeating: "a", count: 101), "[1,2,3,4,5,6,7,8,9,10,11]"] {
      #expect(throws: Faults.self) {
        try readYAML(Array(text.utf8), file: "a.yaml", limits: limits)
      }
    }
  }

  @Test func aByteThatIsNotTextIsNamed() {
    let bytes = Array("a: б\nb: ".utf8) + [0xC0, 0xE1] + Array("\n".utf8)
    do {
      _ = try readYAML(bytes, file: "a.yaml")
      Issue.record("read as text")
    } catch {
      #expect(error.all[0].code == "file.encoding")
      #expect(error.all[0].place?.description == "a.yaml:2:4")
    }
  }
}
