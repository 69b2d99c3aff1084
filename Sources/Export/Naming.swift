import Demography
import Words

/// The words, names and numbers of one language for one run's tables.
struct Naming {
  let words: Wordbook
  let numbers: NumberFormat
  let language: Language
  /// Codes in the order in which regions are shown; the country is not among them.
  let regions: [String]
  /// Code of the whole country; it bears the title of the workspace.
  let country: String
  private let labels: [String: [String: Names]]
  private let fullNames: [String: String]
  private let shortNames: [String: String]
  private let cityWords: [Substring]

  init(_ input: ReportInput) {
    language = input.language
    words = Wordbook(input.language)
    numbers = NumberFormat(input.language)
    country = input.country
    labels = input.labels
    let rows = input.tables["regions"].map { TableRows($0) }
    var codes: [String] = []
    var full: [String: String] = [country: input.title(input.language.rawValue)]
    for row in rows.map(Array.init) ?? [] where row.text("code") != country {
      codes.append(row.text("code"))
      full[row.text("code")] = row.text("name_\(input.language.rawValue)")
    }
    regions = codes.sorted()
    fullNames = full
    shortNames = Self.shortened(full, without: words("charts.region.words").split(separator: "|"))
    cityWords = words("charts.city.words").split(separator: "|")
  }

  /// A region's name in full: `Abai Region`.
  func area(_ code: String) -> String {
    fullNames[code] ?? ofGroup(code, fullNames) ?? label("area", code)
  }
  /// A region's name at the head of a title: `Abai Region`, but `Astana`.
  func title(_ code: String) -> String { Self.without(cityWords, area(code)) }
  /// A region's name for labels: `Abai`; in full where two would read the same.
  func shortArea(_ code: String) -> String {
    shortNames[code] ?? ofGroup(code, shortNames) ?? label("area", code)
  }
  /// The name of a group in a region, `KZ-75.foreign`: `Almaty · Foreigners`; `nil` of any other code.
  private func ofGroup(_ code: String, _ names: [String: String]) -> String? {
    guard let dot = code.lastIndex(of: "."), let region = names[String(code[..<dot])] else {
      return nil
    }
    return region + " · " + label("group", String(code[code.index(after: dot)...]))
  }

  /// The name of a code; the code itself where it has none.
  func label(_ list: String, _ code: String) -> String {
    if let name = labels[list]?[code].map({ $0(language.rawValue) })
      ?? words["label.\(list).\(code)"]
    {
      return name
    }
    if list == "model", code.hasPrefix("log:") {
      return words("label.model.log", ["model": label(list, String(code.dropFirst(4)))])
    }
    return code
  }

  /// The name of a permit programme; a projected `permit_employer` is the programme `EMPLOYER`.
  func programme(_ code: String) -> String {
    let plain = code.hasPrefix("permit_") ? code.dropFirst(7).uppercased() : code
    // The observed name goes first, so that both stand in one panel whatever the model calls its own.
    let isNamed = labels["programme"]?[plain] != nil || words["label.programme.\(plain)"] != nil
    return label("programme", isNamed || labels["programme"]?[code] == nil ? plain : code)
  }

  /// A variant's name beside that of its scenario; `baseline` bears the name of the baseline.
  func variant(_ code: String, in scenario: String) -> String {
    code == "baseline" && labels["variant"]?["\(scenario)/\(code)"] == nil
      ? label("scenario", code) : within("variant", code, scenario)
  }

  /// A lever's name beside that of its scenario.
  func lever(_ code: String, in scenario: String) -> String { within("lever", code, scenario) }

  /// A part of a difference: a lever, `$` and a parameter, `interaction` or `total`.
  func part(_ code: String, in scenario: String) -> String {
    code.hasPrefix("$")
      ? parameter(String(code.dropFirst()), in: scenario)
      : words["label.part.\(code)"] ?? lever(code, in: scenario)
  }

  /// A parameter's name beside that of its scenario.
  func parameter(_ code: String, in scenario: String) -> String {
    within("parameter", code, scenario)
  }

  /// What two scenarios may both call by one code is named under `scenario/code`.
  ///
  /// Where two of a scenario read the same, each bears its code, so that a figure has a panel for each.
  private func within(_ list: String, _ code: String, _ scenario: String) -> String {
    let own = labels[list] ?? [:]
    let key = "\(scenario)/\(code)"
    guard let name = own[key]?(language.rawValue) else { return label(list, code) }
    let isShared = own.contains { other, names in
      other != key && other.hasPrefix(scenario + "/") && names(language.rawValue) == name
    }
    return isShared ? "\(name) (\(code))" : name
  }

  /// The scenario that the baseline is set against, with its variant where it has several.
  func against(_ focus: ChosenFocus) -> String {
    let scenario = label("scenario", focus.against ?? "")
    guard focus.namesVariant, let variant = focus.againstVariant, !variant.isEmpty else {
      return scenario
    }
    return "\(scenario) · \(self.variant(variant, in: focus.against ?? ""))"
  }

  func kind(_ code: String) -> String { words["kind.\(code.lowercased())"] ?? code }
  func unit(_ code: String) -> String { words["unit.\(code)"] ?? label("unit", code) }
  func column(_ name: String) -> String { words["column.\(name)"] ?? name }

  /// The country first, then the regions by code, then whatever else there is.
  func ordered(_ areas: [String]) -> [String] {
    let rank = Dictionary(
      uniqueKeysWithValues: ([country] + regions).enumerated().map { ($0.element, $0.offset) })
    return areas.distinct().sorted {
      (rank[$0] ?? Int.max, $0) < (rank[$1] ?? Int.max, $1)
    }
  }

  private static func without(_ generic: [Substring], _ name: String) -> String {
    generic.reduce(name) { $0.replacing($1.replacing("_", with: " "), with: "") }
  }

  private static func shortened(
    _ names: [String: String], without generic: [Substring]
  ) -> [String: String] {
    let short = names.mapValues { without(generic, $0) }
    var count: [String: Int] = [:]
    for name in short.values { count[name, default: 0] += 1 }
    return short.merging(names) { brief, full in count[brief] == 1 && !brief.isEmpty ? brief : full
    }
  }
}
