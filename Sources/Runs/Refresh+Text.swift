import Export
public import Words

extension Refresh.Outcome {
  /// The summary of a refresh for a terminal; every line can be pasted into a message.
  public func text(_ words: Wordbook, workspaceLanguage: String) -> String {
    let report =
      words.language.rawValue == workspaceLanguage
      ? "report.html" : "report.\(words.language.rawValue).html"
    let format = NumberFormat(words.language)
    let time = format.decimal(seconds, seconds < 1 ? 2 : 1)
    var lines = [
      isUnchanged
        ? words("refresh.unchanged", ["path": path, "seconds": time])
        : words("refresh.finished", ["path": path, "seconds": time])
    ]
    if !headline.isEmpty { lines.append(headline) }
    if failedChecks > 0 {
      lines.append(words("refresh.failed_checks", ["count": "\(failedChecks)"]))
    }
    lines.append(words("refresh.report", ["path": path + "/" + report]))
    return lines.joined(separator: "\n") + "\n"
  }

  /// One object for programs.
  public var json: String {
    JSON.members([
      ("schema", .integer(1)), ("run", .string(id)), ("path", .string(path)),
      ("changed", .bool(!isUnchanged)), ("failed_checks", .integer(failedChecks)),
      ("headline", .string(headline)), ("report", .string(path + "/report.html")),
      ("seconds", .number(seconds)),
    ]).text(isPretty: true)
  }
}
