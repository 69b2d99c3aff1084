import Demography

// Groups of a second state: who they are, who changes from one to another, and into which children are born.

extension BaselineParts {
  /// Regions and groups as far as they can be read; what is wrong with the groups `readGroups` says.
  static func places(_ node: Document?, regions: [String]) -> Places {
    let sorted = regions.sorted()
    let values = node?["values"]?.items ?? []
    let ids = values.compactMap { $0["id"]?.text }
    guard ids.count == values.count, ids.count > 1, Set(ids).count == ids.count else {
      return Places(regions: sorted)
    }
    return Places(
      regions: sorted, groups: ids, newcomers: values.map { $0["newcomers"]?.number ?? 0 })
  }

  /// Reads `groups: {by, values, changes, births, evidence}`.
  mutating func readGroups(_ node: Document?, _ reader: inout Reader) {
    guard let node else { return }
    reader.closed(node, ["by", "values", "changes", "births", "evidence"])
    noteEvidence(node, "groups", &reader)
    let dimension = reader.choice(
      node, "by", Baseline.Groups.Dimension.allCases.map(\.rawValue))
    guard let list = reader.required(node, "values") else { return }
    let groups = list.items.compactMap { readGroup($0, &reader) }
    let ids = groups.map(\.id)
    for (k, item) in list.items.enumerated() where groups.count == list.items.count {
      let isTwice =
        ids[..<k].contains(ids[k]) || groups[..<k].contains { $0.code == groups[k].code }
      let isRegion = (try? reader.regions.resolve(ids[k], on: reader.day)) != nil
      if isTwice || isRegion || ids[k] == "all" || ids[k] == reader.country.lowercased() {
        reader.report("baseline.groups-twice", ["group": ids[k]], at: item.place)
      }
    }
    if list.items.count < 2 { reader.report("baseline.groups-few", [:], at: list.place) }
    let sum = list.items.reduce(0) { $0 + ($1["newcomers"]?.number ?? 0) }
    if abs(sum - 1) > 1e-9 {
      reader.report("scenario.shares-sum", ["sum": text(sum)], at: list.place)
    }
    let changes = readChanges(node, "changes", &reader)
    let births = readChanges(node, "births", &reader)
    guard let dimension = dimension.flatMap({ Baseline.Groups.Dimension(rawValue: $0) }) else {
      return
    }
    self.groups = Baseline.Groups(
      dimension: dimension, groups: groups, changes: changes, births: births)
  }

  /// Reads `{id: foreign, code: FOREIGN, newcomers: 1, title: {…}}`.
  private func readGroup(
    _ node: Document, _ reader: inout Reader
  ) -> Baseline.Groups.Group? {
    reader.closed(node, ["id", "code", "title", "newcomers"])
    let id = reader.identifier(node)
    let code = reader.text(node, "code")
    _ = reader.number(node, "newcomers", in: 0...1)
    let title = reader.optionalNames(node, "title")
    guard let id, let code else { return nil }
    return Baseline.Groups.Group(id: id, code: code, title: title)
  }

  /// Reads `changes: [{from: foreign, to: national, measure: NATURALISATION, year: 2024}]`, or with a rate in
  /// place of the measure; of births `share`.
  private func readChanges(
    _ node: Document, _ key: String, _ reader: inout Reader
  ) -> [Baseline.Groups.Change] {
    let constant = key == "births" ? "share" : "rate"
    var found: [Baseline.Groups.Change] = []
    for entry in node[key]?.items ?? [] {
      reader.closed(entry, ["from", "to", constant, "measure", "year", "factor"])
      let groups = reader.places.groups
      let ends = ["from", "to"].map { reader.choice(entry, $0, groups) }
      guard let from = ends[0].flatMap({ groups.firstIndex(of: $0) }),
        let to = ends[1].flatMap({ groups.firstIndex(of: $0) })
      else { continue }
      if from == to || found.contains(where: { $0.from == from && $0.to == to }) {
        reader.report(
          "baseline.groups-change", ["from": groups[from], "to": groups[to]], at: entry.place)
        continue
      }
      if entry["measure"] != nil, let own = entry[constant] {
        reader.report(
          "scenario.key-not-here", ["key": constant, "component": "measure"], at: own.place)
        continue
      }
      let value: Baseline.Groups.Change.Value
      if entry["measure"] != nil {
        guard let measure = reader.text(entry, "measure"),
          let year = reader.whole(entry, "year", in: 1900...2200, standard: launch - 1),
          let factor = reader.number(entry, "factor", in: 0...10, standard: 1)
        else { continue }
        value = .measure(measure, year: year, factor: factor)
      } else {
        reader.closed(entry, ["from", "to", constant])
        guard let number = reader.number(entry, constant, in: 0...1) else { continue }
        value = .constant(number)
      }
      found.append(Baseline.Groups.Change(from: from, to: to, value: value))
      let sum = found.filter { $0.from == from }.reduce(0) {
        if case .constant(let number) = $1.value { $0 + number } else { $0 }
      }
      if key == "births", sum > 1 + 1e-12 {
        reader.reportRange(sum, 0...1, "births from \(groups[from])", at: entry.place)
      }
    }
    return found
  }
}
