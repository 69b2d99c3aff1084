import Demography
import Projection

/// The parts of a baseline file while it is read; values of faulty parts are never used.
struct BaselineParts {
  var id = ""
  var title = Names(kk: "", ru: "", en: "")
  var status = "draft"
  var launch = 2000
  var horizon = 2001
  var timing = MigrantTiming.end
  var form = ProjectionForm.movement
  var constraint: Constraint?
  var sexRatio = 1.05
  var inputs: [String: Baseline.Input] = [:]
  var programmes: [Baseline.Programme] = []
  var participation = 0.0
  var deviations: [Baseline.Component: KeyedDeviation] = [:]
  var correlation = ComponentCorrelation.none
  var noise = Baseline.Noise.none
  var paths: [Baseline.Component: ComponentPaths] = [:]
  var draws = 500
  var seed = 1
  var pyramidYears: [Int] = []
  var flowYears: [Int] = []
  var flowAges: [Int] = []
  var assumed: [String] = []
  var absent: Set<String> = []
  var groups: Baseline.Groups?

  /// Only what parts of other files are read between.
  init(launch: Int, horizon: Int) {
    self.launch = launch
    self.horizon = horizon
  }

  init(_ document: Document, _ reader: inout Reader) {
    reader.checkSchema(document, "agyn.baseline/1")
    reader.closed(
      document,
      [
        "schema", "id", "title", "status", "geography", "time", "population", "inputs", "temporary",
        "labour_force", "uncertainty", "constraint", "outputs", "groups",
      ])
    id = reader.identifier(document) ?? ""
    title = reader.names(document, "title")
    status =
      reader.choice(document, "status", ["draft", "reviewed", "official"], standard: "draft")
      ?? "draft"
    readGeography(document, &reader)
    readTime(document, &reader)
    readPopulation(document, &reader)
    readGroups(document["groups"], &reader)
    readInputs(document, &reader)
    readLabourForce(document, &reader)
    readProgrammes(document, &reader)
    readUncertainty(document, &reader)
    constraint = readConstraint(document["constraint"], &reader)
    readOutputs(document, &reader)
  }

  private mutating func readGeography(_ document: Document, _ reader: inout Reader) {
    guard let node = reader.required(document, "geography") else { return }
    reader.closed(node, ["country", "vintage", "units"])
    _ = reader.text(node, "country")
    let count = reader.places.regions.count
    if let units = node["units"], units.integer != count {
      reader.report(
        "baseline.units", ["stated": units.text ?? "", "found": String(count)],
        at: units.place)
    }
  }

  private mutating func readTime(_ document: Document, _ reader: inout Reader) {
    guard let node = reader.required(document, "time") else { return }
    reader.closed(node, ["launch", "horizon"])
    launch = reader.newYear(node, "launch") ?? launch
    horizon = reader.newYear(node, "horizon") ?? launch + 1
    if horizon <= launch || horizon > launch + 100 {
      reader.report(
        "baseline.horizon", ["launch": String(launch), "horizon": String(horizon)], at: node.place)
      horizon = launch + 1
    }
  }

  private mutating func readPopulation(_ document: Document, _ reader: inout Reader) {
    guard let node = document["population"] else { return }
    reader.closed(node, ["ages", "timing", "form", "sex_ratio_at_birth"])
    readAges(node, document["time"], &reader)
    timing =
      MigrantTiming(
        rawValue: reader.choice(
          node, "timing", MigrantTiming.allCases.map(\.rawValue), standard: "end") ?? "end") ?? .end
    form =
      ProjectionForm(
        rawValue: reader.choice(
          node, "form", ProjectionForm.allCases.map(\.rawValue), standard: "movement")
          ?? "movement") ?? .movement
    if form == .prospective, let own = node["timing"] {
      reader.report("baseline.form-timing", ["form": form.rawValue], at: own.place)
    }
    if form == .prospective, reader.ageWidth > 1, let own = node["ages"]?["width"] {
      reader.report("baseline.form-width", ["form": form.rawValue], at: own.place)
    }
    sexRatio = reader.number(node, "sex_ratio_at_birth", in: 0.9...1.2, standard: 1.05) ?? 1.05
  }

  /// Reads `ages: {to, width}`; with groups of five years the projection goes in steps of five.
  private mutating func readAges(
    _ node: Document, _ time: Document?, _ reader: inout Reader
  ) {
    guard let ages = node["ages"] else { return }
    reader.closed(ages, ["to", "width"])
    let open = reader.whole(ages, "to", in: 2...120)
    guard reader.choice(ages, "width", ["1", "5"], standard: "1") == "5" else { return }
    let width = reader.ageWidth
    if let open, open % width != 0 || open < 2 * width {
      reader.report(
        "baseline.age-open", ["open": String(open), "width": String(width)],
        at: ages["to"]?.place ?? ages.place)
    }
    if (horizon - launch) % width != 0 {
      reader.report(
        "baseline.horizon-step",
        ["launch": String(launch), "horizon": String(horizon), "width": String(width)],
        at: time?["horizon"]?.place ?? ages.place)
    }
  }

