import Demography

/// Turns the spellings of a source into codes, remembering what it has resolved.
struct CodeResolver {
  let codelists: Codelists
  /// Geography vintage and a day on which its boundaries hold.
  let geoVintages: [String: Day]
  private var known: [Key: Result<String, CodelistError>] = [:]

  private struct Key: Hashable {
    let column: Observation.Column
    let text: String
    let day: Day?
  }

  init(codelists: Codelists, geoVintages: [String: Day] = [:]) {
    self.codelists = codelists
    self.geoVintages = geoVintages
  }

  /// The day on which area names are resolved: of the boundaries, else the start of the period.
  func day(geoVintage: String, period: Period) -> Day {
    geoVintages[geoVintage] ?? period.firstDay
  }

  /// The code of a column's text. Text of a column without code list stays as it is, and so do the
  /// codes every dimension has and the exact codes of a list.
  mutating func code(
    _ text: String, column: Observation.Column, list: String? = nil, day: Day?
  ) throws(CodelistError) -> String {
    if generalCodes.contains(text) { return text }
    let key = Key(column: column, text: text, day: day)
    if let result = known[key] { return try result.get() }
    let lists = list.map { id in codelists[id].map { [$0] } ?? [] } ?? codelists.lists(for: column)
    let result =
      Self.isCountry(text, of: lists, column: column)
      ? .success(text) : Self.resolve(text, in: lists, day: day)
    known[key] = result
    return try result.get()
  }

  private static func resolve(
    _ text: String, in lists: [Codelist], day: Day?
  ) -> Result<String, CodelistError> {
    if lists.isEmpty || lists.contains(where: { $0.index(of: text) != nil }) {
      return .success(text)
    }
    var failure: CodelistError?
    for list in lists {
      do throws(CodelistError) {
        return .success(try list.resolve(text, on: day).id)
      } catch {
        switch (failure, error) {
        case (nil, _), (.unknown, .ambiguous): failure = error
        default: break
        }
      }
    }
    return .failure(failure ?? .unknown(text, list: "", nearest: nil))
  }

  /// Whether an area is the country of the listed regions: their ids begin with its ISO 3166 code.
  private static func isCountry(
    _ text: String, of lists: [Codelist], column: Observation.Column
  ) -> Bool {
    [.referenceArea, .origin, .destination].contains(column) && (2...3).contains(text.utf8.count)
      && text.allSatisfy { ("A"..."Z").contains($0) }
      && lists.contains { $0.codes.contains { $0.id.hasPrefix(text) } }
  }

  /// The code a spelling had at another time; `nil` when it never was one.
  func codeOfAnotherTime(_ text: String, column: Observation.Column) -> Code? {
    for list in codelists.lists(for: column) {
      if let code = try? list.resolve(text) { return code }
    }
    return nil
  }
}

extension FaultCollector {
  /// The fault of a spelling that names no code, or several.
  mutating func add(
    _ error: CodelistError, column: Observation.Column, day: Day?, vintage: String,
    resolver: CodeResolver, at place: Place
  ) {
    let isArea = [.referenceArea, .origin, .destination].contains(column)
    switch error {
    case .ambiguous(let text, let list, let candidates):
      add(
        "alias.ambiguous",
        [
          "value": text, "column": column.rawValue, "list": list,
          "candidates": candidates.joined(separator: ", "),
        ], at: place)
    case .unknown(let text, let list, let nearest):
      if isArea, let code = resolver.codeOfAnotherTime(text, column: column) {
        add(
          "region.not_valid",
          [
            "value": text, "column": column.rawValue, "code": code.id,
            "day": day?.description ?? "", "vintage": vintage,
            "valid_from": code.validFrom?.description ?? "…",
            "valid_to": code.validTo?.description ?? "…",
          ], at: place)
        return
      }
      add(
        isArea ? "region.unknown" : "code.unknown",
        [
          "value": text, "column": column.rawValue, "list": list, "nearest": nearest ?? "",
          "vintage": vintage,
        ], at: place)
    }
  }
}
