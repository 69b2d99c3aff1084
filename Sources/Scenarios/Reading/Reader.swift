public import Demography

/// Reads the nodes of a scenario or baseline file, gathers every fault, and never stops at the first.
public struct Reader: Sendable {
  public internal(set) var faults: [Fault] = []
  public internal(set) var warnings: [Fault] = []
  /// Code of the country as a whole.
  let country: String
  /// Where people are in the projection; keys name regions or groups.
  public let places: Places
  /// Codes of the places, by their index: those of the regions where people are in no groups.
  public var areas: [String] { places.codes }
  /// Groups that the lever at hand is about, by index; `nil` for all.
  var groups: Set<Int>?
  let regions: Codelist
  /// The day whose boundaries hold.
  let day: Day
  /// Number of age groups, and the years of one.
  let ages: Int
  let ageWidth: Int
  /// Local names of groups of regions.
  var sets: [String: [Int]] = [:]
  /// Titles of those that have one.
  var setTitles: [String: Names] = [:]
  /// Named knobs, then the distributions that stand where a number may stand.
  var parameters: [Parameter] = []
  /// Values every parameter may take where it is used, by its name.
  var permitted: [String: ClosedRange<Double>] = [:]
  /// Shares of levers that sum to 1 at most.
  var sums: [ShareSum] = []
  /// Saved fits that levers name, by the file's path; `nil` for a file that is no saved fit.
  var fits: [String: FittedModel?] = [:]
  /// Sample paths that a baseline names, by the file's path, or what is wrong with them.
  var pathFiles: [String: Result<SamplePaths, Faults>] = [:]
  /// The unit of money of the file; `nil` where no lever has a cost.
  var costUnit: Names?
  /// Programmes of the baseline.
  var programmes: [String] = []
  /// The last year of the projection, after which no point of a path lies.
  var horizon = Int.max
  /// Titles that are not given in every language: how many, which languages lack one, the first place.
  private var untranslated: (count: Int, languages: Set<String>, place: Place)?

  init(
    country: String, places: Places, regions: Codelist, day: Day, ages: Int, ageWidth: Int = 1
  ) {
    self.country = country
    self.places = places
    self.regions = regions
    self.day = day
    self.ages = ages
    self.ageWidth = ageWidth
  }

  public mutating func report(
    _ code: String, _ arguments: [String: String] = [:], at place: Place
  ) {
    faults.append(Fault(.badConfiguration, code, arguments, at: place))
  }

  /// Drops faults that were told before in another place.
  mutating func forgetFaults(after count: Int) { faults.removeSubrange(count...) }

  mutating func warn(_ code: String, _ arguments: [String: String] = [:], at place: Place) {
    warnings.append(Fault(.badConfiguration, code, arguments, at: place))
  }

  /// Every key that is not permitted becomes a fault with the nearest permitted one.
  public mutating func closed(_ node: Document, _ keys: [String]) {
    if case .map = node.content {
      faults += node.unknownKeys(keys)
    } else if !node.isNull {
      // What it lacks was said, if at all, before it was found to be no map.
      faults.removeAll { $0.code == "scenario.key-missing" && $0.place == node.place }
      report("scenario.not-a-map", ["keys": keys.joined(separator: ", ")], at: node.place)
    }
  }

  /// The value under a key that must be there.
  public mutating func required(_ node: Document, _ key: String) -> Document? {
    if let value = node[key], !value.isNull { return value }
    reportMissing(key, in: node)
    return nil
  }

  /// A missing key, unless the node was found to be no map, which says it once for all its keys.
  mutating func reportMissing(_ key: String, in node: Document) {
    let isSaid = faults.contains { $0.code == "scenario.not-a-map" && $0.place == node.place }
    if !isSaid { report("scenario.key-missing", ["key": key], at: node.place) }
  }

  public mutating func text(_ node: Document, _ key: String) -> String? {
    guard let value = required(node, key) else { return nil }
    guard let text = value.text, !text.isEmpty else {
      report("scenario.not-a-text", ["key": key], at: value.place)
      return nil
    }
    return text
  }

  /// A plain number within a range.
  public mutating func number(
    _ node: Document, _ key: String, in range: ClosedRange<Double>, standard: Double? = nil
  ) -> Double? {
    guard let value = node[key] else {
      if standard == nil { reportMissing(key, in: node) }
      return standard
    }
    guard let number = value.number, number.isFinite else {
      reportNoNumber(key, value)
      return standard
    }
    guard range.contains(number) else {
      reportRange(number, range, key, at: value.place)
      return standard
    }
    return number
  }

  /// A whole number within a range.
  public mutating func whole(
    _ node: Document, _ key: String, in range: ClosedRange<Int>, standard: Int? = nil
  ) -> Int? {
    let numbers = Double(range.lowerBound)...Double(range.upperBound)
    guard let number = number(node, key, in: numbers, standard: standard.map { Double($0) }) else {
      return nil
    }
    guard let whole = Int(exactly: number) else {
      report(
        "scenario.not-whole", ["key": key, "value": Demography.text(number)],
        at: node[key]?.place ?? node.place)
      return standard
    }
    return whole
  }

