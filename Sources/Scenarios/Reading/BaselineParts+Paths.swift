import Demography

extension BaselineParts {
  /// Components whose inputs paths can multiply.
  private static let driven: [Baseline.Component] = [
    .fertility, .mortality, .internal, .emigration, .immigration,
  ]

  /// Reads `paths: {immigration: {file, digest, base_year}}`.
  mutating func readPaths(_ node: Document?, _ reader: inout Reader) {
    guard let node else { return }
    reader.closed(node, Self.driven.map(\.rawValue))
    for component in Self.driven {
      guard let entry = node[component.rawValue] else { continue }
      reader.closed(entry, ["file", "digest", "base_year"])
      guard let file = reader.text(entry, "file"),
        let found = reader.samplePaths(entry, file),
        let base = baseYear(component, entry, &reader)
      else { continue }
      checkAlone(component, entry, &reader)
      paths[component] = componentPaths(component, found, base, file, entry, &reader)
    }
  }

  /// The year whose rates or persons the input holds.
  private func baseYear(
    _ component: Baseline.Component, _ entry: Document, _ reader: inout Reader
  ) -> Int? {
    if let input = inputs[component.rawValue], entry["base_year"] == nil { return input.year }
    return reader.whole(entry, "base_year", in: 1800...launch)
  }

  /// Paths bring the whole future: nothing else moves the component.
  private func checkAlone(
    _ component: Baseline.Component, _ entry: Document, _ reader: inout Reader
  ) {
    var others: [String] = []
    if deviations[component] != nil { others.append("deviations") }
    if inputs[component.rawValue].map({ $0.changePerYear != 0 }) == true {
      others.append("change_per_year")
    }
    for other in others {
      reader.report(
        "baseline.paths-beside", ["component": component.rawValue, "other": other],
        at: entry.place)
    }
  }

  private func componentPaths(
    _ component: Baseline.Component, _ paths: SamplePaths, _ base: Int, _ file: String,
    _ entry: Document, _ reader: inout Reader
  ) -> ComponentPaths? {
    let place = entry["file"]?.place ?? entry.place
    let before = reader.faults.count
    if paths.years.lowerBound > launch || paths.years.upperBound < horizon - 1 {
      reader.report(
        "baseline.paths-years",
        [
          "file": file, "first": "\(paths.years.lowerBound)", "last": "\(paths.years.upperBound)",
          "launch": "\(launch)", "end": "\(horizon - 1)",
        ], at: place)
    }
    let names = paths.series.keys.sorted()
    if component == .internal, names.contains(where: { $0.contains(">") }) {
      return pairPaths(paths, base, file, place, before, &reader)
    }
    let wanted = names == [reader.country] ? [reader.country] : reader.places.regions
    let missing = wanted.filter { paths.series[$0] == nil }
    let strange = names.filter { !wanted.contains($0) }
    if !missing.isEmpty || !strange.isEmpty {
      reader.report(
        "baseline.paths-series",
        [
          "file": file, "missing": Self.list(missing), "strange": Self.list(strange),
          "country": reader.country,
        ], at: place)
    }
    // What is so near zero that a path over it is no number counts as none.
    let unseen = wanted.filter {
      guard let one = paths.series[$0], let seen = one.observed[base] else { return true }
      return !(seen > 0 && ((one.values.max() ?? 0) / seen).isFinite)
    }
    if missing.isEmpty && !unseen.isEmpty {
      reader.report(
        "baseline.paths-base",
        ["file": file, "year": "\(base)", "series": Self.list(unseen)], at: place)
    }
    guard reader.faults.count == before else { return nil }
    // All groups of a region follow its path.
    let series =
      wanted.count == 1
      ? wanted : reader.places.regionOf.map { reader.places.regions[$0] }
    return ComponentPaths(
      paths, series.compactMap { paths.series[$0] }, base: base, years: launch..<horizon)
  }

  /// Moves of every pair of regions, the origin first: `KZ-61>KZ-71`. A pair that nobody moved between is
  /// there with zeros.
  private func pairPaths(
    _ paths: SamplePaths, _ base: Int, _ file: String, _ place: Place, _ before: Int,
    _ reader: inout Reader
  ) -> ComponentPaths? {
    let regions = reader.places.regions
    let wanted = regions.indices.flatMap { to in
      regions.indices.filter { $0 != to }.map { regions[$0] + ">" + regions[to] }
    }
    let missing = wanted.filter { paths.series[$0] == nil }
    let strange = paths.series.keys.filter { !wanted.contains($0) }.sorted()
    if !missing.isEmpty || !strange.isEmpty {
      reader.report(
        "baseline.paths-pairs",
        ["file": file, "missing": Self.list(missing), "strange": Self.list(strange)], at: place)
    }
    // From nothing no path can be taken in relation to what was observed, but one that stays nothing.
    let unseen = wanted.filter {
      guard let one = paths.series[$0] else { return false }
      guard let seen = one.observed[base] else { return true }
      let most = one.values.max() ?? 0
      return most > 0 && !(seen > 0 && (most / seen).isFinite)
    }
    if missing.isEmpty && !unseen.isEmpty {
      reader.report(
        "baseline.paths-base",
        ["file": file, "year": "\(base)", "series": Self.list(unseen)], at: place)
    }
    guard reader.faults.count == before else { return nil }
    return ComponentPaths(
      paths, wanted.compactMap { paths.series[$0] }, base: base, years: launch..<horizon,
      pairs: regions.count)
  }

  /// The first five of a list, `–` for none.
  private static func list(_ names: [String]) -> String {
    names.isEmpty
      ? "–" : names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
  }
}

extension Reader {
  /// The paths of a file; `nil` after a fault.
  fileprivate mutating func samplePaths(_ entry: Document, _ file: String) -> SamplePaths? {
    let place = entry["file"]?.place ?? entry.place
    guard let known = pathFiles[file] else {
      report("baseline.paths-missing", ["file": file], at: place)
      return nil
    }
    switch known {
    case .failure(let found):
      faults += found.all
      return nil
    case .success(let paths):
      return isPinned(
        entry, file, digest: paths.digest, unpinned: "baseline.paths-unpinned",
        other: "baseline.paths-digest") ? paths : nil
    }
  }
}
