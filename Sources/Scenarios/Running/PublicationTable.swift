import Demography
import Kernel

/// `publication_population`: people by region, sex and age group as whole persons that add up.
///
/// The means over the draws, which add up where medians do not, are rounded by running sums over regions,
/// sexes and ages in this order with one keyed offset for a year, the same in every scenario: the country's
/// total is right to a person, each cell is its floor or its ceiling, right on average over offsets, and
/// every total of the table is the sum of its cells. For publication only: all other tables keep their
/// fractions. Cox (1987), A constructive procedure for unbiased controlled rounding, JASA 82.
struct PublicationTable {
  /// What the column `note` says of every row.
  static let note = "rounded_to_sums"

  private let baseline: Baseline
  private let seed: UInt32
  private var texts: [[String]]
  private var persons: [Int] = []
  private static let keys = [
    "scenario", "variant", "area", "period", "sex", "age", "kind", "note",
  ]

  init(_ baseline: Baseline, seed: UInt32) {
    self.baseline = baseline
    self.seed = seed
    texts = Self.keys.map { _ in [] }
  }

  var table: Table {
    Table(
      "publication_population",
      zip(Self.keys, texts).map { Table.Column.text($0, $1) } + [.integer("persons", persons)])
  }

  /// Adds the years whose pyramids are published. A year with a cell below zero, of which the run warns,
  /// has no rows: such people cannot be rounded to whole ones.
  mutating func add(_ store: DrawStore, scenario: String, variant: String, startKind: String) {
    let layout = store.layout
    let groups = layout.ageGroups
    for (index, step) in layout.pyramidSteps.enumerated() {
      let period = "\(baseline.year(step))-01-01"
      let kind = step == 0 ? startKind : "projected"
      var means: [Double] = []
      for region in 0..<layout.regions {
        for sex in 0..<2 {
          for group in 0..<groups {
            let place = layout.pyramid(index, sex: sex, group: group, region: region)
            means.append(Statistics.mean(store.sums([place])))
          }
        }
      }
      guard means.allSatisfy({ $0 >= 0 && $0.isFinite }) else { continue }
      let cells = cumulativeRounding(means, offset: offset(period))
      let own = (0..<layout.regions).map {
        Array(cells[$0 * 2 * groups..<($0 + 1) * 2 * groups])
      }
      let regions = baseline.regionAreas.map { area in
        (0..<2 * groups).map { k in area.members.reduce(0) { $0 + own[$1][k] } }
      }
      let country = (0..<2 * groups).map { k in regions.reduce(0) { $0 + $1[k] } }
      for (area, own) in zip([baseline.country] + baseline.regions, [country] + regions) {
        add(own, [scenario, variant, area, period], kind)
      }
    }
  }

  /// Cells of one area by sex, then age, with their totals.
  private mutating func add(_ cells: [Int], _ keys: [String], _ kind: String) {
    let groups = cells.count / 2
    let men = Array(cells[..<groups])
    let women = Array(cells[groups...])
    for (sex, own) in [("M", men), ("F", women), ("_T", zip(men, women).map { $0 + $1 })] {
      for (group, count) in own.enumerated() {
        add(keys + [sex, AgeGrouping.fiveYearCode(group, of: groups), kind, Self.note], count)
      }
      add(keys + [sex, "_T", kind, Self.note], own.reduce(0, +))
    }
  }

  private mutating func add(_ row: [String], _ count: Int) {
    for k in row.indices { texts[k].append(row[k]) }
    persons.append(count)
  }

  /// One uniform for a year.
  private func offset(_ period: String) -> Double {
    var stream = RandomStream(
      StreamKey(seed: seed, stream: "publication.rounding"), unit: UnitKey(period), draw: 0,
      time: 0)
    return stream.uniform()
  }
}
