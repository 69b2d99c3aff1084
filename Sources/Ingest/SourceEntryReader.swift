import Demography

private let entryKeys = [
  "id", "agency", "title", "publisher_title", "url", "collects", "concept", "duration_def",
  "universe", "event", "geo_vintage", "geo_vintage_by_date", "freq", "expected_lag_days",
  "dimensions", "licence", "reliability", "breaks", "constants", "reader", "notes",
]

/// An entry of the registry; `nil` when something it needs is missing.
func readEntry(
  _ document: Document, geoVintages: [String: Day], faults: inout [Fault]
) -> SourceEntry? {
  let fields = DocumentFields(document, known: entryKeys, faults: &faults)
  let id = fields.required("id", faults: &faults)
  let agency = fields.required("agency", faults: &faults)
  let title = readTitle(fields, faults: &faults)
  let licence = readLicence(fields, faults: &faults)
  let reader = fields["reader"].flatMap { readMapping($0, faults: &faults) }
  if fields["reader"] == nil { faults.append(fields.missing("reader")) }
  // What is missing is stood in for, so that the faults of the other keys are found as well.
  var entry = SourceEntry(
    id: id ?? "", agency: agency ?? "", title: title ?? Names(kk: "", ru: "", en: ""),
    licence: licence ?? Licence(id: "", mayExport: false, attribution: ""),
    reader: reader ?? ReaderMapping(format: ""), at: document.place)
  entry.publisherTitle = fields.text("publisher_title", faults: &faults) ?? ""
  entry.url = fields.text("url", faults: &faults) ?? ""
  let kinds = [
    "event", "register", "survey", "census", "permit", "border", "compilation", "model",
  ]
  entry.collects =
    fields.value("collects", permitted: kinds.joined(separator: ", "), faults: &faults) {
      kinds.contains($0) ? $0 : nil
    } ?? ""
  entry.concept = fields.text("concept", faults: &faults)
  entry.durationDefinition = fields.text("duration_def", faults: &faults)
  entry.universe = fields.text("universe", faults: &faults) ?? ""
  entry.event = fields.text("event", faults: &faults)
  readGeography(fields, geoVintages: geoVintages, into: &entry, faults: &faults)
  entry.frequency =
    fields.value("freq", permitted: "A, S, Q, M, W, D", faults: &faults) {
      ["A", "S", "Q", "M", "W", "D"].contains($0) ? $0 : nil
    } ?? ""
  entry.expectedLagDays = fields.value("expected_lag_days", permitted: "45", faults: &faults) {
    Int($0).flatMap { $0 >= 0 ? $0 : nil }
  }
  for item in fields["dimensions"]?.items ?? [] {
    if let column = observationColumn(item, faults: &faults) { entry.dimensions.append(column) }
  }
  readReliability(fields, into: &entry, faults: &faults)
  entry.breaks = (fields["breaks"]?.items ?? []).compactMap { readBreak($0, faults: &faults) }
  readConstants(fields, into: &entry, faults: &faults)
  entry.notes = fields.text("notes", faults: &faults) ?? ""
  let isComplete = id != nil && agency != nil && title != nil && licence != nil && reader != nil
  return isComplete ? entry : nil
}

private func readTitle(_ fields: DocumentFields, faults: inout [Fault]) -> Names? {
  guard let node = fields["title"] else {
    faults.append(fields.missing("title"))
    return nil
  }
  let names = DocumentFields(node, known: ["kk", "ru", "en"], faults: &faults)
  guard let kk = names.required("kk", faults: &faults),
    let ru = names.required("ru", faults: &faults), let en = names.required("en", faults: &faults)
  else { return nil }
  return Names(kk: kk, ru: ru, en: en)
}

private func readLicence(_ fields: DocumentFields, faults: inout [Fault]) -> Licence? {
  guard let node = fields["licence"] else {
    faults.append(fields.missing("licence"))
    return nil
  }
  let licence = DocumentFields(node, known: ["id", "may_export", "attribution"], faults: &faults)
  let id = licence.required("id", faults: &faults)
  let attribution = licence.required("attribution", faults: &faults)
  guard let mayExport = licence["may_export"] else {
    faults.append(licence.missing("may_export"))
    return nil
  }
  guard let isFree = mayExport.boolean else {
    faults.append(DocumentFields.bad(mayExport, key: "may_export", permitted: "true, false"))
    return nil
  }
  guard let id, let attribution else { return nil }
  return Licence(id: id, mayExport: isFree, attribution: attribution)
}

