import Export
import Foundation
import Testing

/// JSON text, of a value as a whole and written piece by piece.
@Suite struct JSONTests {
  private static let value: JSON = [
    "name": "a \"b\" \\ c\n\t\u{1}\u{2028} Ә", "empty": [], "none": [:], "missing": nil,
    "numbers": [1, -2.5, 1e300, 0.1, 3e15, .number(.nan), .number(-.infinity)],
    "nested": ["yes": true, "list": [["x": 1], ["x": 2]]],
  ]

  @Test func aValueIsTheTextThatTheStandardHas() {
    #expect(
      Self.value.text()
        == "{\"name\":\"a \\\"b\\\" \\\\ c\\n\\t\\u0001\\u2028 Ә\",\"empty\":[],\"none\":{},"
        + "\"missing\":null,\"numbers\":[1,-2.5,1e+300,0.1,3000000000000000,null,null],"
        + "\"nested\":{\"yes\":true,\"list\":[{\"x\":1},{\"x\":2}]}}")
    let small: JSON = ["a": [1, ["b": []]], "c": [:]]
    #expect(
      small.text(isPretty: true)
        == "{\n \"a\": [\n  1,\n  {\n   \"b\": []\n  }\n ],\n \"c\": {}\n}")
  }

  @Test(arguments: [false, true])
  func piecesMakeTheSameTextAsTheWhole(isPretty: Bool) throws {
    var writer = JSONWriter(isPretty: isPretty)
    writer.beginObject()
    writer.name("series")
    writer.beginArray()
    for k in 0..<2 {
      writer.beginObject()
      writer.name("id")
      writer.string("s\(k)")
      writer.name("value")
      writer.number(0.5 + Double(k))
      writer.name("rest")
      Self.value.write(to: &writer)
      writer.endObject()
    }
    writer.endArray()
    writer.name("count")
    writer.integer(2)
    writer.endObject()
    let series = (0..<2).map { k -> JSON in
      ["id": .string("s\(k)"), "value": .number(0.5 + Double(k)), "rest": Self.value]
    }
    let whole: JSON = ["series": .array(series), "count": 2]
    #expect(writer.text == whole.text(isPretty: isPretty))
    let read = try JSONSerialization.jsonObject(with: Data(writer.text.utf8)) as? [String: Any]
    #expect(read?["count"] as? Int == 2)
  }
}
