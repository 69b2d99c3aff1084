public import Demography

/// How well a number of a scenario is founded, from the firmest to the weakest.
public struct Evidence: Hashable, Sendable {
  public enum Quality: String, Hashable, Sendable, CaseIterable {
    case law, measured, estimated, elicited, assumed
  }

  public let quality: Quality
  /// As the file gives it, in English where it gives several languages.
  public let source: String
  /// `nil` where the file gives one text for all.
  public let sourceNames: Names?
  public let retrieved: String
}

extension Reader {
  /// Reads `evidence: {quality, source, retrieved, url}`, the source as one text or as
  /// `{en: …, ru: …, kk: …}`; `nil` when there is none.
  mutating func evidence(_ node: Document) -> Evidence? {
    guard let value = node["evidence"] else { return nil }
    closed(value, ["quality", "source", "retrieved", "url"])
    let permitted = Evidence.Quality.allCases.map(\.rawValue)
    let quality = choice(value, "quality", permitted)
    var names: Names?
    if case .map? = value["source"]?.content { names = self.names(value, "source") }
    guard let source = names?.en ?? text(value, "source"), let quality else { return nil }
    let retrieved = value["retrieved"]?.text ?? ""
    if !retrieved.isEmpty && Day(retrieved) == nil {
      report("scenario.time", ["value": retrieved], at: value["retrieved"]?.place ?? value.place)
    }
    return Evidence(
      quality: Evidence.Quality(rawValue: quality) ?? .assumed, source: source,
      sourceNames: names, retrieved: retrieved)
  }
}