private func readGeography(
  _ fields: DocumentFields, geoVintages: [String: Day], into entry: inout SourceEntry,
  faults: inout [Fault]
) {
  func check(_ code: String, at place: Place?) {
    guard code != "_Z", geoVintages[code] == nil else { return }
    let known = geoVintages.keys.sorted()
    faults.append(
      Fault(
        .badConfiguration, "geo_vintage.unknown",
        [
          "vintage": code, "nearest": nearest(to: code, in: known) ?? "",
          "known": known.joined(separator: ", "),
        ], at: place))
  }
  entry.geoVintage = fields.text("geo_vintage", faults: &faults)
  if let code = entry.geoVintage { check(code, at: fields["geo_vintage"]?.place) }
  for item in fields["geo_vintage_by_date"]?.items ?? [] {
    let dated = DocumentFields(item, known: ["from", "code"], faults: &faults)
    guard let code = dated.required("code", faults: &faults) else { continue }
    check(code, at: dated["code"]?.place)
    if dated["from"] == nil { faults.append(dated.missing("from")) }
    guard let from = dated.day("from", faults: &faults) else { continue }
    entry.geoVintageByDate.append(DatedVintage(from: from, code: code))
  }
  entry.geoVintageByDate.sort { $0.from < $1.from }
  if entry.geoVintage != nil, let both = fields["geo_vintage_by_date"] {
    faults.append(
      Fault(
        .badConfiguration, "key.conflict",
        ["key": "geo_vintage_by_date", "other": "geo_vintage"], at: both.place))
  }
}

private func readReliability(
  _ fields: DocumentFields, into entry: inout SourceEntry, faults: inout [Fault]
) {
  guard let node = fields["reliability"] else { return }
  let reliability = DocumentFields(node, known: ["cv"], faults: &faults)
  entry.cv = reliability.value("cv", permitted: "0.02", faults: &faults) {
    Double($0).flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
  }
}

private func readBreak(_ document: Document, faults: inout [Fault]) -> SourceBreak? {
  let fields = DocumentFields(
    document, known: ["date", "measure", "reason", "residual"], faults: &faults)
  let measure = fields.required("measure", faults: &faults)
  let reason = fields.required("reason", faults: &faults)
  let residual = fields.value("residual", permitted: "380736", faults: &faults) { Double($0) }
  if fields["date"] == nil { faults.append(fields.missing("date")) }
  guard let date = fields.day("date", faults: &faults), let measure, let reason else { return nil }
  return SourceBreak(date: date, measure: measure, reason: reason, residual: residual)
}

private func readConstants(
  _ fields: DocumentFields, into entry: inout SourceEntry, faults: inout [Fault]
) {
  var template = Observation(
    measure: "", reporter: "", period: .year(0), vintage: Instant(seconds: 0), value: nil,
    source: "")
  for (name, text) in fields.texts("constants", faults: &faults).sorted(by: { $0.key < $1.key }) {
    let node = fields["constants"]?.entries.first { $0.key == name }
    guard let node else { continue }
    guard
      let column = observationColumn(
        Document(.scalar(name), at: node.keyPlace), faults: &faults)
    else { continue }
    do throws(FieldError) {
      try template.set(column, text)
      entry.constants[column] = text
    } catch {
      faults.append(
        Fault(
          .badConfiguration, "constant.bad", ["column": name, "value": text],
          at: node.value.place))
    }
  }
}

/// The observation column a scalar names; a fault with the nearest one otherwise.
func observationColumn(_ node: Document, faults: inout [Fault]) -> Observation.Column? {
  if let column = node.text.flatMap(Observation.Column.init(rawValue:)) { return column }
  let known = Observation.Column.allCases.map(\.rawValue)
  faults.append(
    Fault(
      .badConfiguration, "column.unknown",
      [
        "column": node.text ?? "…", "nearest": nearest(to: node.text ?? "", in: known) ?? "",
        "rows": "1",
      ], at: node.place))
  return nil
}
