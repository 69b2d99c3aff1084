import Demography
import Yams

/// The fault that a parser error stands for. The parser speaks English; what it found decides which
/// of our texts is shown, and only what has no text of its own is quoted.
func yamlFault(_ error: any Error, lines: Lines) -> Fault {
  guard let error = error as? YamlError else {
    return fault("yaml.syntax", ["problem": "\(error)"], at: lines.place(line: 1, column: 1))
  }
  switch error {
  case .scanner(let context, let problem, let mark, _),
    .parser(let context, let problem, let mark, _):
    let place = lines.place(line: mark.line, column: mark.column)
    return syntaxFault(context: context, problem: problem, place: place, lines: lines)
  case .composer(_, let problem, let mark, _):
    let place = lines.place(line: mark.line, column: mark.column)
    if problem.contains("another document") { return fault("yaml.documents", at: place) }
    if problem.contains("alias") { return fault("yaml.anchor", at: place) }
    return fault("yaml.syntax", ["problem": problem], at: place)
  case .duplicatedKeysInMapping(let keys, let context):
    return fault(
      "yaml.key.twice", ["key": keys.first ?? ""],
      at: lines.place(
        line: context.mark.line, column: context.mark.column, length: max(1, keys[0].count)))
  case .reader(let problem, let offset, _, _):
    // The offset counts characters of the text, which are not bytes.
    let text = String(decoding: lines.bytes, as: UTF8.self)
    let bytes = text.prefix(offset ?? 0).utf8.count
    return fault("yaml.syntax", ["problem": problem], at: lines.place(offset: bytes))
  default:
    return fault("yaml.syntax", ["problem": "\(error)"], at: lines.place(line: 1, column: 1))
  }
}

private func syntaxFault(
  context: YamlError.Context?, problem: String, place: Place, lines: Lines
) -> Fault {
  let opening = context.map { lines.place(line: $0.mark.line, column: $0.mark.column) }
  if problem.contains("expected ',' or") || context?.text.contains("flow") == true {
    return fault("yaml.flow", at: place)
  }
  if problem.contains("mapping values are not allowed") { return fault("yaml.colon", at: place) }
  if problem.contains("cannot start any token") {
    let character = place.text.flatMap { text in
      text.unicodeScalars.dropFirst((place.column ?? 1) - 1).first.map(String.init)
    }
    return character == "\t"
      ? fault("yaml.tab", at: place)
      : fault("yaml.character", ["character": character ?? ""], at: place)
  }
  if problem.contains("unexpected end of stream"), let opening {
    return fault("yaml.quote", at: opening)
  }
  if problem.contains("could not find expected ':'") {
    return fault("yaml.colon.missing", at: opening ?? place)
  }
  if problem.contains("expected key") || problem.contains("'-' indicator")
    || problem.contains("block end")
  {
    return fault("yaml.indent", at: place)
  }
  if problem.contains("tab character") { return fault("yaml.tab", at: place) }
  return fault("yaml.syntax", ["problem": problem], at: place)
}

private func fault(_ code: String, _ arguments: [String: String] = [:], at place: Place) -> Fault {
  Fault(.badConfiguration, code, arguments, at: place)
}
