import Demography
import Harmony
import Projection

/// How well the totals of regions would have been forecast in past years, for the report of a run.
///
/// Every 1 January with ten years behind it and one ahead is a launch; years whose change a census set are
/// found in the years before each launch, as `project hindcast` does where nothing else is asked.
struct TotalsHindcast {
  /// Years ahead that are scored.
  static let horizons = [1, 3, 5, 10]

  let checked: CheckedData
  let threads: Int

  /// `hindcast_scores` by line and horizon, with the regions and launches behind each score, and
  /// `hindcast_regions`; none where no launch has ten years behind it and an outcome.
  func tables() throws -> [Table] {
    guard let totals = try totals() else { return [] }
    let launches = Array(totals.firstYear + 10..<max(totals.firstYear + 10, totals.lastYear))
    guard !launches.isEmpty else { return [] }
    let found: Hindcast.Result
    do {
      found = try Hindcast.run(
        Hindcast.Specification(
          launches: launches, horizons: Self.horizons,
          lines: TotalsLine.benchmarks + [.components(.standard)], breaks: .found,
          target: .published),
        on: totals, threads: threads)
    } catch {
      throw Faults(error.fault)
    }
    return [found.spannedScoreTable(), found.regionTable()]
  }

  /// `nil` where no region knows two years in a row.
  private func totals() throws -> RegionalTotals? {
    do {
      var series = try TotalsTable(checked)
      _ = try series.fillNaturalIncrease()
      return try series.totals(breaks: [])
    } catch let fault as Fault where fault.code == "hindcast.no-series" {
      return nil
    }
  }
}

extension Hindcast.Result {
  /// The scores by line and horizon, with the number of regions and the first and last launch of each.
  fileprivate func spannedScoreTable() -> Table {
    let table = scoreTable()
    let horizons = table.numbers("horizon").map { Int($0 ?? 0) }
    let own = zip(table.texts("line"), horizons).map { line, horizon in
      cases.filter { $0.line.name == line && $0.horizon == horizon }
    }
    return Table(
      table.name,
      table.columns + [
        .integer("regions", own.map { Set($0.map(\.region)).count }),
        .integer("first_launch", own.map { $0.map(\.launch).min() }),
        .integer("last_launch", own.map { $0.map(\.launch).max() }),
      ])
  }
}

extension TotalsTable {
  /// Population and natural increase of the regions of a workspace on its own boundaries.
  init(_ checked: CheckedData) throws {
    let data = checked.data
    let geography = data.workspace.geography
    let target = geography.vintage
    let all = checked.observations.filter {
      ["POP", "NATINC", "NET"].contains($0.measure) && $0.sex == "_T" && $0.age == "_T"
    }
    let wanted = all.filter { $0.measure != "NET" }
    let old = wanted.filter { $0.geoVintage != "_Z" && $0.geoVintage != target }
    let carried = try data.crosswalk.apply(old, to: target, toolVersion: Engine.version)
    let regions = Set(data.currentRegions.codes.map(\.id))
    // Of the whole what the source of its population says.
    let whole = all.filter {
      $0.referenceArea == geography.country && $0.scope == "ALL" && $0.kind == .observed
    }
    let source = whole.last { $0.measure == "POP" }?.source
    self.init(
      (wanted.filter { $0.geoVintage == target || $0.geoVintage == "_Z" } + carried.observations)
        .filter { regions.contains($0.referenceArea) },
      country: whole.filter { $0.source == source })
  }
}
