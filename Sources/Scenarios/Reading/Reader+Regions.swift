import Demography

extension Reader {
  /// The index of one region by code, name, slug or other alias.
  mutating func region(_ name: String, at place: Place) -> Int? {
    do {
      let code = try regions.resolve(name, on: day)
      if let index = places.regions.firstIndex(of: code.id) { return index }
      report("scenario.region-unknown", ["region": name, "nearest": ""], at: place)
    } catch {
      reportUnresolved(error, name, at: place)
    }
    return nil
  }

  private mutating func reportUnresolved(
    _ error: CodelistError, _ name: String, at place: Place
  ) {
    switch error {
    case .unknown(_, _, let near):
      let closest = nearest(to: name, in: Array(sets.keys).sorted()) ?? near ?? ""
      report("scenario.region-unknown", ["region": name, "nearest": closest], at: place)
    case .ambiguous(_, _, let candidates):
      report(
        "scenario.region-ambiguous",
        ["region": name, "candidates": candidates.joined(separator: ", ")], at: place)
    }
  }

  /// Places of one region by name, of one group, or of a region and a group, `almaty.foreign`; none after a
  /// fault.
  mutating func places(_ name: String, at place: Place) -> [Int] {
    if let group = places.groups.firstIndex(of: name) { return places.members(group: group) }
    if places.isGrouped, let dot = name.lastIndex(of: "."),
      let group = places.groups.firstIndex(of: String(name[name.index(after: dot)...]))
    {
      return region(String(name[..<dot]), at: place).map {
        [places.place(region: $0, group: group)]
      } ?? []
    }
    return region(name, at: place).map { places.members(region: $0) } ?? []
  }

  /// Those of some places that are of the groups at hand.
  func ofGroups(_ some: [Int]) -> [Int] {
    guard let groups else { return some }
    return some.filter { groups.contains(places.groupOf[$0]) }
  }

  /// Places of a node: names of regions, groups or sets, a list of them, `all`, or `{not: […]}`; of the groups
  /// at hand, sorted, each once.
  mutating func regions(_ node: Document) -> [Int] {
    if case .map = node.content {
      closed(node, ["not"])
      let left = Set(node["not"].map { regions($0) } ?? [])
      return ofGroups(areas.indices.filter { !left.contains($0) })
    }
    var found: Set<Int> = []
    for item in node.items {
      guard let name = item.text else {
        report("scenario.not-a-text", ["key": "region"], at: item.place)
        continue
      }
      if name == "all" {
        found.formUnion(areas.indices)
      } else if let set = sets[name] {
        found.formUnion(set)
      } else {
        found.formUnion(places(name, at: item.place))
      }
    }
    return ofGroups(found.sorted())
  }

  /// Regions under a key, or `standard` when the key is absent.
  mutating func regions(_ node: Document, _ key: String, standard: [Int]? = nil) -> [Int] {
    guard let value = node[key] else {
      if standard == nil { report("scenario.key-missing", ["key": key], at: node.place) }
      return ofGroups(standard ?? [])
    }
    return regions(value)
  }

  /// Local sets: `name: [regions]` or `name: {title: {…}, regions: [regions]}`.
  mutating func readSets(_ node: Document?) {
    guard let node else { return }
    for entry in node.entries {
      if (try? regions.resolve(entry.key, on: day)) != nil || entry.key == "all"
        || entry.key == country || ["m", "f", "gravity"].contains(entry.key)
        || places.groups.contains(entry.key)
        || programmes.contains(entry.key) || entry.key.first?.isNumber == true
      {
        report("scenario.set-is-region", ["set": entry.key], at: entry.keyPlace)
      }
      guard let list = entry.value["regions"] else {
        sets[entry.key] = regions(entry.value)
        continue
      }
      closed(entry.value, ["title", "regions"])
      setTitles[entry.key] = optionalNames(entry.value, "title")
      sets[entry.key] = regions(list)
    }
  }

