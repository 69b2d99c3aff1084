public import Demography

/// The sources of a workspace, `data/sources.yaml`.
public struct SourceRegistry: Sendable, Hashable {
  /// Sorted by id.
  public let sources: [SourceEntry]
  /// Geography vintage and a day on which its boundaries hold.
  public let geoVintages: [String: Day]

  public init(sources: [SourceEntry], geoVintages: [String: Day] = [:]) {
    self.sources = sources.sorted { $0.id < $1.id }
    self.geoVintages = geoVintages
  }

  public subscript(id: String) -> SourceEntry? { sources.first { $0.id == id } }

  /// The entry of a source.
  /// - Throws: `source.unknown` with the nearest id.
  public func entry(_ id: String) throws(Faults) -> SourceEntry {
    if let entry = self[id] { return entry }
    let ids = sources.map(\.id)
    throw Faults(
      Fault(
        .usage, "source.unknown",
        [
          "source": id, "nearest": nearest(to: id, in: ids) ?? "",
          "known": ids.joined(separator: ", "),
        ]))
  }
}

/// Reads `data/sources.yaml` (schema `agyn.sources/1`). Unknown keys are faults.
/// - Throws: all faults of the file together.
public func readSourceRegistry(_ document: Document) throws(Faults) -> SourceRegistry {
  var faults: [Fault] = []
  let fields = DocumentFields(
    document, known: ["schema", "geo_vintages", "sources"], faults: &faults)
  if let schema = fields.required("schema", faults: &faults), schema != "agyn.sources/1" {
    faults.append(
      Fault(
        .badConfiguration, "schema.unknown", ["schema": schema, "expected": "agyn.sources/1"],
        at: fields["schema"]?.place))
  }
  var geoVintages: [String: Day] = [:]
  for entry in fields["geo_vintages"]?.entries ?? [] {
    if let day = entry.value.text.flatMap({ Day($0) }) {
      geoVintages[entry.key] = day
    } else {
      faults.append(DocumentFields.bad(entry.value, key: entry.key, permitted: "2024-12-31"))
    }
  }
  if fields["sources"] == nil { faults.append(fields.missing("sources")) }
  var sources: [SourceEntry] = []
  for item in fields["sources"]?.items ?? [] {
    guard let entry = readEntry(item, geoVintages: geoVintages, faults: &faults) else { continue }
    if sources.contains(where: { $0.id == entry.id }) {
      faults.append(
        Fault(.badConfiguration, "source.twice", ["source": entry.id], at: item["id"]?.place))
    } else {
      sources.append(entry)
    }
  }
  if !faults.isEmpty { throw Faults(faults) }
  return SourceRegistry(sources: sources, geoVintages: geoVintages)
}