  mutating func noteEvidence(_ node: Document, _ key: String, _ reader: inout Reader) {
    guard let evidence = reader.evidence(node) else { return }
    if evidence.quality == .assumed { assumed.append(key) }
  }

  private mutating func readLabourForce(_ document: Document, _ reader: inout Reader) {
    guard let node = document["labour_force"] else { return }
    reader.closed(node, ["per_person_15_64", "evidence"])
    participation = reader.number(node, "per_person_15_64", in: 0...1) ?? 0
    noteEvidence(node, "labour_force", &reader)
  }

  private mutating func readProgrammes(_ document: Document, _ reader: inout Reader) {
    for node in document["temporary"]?.items ?? [] {
      reader.closed(
        node,
        [
          "id", "title", "stock", "term_quarters", "max_terms", "renewal", "early_exit",
          "to_permanent", "overstay", "overstay_leave", "regularise", "demand_growth", "shares",
          "origins", "ports", "seasons", "quota_percent_of_labour_force", "presence", "evidence",
        ])
      guard let programme = readProgramme(node, &reader) else { continue }
      if programmes.contains(where: { $0.id == programme.id }) {
        reader.report("baseline.programme-twice", ["programme": programme.id], at: node.place)
      }
      if programme.stock > 0, programme.quartersPerAdmission == 0 {
        reader.report(
          "baseline.seasons-empty", ["programme": programme.id],
          at: node["seasons"]?.place ?? node.place)
      }
      if programme.quotaShare != nil && participation == 0 {
        reader.report("baseline.labour-force-missing", [:], at: node.place)
      }
      programmes.append(programme)
    }
  }

  private mutating func readProgramme(
    _ node: Document, _ reader: inout Reader
  ) -> Baseline.Programme? {
    guard let id = reader.identifier(node) else { return nil }
    let title = reader.optionalNames(node, "title")
    noteEvidence(node, id, &reader)
    let share = 0.0...1.0
    let stock = reader.number(node, "stock", in: 0...1e9)
    let term = reader.whole(node, "term_quarters", in: 1...40)
    let terms = reader.whole(node, "max_terms", in: 1...20)
    let renewal = reader.number(node, "renewal", in: share) ?? 0
    let permanent = reader.number(node, "to_permanent", in: share, standard: 0) ?? 0
    if renewal + permanent > 1 {
      reader.reportRange(renewal + permanent, share, "renewal + to_permanent", at: node.place)
    }
    let leave = reader.number(node, "overstay_leave", in: share, standard: 0.25) ?? 0.25
    let regularise = reader.number(node, "regularise", in: share, standard: 0) ?? 0
    if leave + regularise > 1 {
      reader.reportRange(leave + regularise, share, "overstay_leave + regularise", at: node.place)
    }
    guard let stock, let term, let terms, renewal + permanent <= 1, leave + regularise <= 1 else {
      return nil
    }
    let flat = [Double](repeating: 1, count: reader.areas.count)
    let origins = namedShares(node, "origins", isWhole: true, &reader)
    let ports = namedShares(node, "ports", isWhole: false, &reader)
    return Baseline.Programme(
      id: id, title: title,
      rules: PermitProgramme(
        termQuarters: term, maxTerms: terms, renewal: renewal,
        earlyExit: reader.number(node, "early_exit", in: share, standard: 0) ?? 0,
        toPermanent: permanent,
        overstay: reader.number(node, "overstay", in: share, standard: 0) ?? 0,
        overstayLeave: leave, regularise: regularise),
      presence: reader.number(node, "presence", in: share, standard: 1) ?? 1, stock: stock,
      demandGrowth: reader.number(node, "demand_growth", in: -0.5...0.5, standard: 0) ?? 0,
      shares: node["shares"].map { reader.shares($0, normalises: false, spread: flat) },
      origins: origins.map { ($0.name, $0.share) }, ports: ports.map { ($0.name, $0.share) },
      seasons: seasons(node, &reader),
      quotaShare: node["quota_percent_of_labour_force"] == nil
        ? nil
        : reader.number(node, "quota_percent_of_labour_force", in: 0...100).map { $0 / 100 },
      place: node.place)
  }

