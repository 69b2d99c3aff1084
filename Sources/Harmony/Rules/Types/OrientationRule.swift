public import Demography

/// An origin–destination table is not stored the wrong way round.
///
/// The net migration that the table implies, Σᵢ F(i,k) − Σⱼ F(k,j), must correlate at least 0.9 with the
/// published net migration; −0.9 or less says that origins and destinations are swapped.
public struct OrientationRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "orientation", reference: "Pearson 1895, doi:10.1098/rspl.1895.0041",
    parameters: [
      .init("od", standard: ""), .init("net", standard: ""),
      .init("least", range: 0...1, standard: "0.9"),
    ])

  private let od: Predicate
  private let net: Predicate
  private let least: Double

  public init(_ fields: inout RuleFields) {
    od = fields.requiredPredicate("od")
    net = fields.requiredPredicate("net")
    least = fields.number("least") ?? 0.9
  }

  public var columns: Set<Observation.Column> {
    od.columns.union(net.columns).union([.origin, .destination, .referenceArea, .value, .period])
  }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    let flows = rows.filter { od.holds(for: $0) }
    let nets = Dictionary(grouping: rows.filter { net.holds(for: $0) }, by: \.referenceArea)
    for group in Group.groups(flows, by: specification.by ?? [.source, .period]) {
      check(group, nets, &tally)
    }
  }

  private func check(_ group: Group, _ nets: [String: [Observation]], _ tally: inout RuleTally) {
    let period = group.rows[0].period
    var implied: [String: Double] = [:]
    for row in group.rows where row.origin != row.destination {
      guard let value = row.scaledValue else { continue }
      implied[row.destination, default: 0] += value
      implied[row.origin, default: 0] -= value
    }
    var pairs: [(Double, Double)] = []
    for (area, value) in implied.sorted(by: { $0.key < $1.key }) {
      guard let covered = nets[area].flatMap({ cover(period, $0) }) else { continue }
      let values = covered.compactMap(\.scaledValue)
      if values.count == covered.count { pairs.append((value, values.reduce(0, +))) }
    }
    guard pairs.count >= 3, let r = correlation(pairs) else {
      let detail = Detail("rule.detail.orientation_unknown", ["count": "\(pairs.count)"])
      tally.skip(Finding(period: period.description, detail: detail, observations: []))
      return
    }
    guard r < least else {
      tally.pass()
      return
    }
    let key = r <= -least ? "rule.detail.orientation_swapped" : "rule.detail.orientation_weak"
    let rounded = (r * 1000).rounded() / 1000
    tally.fail(
      Finding(
        period: period.description, left: "r", r, right: "", least,
        detail: Detail(
          key,
          ["correlation": text(rounded), "least": text(least), "source": group.rows[0].source]),
        observations: group.rows))
  }

  /// Pearson's correlation; `nil` when a side does not vary.
  private func correlation(_ pairs: [(Double, Double)]) -> Double? {
    let n = Double(pairs.count)
    let meanX = pairs.reduce(0) { $0 + $1.0 } / n
    let meanY = pairs.reduce(0) { $0 + $1.1 } / n
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in pairs {
      xx += (x - meanX) * (x - meanX)
      yy += (y - meanY) * (y - meanY)
      xy += (x - meanX) * (y - meanY)
    }
    guard xx > 0, yy > 0 else { return nil }
    return xy / (xx * yy).squareRoot()
  }
}
