/// Text made safe to stand in HTML, inside elements and inside quoted attributes.
public func htmlEscaped(_ text: String) -> String {
  var result = ""
  for character in text.unicodeScalars {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(character)
    }
  }
  return result
}

/// JSON made safe to stand inside a `<script>` element: no `<` is left, so neither `</script` nor
/// `<!--` can end or hide it, and it is the same JSON.
func scriptSafe(_ json: JSON) -> String { json.text().replacing("<", with: "\\u003c") }

/// JavaScript made safe to stand inside a `<script>` element. In program text only the closing tag
/// matters, and inside a string `<\/script` is the same string.
func scriptSafe(program: String) -> String {
  var result = ""
  var rest = Substring(program)
  while let found = rest.range(of: "</", where: { $0.lowercased().hasPrefix("script") }) {
    result += rest[..<found.lowerBound] + "<\\/"
    rest = rest[found.upperBound...]
  }
  return (result + rest).replacing("<!--", with: "<\\!--")
}

extension Substring {
  /// The first place of `text` after which `follows` holds.
  fileprivate func range(of text: String, where follows: (Substring) -> Bool) -> Range<Index>? {
    var rest = self
    while let found = rest.firstRange(of: text) {
      if follows(rest[found.upperBound...].prefix(6)) { return found }
      rest = rest[found.upperBound...]
    }
    return nil
  }
}