  /// What stands where a number is due, with the number that was probably meant: `80%`, `0,8`, `5 997`.
  mutating func reportNoNumber(_ key: String, _ value: Document) {
    let text = value.text ?? ""
    report(
      "scenario.not-a-number", ["key": key, "value": text, "nearest": Self.meant(by: text)],
      at: value.place)
  }

  /// A number as this file writes it; empty where none is meant.
  private static func meant(by text: String) -> String {
    var plain = text.replacing(" ", with: "").replacing("\u{00A0}", with: "")
      .replacing("\u{202F}", with: "").replacing("_", with: "")
    let isPercent = plain.hasSuffix("%")
    if isPercent { plain.removeLast() }
    let parts = plain.split(separator: ",", omittingEmptySubsequences: false)
    // A single comma stands before decimals unless three digits follow it, when nobody can tell.
    if parts.count == 2, parts[1].count != 3, !plain.contains(".") {
      plain = parts.joined(separator: ".")
    } else if parts.count > 2, parts.dropFirst().allSatisfy({ $0.count == 3 }) {
      plain = parts.joined()
    }
    guard let number = Double(plain), number.isFinite,
      plain.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") })
    else { return "" }
    return Demography.text(isPercent ? (number * 1e10).rounded() / 1e12 : number)
  }

  mutating func reportRange(
    _ number: Double, _ range: ClosedRange<Double>, _ key: String, at place: Place
  ) {
    faults.append(.outOfRange(number, range, key, .badConfiguration, at: place))
  }

  /// One of some words.
  public mutating func choice(
    _ node: Document, _ key: String, _ permitted: [String], standard: String? = nil
  ) -> String? {
    guard let value = node[key] else {
      if standard == nil { reportMissing(key, in: node) }
      return standard
    }
    guard let text = value.text, permitted.contains(text) else {
      report(
        "scenario.not-permitted",
        [
          "key": key, "value": value.text ?? "", "permitted": permitted.joined(separator: ", "),
          "nearest": nearest(to: value.text ?? "", in: permitted) ?? "",
        ], at: value.place)
      return standard
    }
    return text
  }

  /// `true` or `false`.
  mutating func flag(_ node: Document, _ key: String, standard: Bool) -> Bool {
    guard let value = node[key] else { return standard }
    guard let flag = value.boolean else {
      report(
        "scenario.not-permitted",
        [
          "key": key, "value": value.text ?? "", "permitted": "true, false",
          "nearest": nearest(to: value.text ?? "", in: ["true", "false"]) ?? "",
        ], at: value.place)
      return standard
    }
    return flag
  }

  /// One warning for all titles that are not given in every language, because readers of the others see
  /// another language.
  var languageWarning: [Fault] {
    guard let found = untranslated else { return [] }
    return [
      Fault(
        .badConfiguration, "scenario.language-missing",
        [
          "count": String(found.count),
          "languages": found.languages.sorted().joined(separator: ", "),
        ], at: found.place)
    ]
  }

  /// Titles in the languages of the house; a language that is left out takes the first given, which
  /// `languageWarning` says.
  mutating func names(_ node: Document, _ key: String) -> Names {
    guard let value = required(node, key) else { return Names(kk: "", ru: "", en: "") }
    closed(value, ["kk", "ru", "en"])
    let given = ["en", "ru", "kk"].compactMap { value[$0]?.text }
    guard let first = given.first else {
      report("scenario.key-missing", ["key": key + ".en"], at: value.place)
      return Names(kk: "", ru: "", en: "")
    }
    let left = ["en", "ru", "kk"].filter { value[$0]?.text == nil }
    if !left.isEmpty {
      untranslated = (
        (untranslated?.count ?? 0) + 1, (untranslated?.languages ?? []).union(left),
        untranslated?.place ?? value.place
      )
    }
    return Names(
      kk: value["kk"]?.text ?? first, ru: value["ru"]?.text ?? first,
      en: value["en"]?.text ?? first)
  }

  /// Titles that may be left out.
  mutating func optionalNames(_ node: Document, _ key: String) -> Names? {
    node[key] == nil ? nil : names(node, key)
  }

  /// An identifier of lower-case letters, digits and hyphens or underscores.
  mutating func identifier(_ node: Document, _ key: String = "id") -> String? {
    guard let id = text(node, key) else { return nil }
    if !Self.isIdentifier(id) {
      report("scenario.identifier", ["key": key, "value": id], at: node[key]?.place ?? node.place)
      return nil
    }
    return id
  }

  /// Whether a text is an identifier of at most 64 characters.
  static func isIdentifier(_ id: String) -> Bool {
    (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy {
        (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
      }
  }

  mutating func checkSchema(_ document: Document, _ expected: String) {
    guard let found = text(document, "schema") else { return }
    if found != expected {
      report(
        "scenario.schema", ["found": found, "expected": expected],
        at: document["schema"]?.place ?? document.place)
    }
  }
}
