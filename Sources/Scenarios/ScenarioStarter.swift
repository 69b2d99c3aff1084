public import Demography

/// A scenario file to begin with, written for a baseline: it passes `scenario check` as it is.
public struct ScenarioStarter {
  /// Sentences of the file in the reader's language.
  public struct Texts: Sendable {
    /// Lines over the file, without `#`.
    public let header: String
    public let levers: String
    public let variants: String
    public let compare: String
    /// What the evidence of an untouched lever says.
    public let source: String
    /// What each kind of lever does, by its id.
    public let kinds: [String: String]

    public init(
      header: String, levers: String, variants: String, compare: String, source: String,
      kinds: [String: String]
    ) {
      self.header = header
      self.levers = levers
      self.variants = variants
      self.compare = compare
      self.source = source
      self.kinds = kinds
    }
  }

  private let baseline: Baseline
  private let texts: Texts

  public init(_ baseline: Baseline, _ texts: Texts) {
    self.baseline = baseline
    self.texts = texts
  }

  /// The file's text with one lever of each kind asked for.
  ///
  /// - Parameter kinds: ids of `LeverCatalogue`, each once.
  /// - Throws: `scenario.identifier` for an id no scenario may have; `scenario.lever-unknown`;
  ///   `scenario.starter-twice`; `scenario.starter-programme` where a kind needs a temporary programme and
  ///   the baseline has none.
  public func file(id: String, kinds: [String]) throws(Faults) -> String {
    var levers = ""
    var faults: [Fault] = []
    if !Reader.isIdentifier(id) {
      faults.append(Fault(.usage, "scenario.identifier", ["key": "id", "value": id]))
    }
    for (k, word) in kinds.enumerated() {
      if kinds.firstIndex(of: word) != k {
        faults.append(Fault(.usage, "scenario.starter-twice", ["kind": word]))
        continue
      }
      guard let kind = LeverCatalogue.kind(word) else {
        let known = LeverCatalogue.all.map(\.card.id)
        faults.append(
          Fault(
            .usage, "scenario.lever-unknown",
            [
              "kind": word, "known": known.joined(separator: ", "),
              "nearest": nearest(to: word, in: known) ?? "",
            ]))
        continue
      }
      if kind.starter.contains("{programme}") && baseline.programmes.isEmpty {
        faults.append(Fault(.usage, "scenario.starter-programme", ["kind": word]))
        continue
      }
      levers += lever(kind)
    }
    if !faults.isEmpty { throw Faults(faults) }
    return """
      \(comment(texts.header))
      schema: agyn.scenario/1
      id: "\(id)"
      title: {kk: "\(id)", ru: "\(id)", en: "\(id)"}
      baseline: {ref: \(baseline.id)}

      \(comment(texts.levers))
      levers:
      \(levers)
      \(comment(texts.variants))
      variants:
        - {id: all}

      \(comment(texts.compare))
      compare:
        against: baseline
        metrics: [population, workforce_15_64, net_internal]
        regions: [\(baseline.country), all]
        years: [\(years.map(String.init).joined(separator: ", "))]
        decompose: shapley

      """
  }

  /// Two years of comparison: the middle and the end of the projection.
  private var years: [Int] {
    Array(Set([baseline.year(baseline.steps / 2), baseline.horizon])).sorted()
  }

  private func lever(_ kind: any LeverKind) -> String {
    let lines = filled(kind.starter).split(separator: "\n").map { "    \($0)\n" }.joined()
    let id = kind.card.id.map { $0 == "_" ? "-" : String($0) }.joined()
    let name = (texts.kinds[kind.card.id] ?? kind.card.id)
    return "  # \(name)\n  - id: \(id)\n\(lines)    evidence: {quality: assumed, source: "
      + "\"\(texts.source)\"}\n"
  }

  private func filled(_ text: String) -> String {
    let regions = baseline.regions
    let values = [
      "region": regions[0], "other": regions[regions.count > 1 ? 1 : 0],
      "programme": baseline.programmes.first?.id ?? "",
      "year": String(min(baseline.launch + 1, baseline.horizon - 1)),
      "horizon": String(baseline.horizon),
    ]
    let text =
      baseline.stepYears == 1 ? text : text.replacing("ages: 18-59", with: "ages: 20-59")
    return values.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
  }

  private func comment(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "# \($0)" }
      .joined(separator: "\n")
  }
}
