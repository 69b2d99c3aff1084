import Demography

/// How well a number of a scenario is founded, from the firmest to the weakest.
public struct Evidence: Hashable, Sendable {
  public enum Quality: String, Hashable, Sendable, CaseIterable {
    case law, measured, estimated, elicited, assumed
  }

  public let quality: Quality
  public let source: String
  public let retrieved: String
}

extension Reader {
  /// Reads `evidence: {quality, source, retrieved, url}`; `nil` when there is none.
  mutating func evidence(_ node: Document) -> Evidence? {
    guard let value = node["evidence"] else { return nil }
    closed(value, ["quality", "source", "retrieved", "url"])
    let permitted = Evidence.Quality.allCases.map(\.rawValue)
    guard let quality = choice(value, "quality", permitted), let source = text(value, "source")
    else { return nil }
    let retrieved = value["retrieved"]?.text ?? ""
    if !retrieved.isEmpty && Day(retrieved) == nil {
      report("scenario.time", ["value": retrieved], at: value["retrieved"]?.place ?? value.place)
    }
    return Evidence(
      quality: Evidence.Quality(rawValue: quality) ?? .assumed, source: source,
      retrieved: retrieved)
  }
}