  /// Shares by names of the file's own: `origins: {uz: 0.75, tj: 0.25}`.
  ///
  /// - Parameter isWhole: whether they sum to 1; else to 1 at most.
  private func namedShares(
    _ node: Document, _ key: String, isWhole: Bool, _ reader: inout Reader
  ) -> [(name: String, share: Double)] {
    guard let list = node[key] else { return [] }
    let found = list.entries.compactMap { entry in
      reader.number(list, entry.key, in: 0...1).map { (name: entry.key, share: $0) }
    }
    let sum = found.reduce(0) { $0 + $1.share }
    if isWhole ? !found.isEmpty && abs(sum - 1) > 1e-9 : sum > 1 + 1e-9 {
      reader.report("scenario.shares-sum", ["sum": text(sum)], at: list.place)
    }
    return found
  }

  /// `seasons: [0.15, 0.35, 0.35, 0.15]`; even quarters where nothing is said.
  private func seasons(_ node: Document, _ reader: inout Reader) -> [Double] {
    let even = [0.25, 0.25, 0.25, 0.25]
    guard let list = node["seasons"] else { return even }
    let shares = list.items.compactMap(\.number)
    guard shares.count == 4, list.items.count == 4, shares.allSatisfy({ (0...1).contains($0) }),
      abs(shares.reduce(0, +) - 1) <= 1e-9
    else {
      reader.report("baseline.seasons", [:], at: list.place)
      return even
    }
    return shares
  }

  private mutating func readUncertainty(_ document: Document, _ reader: inout Reader) {
    guard let node = document["uncertainty"] else { return }
    reader.closed(
      node, ["draws", "seed", "deviations", "correlations", "paths", "noise", "evidence"])
    noteEvidence(node, "uncertainty", &reader)
    draws = reader.whole(node, "draws", in: 1...100_000, standard: 500) ?? 500
    seed = reader.whole(node, "seed", in: 0...4_294_967_295, standard: 1) ?? 1
    let list = node["deviations"] ?? Document(.null, at: node.place)
    reader.closed(list, Baseline.Component.allCases.map(\.rawValue))
    for component in Baseline.Component.allCases {
      guard let entry = list[component.rawValue] else { continue }
      reader.closed(entry, ["sd", "persistence", "correlation"])
      deviations[component] = KeyedDeviation(
        sd: reader.number(entry, "sd", in: 0...2) ?? 0,
        persistence: reader.number(entry, "persistence", in: 0...1) ?? 0,
        correlation: reader.number(entry, "correlation", in: 0...1) ?? 0)
    }
    readCorrelations(node["correlations"], &reader)
    readPaths(node["paths"], &reader)
    let kinds = Baseline.Noise.allCases.map(\.rawValue)
    noise =
      reader.choice(node, "noise", kinds, standard: Baseline.Noise.none.rawValue)
      .flatMap { Baseline.Noise(rawValue: $0) } ?? .none
  }

  private mutating func readOutputs(_ document: Document, _ reader: inout Reader) {
    let node = document["outputs"] ?? Document(.null, at: document.place)
    reader.closed(node, ["pyramid_years", "flow_years", "flow_ages"])
    pyramidYears =
      reader.years(node, "pyramid_years", in: launch...horizon, from: launch) ?? [launch, horizon]
    flowYears =
      reader.years(node, "flow_years", in: launch...(horizon - 1), from: launch)
      ?? Array(Set([launch, max(launch, horizon - reader.ageWidth)])).sorted()
    flowAges = reader.flowAges(node) ?? []
  }
}

extension Reader {
  /// A year given as `2025-01-01` or `2025`.
  mutating func newYear(_ node: Document, _ key: String) -> Int? {
    guard let text = text(node, key) else { return nil }
    if let day = Day(text), day.month == 1, day.day == 1 { return day.year }
    if let year = Int(text), (1900...2200).contains(year) { return year }
    report("scenario.time", ["value": text], at: node[key]?.place ?? node.place)
    return nil
  }

  /// A list of years within a range, sorted, each once, none of them inside a step.
  ///
  /// - Parameter launch: where steps begin.
  mutating func years(
    _ node: Document, _ key: String, in range: ClosedRange<Int>, from launch: Int
  ) -> [Int]? {
    guard let value = node[key] else { return nil }
    var years: Set<Int> = []
    for item in value.items {
      guard let year = item.integer, range.contains(year) else {
        report(
          "scenario.out-of-range",
          [
            "key": key, "value": item.text ?? "", "lower": String(range.lowerBound),
            "upper": String(range.upperBound),
          ], at: item.place)
        continue
      }
      if isOnStep(year, from: launch, at: item.place) { years.insert(year) }
    }
    return years.sorted()
  }

  /// Whether a step begins or ends with a year; reports one inside a step of five years.
  mutating func isOnStep(_ year: Int, from launch: Int, at place: Place) -> Bool {
    if (year - launch) % ageWidth == 0 { return true }
    report(
      "scenario.inside-step",
      [
        "year": String(year), "width": String(ageWidth),
        "before": String(year - (year - launch) % ageWidth),
        "after": String(year + ageWidth - (year - launch) % ageWidth),
      ], at: place)
    return false
  }
}
