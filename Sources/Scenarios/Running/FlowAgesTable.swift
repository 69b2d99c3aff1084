import Demography
import Kernel
import Projection

/// Moves between regions by the groups of ages that a file asks for.
///
/// A year's moves are counted by the age at its end, planned ones among them. Summed over its ages a draw
/// has the moves of `od_projection`.
struct FlowAgesTable {
  private(set) var isEmpty = true
  private var rows = RowsOf(
    "od_ages", keys: ["scenario", "variant", "origin", "destination", "period", "age"],
    values: ["median", "lower_80", "upper_80"])

  /// None where no file asks for ages, else one.
  var tables: [Table] { isEmpty ? [] : [rows.table] }

  /// Adds the rows of a run; none where its baseline has no `flow_ages`.
  mutating func add(
    _ store: DrawStore, _ baseline: Baseline, _ scenario: String, _ variant: String,
    threads: Int?
  ) {
    guard !baseline.flowAges.isEmpty else { return }
    isEmpty = false
    let layout = store.layout
    let codes = Self.codes(baseline.flowAges)
    var keys: [[String]] = []
    var places: [[Int]] = []
    for (index, step) in layout.flowSteps.enumerated() {
      let period = Period.years(baseline.year(step), baseline.stepYears).description
      for pair in baseline.pairs {
        for (k, code) in codes.enumerated() {
          keys.append([scenario, variant, pair.from.name, pair.to.name, period, code])
          places.append(layout.flows(index, pair, ages: k))
        }
      }
    }
    let wanted = places
    let found = parallelMap(wanted.count, threads: threads) { Summary(store.sums(wanted[$0])) }
    for (key, s) in zip(keys, found) { rows.add(key, [s.median, s.lower80, s.upper80]) }
  }

  /// SDMX codes: `Y0T14`, `Y15`, `Y_GE65`.
  private static func codes(_ first: [Int]) -> [String] {
    first.indices.map { k in
      guard k + 1 < first.count else { return "Y_GE\(first[k])" }
      let last = first[k + 1] - 1
      return last == first[k] ? "Y\(last)" : "Y\(first[k])T\(last)"
    }
  }
}