  /// Shares or weights by region, `others` spread over the rest in proportion to `spread`; the share of a
  /// region goes to its groups as newcomers do.
  ///
  /// - Parameters:
  ///   - normalises: whether weights of any sum are scaled to 1; otherwise they must sum to 1.
  ///   - spread: one weight for every place.
  /// - Returns: one share for each place, summing to 1.
  mutating func shares(
    _ node: Document, normalises: Bool, spread: [Double]
  ) -> [Double] {
    var shares = [Double](repeating: 0, count: areas.count)
    var named: Set<Int> = []
    var others: Double?
    for entry in node.entries {
      guard let value = entry.value.number, value.isFinite else {
        reportNoNumber(entry.key, entry.value)
        continue
      }
      guard value >= 0 else {
        report("scenario.share-negative", ["key": entry.key], at: entry.value.place)
        continue
      }
      if entry.key == "others" {
        others = value
      } else {
        let members = regions(Document(.scalar(entry.key), at: entry.keyPlace))
        for index in members {
          if !named.insert(index).inserted {
            report("scenario.region-twice", ["region": entry.key], at: entry.keyPlace)
          }
          shares[index] = places.isGrouped ? value * places.share(of: index, among: members) : value
        }
      }
    }
    if let others {
      let rest = ofGroups(areas.indices.filter { !named.contains($0) })
      let weight = rest.reduce(0) { $0 + spread[$1] }
      for index in rest where weight > 0 {
        let region = places.isGrouped ? rest.filter { places.isSameRegion($0, index) } : [index]
        let own = region.reduce(0) { $0 + spread[$1] }
        let part = places.isGrouped ? own * places.share(of: index, among: region) : own
        shares[index] = others * part / weight
      }
    }
    let sum = shares.reduce(0, +)
    if sum <= 0 || (!normalises && abs(sum - 1) > 1e-9) {
      report("scenario.shares-sum", ["sum": Demography.text(sum)], at: node.place)
      return shares
    }
    return shares.map { $0 / sum }
  }

  /// Which ages of which sexes a node means: `ages: 18-59`, `sexes: [m]`; `2 · ages` values.
  mutating func ageMask(_ node: Document) -> [Bool] {
    var mask = [Bool](repeating: true, count: 2 * ages)
    if let value = node["ages"] {
      if let range = groups(of: value.text ?? "", at: value.place) {
        for k in mask.indices where !range.contains(k % ages) { mask[k] = false }
      }
    }
    if let value = node["sexes"] {
      let wanted = value.items.compactMap(\.text).map { $0.lowercased() }
      for item in value.items where !["m", "f"].contains(item.text?.lowercased() ?? "") {
        report(
          "scenario.not-permitted",
          ["key": "sexes", "value": item.text ?? "", "permitted": "m, f", "nearest": ""],
          at: item.place)
      }
      for k in mask.indices where !wanted.contains(k < ages ? "m" : "f") { mask[k] = false }
    }
    return mask
  }

  /// Age groups of `18-59`, `63+` or `5`; `nil` after reporting anything else, ages the projection does
  /// not have, and ages that cut a group.
  mutating func groups(of text: String, at place: Place) -> ClosedRange<Int>? {
    let grouping = AgeGrouping(width: ageWidth, count: ages)
    guard let range = ageRange(text) else {
      report("scenario.age", ["value": text], at: place)
      return nil
    }
    if let groups = grouping.groups(range) { return groups }
    report("scenario.age-width", ["value": text, "width": String(ageWidth)], at: place)
    return nil
  }

  /// Years of age of `18-59`, `63+`, `5`.
  private func ageRange(_ text: String) -> ClosedRange<Int>? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    let lower: Int?
    let upper: Int?
    if parts.count == 1, text.hasSuffix("+") {
      lower = Int(text.dropLast())
      upper = .max - 1
    } else if parts.count == 1 {
      lower = Int(text)
      upper = lower
    } else {
      lower = Int(parts[0])
      upper = parts.count == 2 ? Int(parts[1]) : nil
    }
    guard let lower, let upper, lower >= 0, upper >= lower, lower <= (ages - 1) * ageWidth
    else { return nil }
    return lower...upper
  }
}
