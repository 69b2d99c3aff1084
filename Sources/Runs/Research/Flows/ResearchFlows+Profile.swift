import Demography
import Export
import FlowModels

/// What `agyn flows profile` is asked for.
public struct ProfileRequest: Sendable {
  public var file: String
  public var filter: String?
  /// Column or expression of single years of age.
  public var age: String
  /// Rates, or moves with the persons they come from.
  public var rate: String?
  public var moves: String?
  public var exposure: String?
  /// Columns that name the groups.
  public var by: [String]
  /// Ages among which the peak and the largest changes are looked for, open at both ends.
  public var after: Double
  public var before: Double
  /// Years on either side of the peak that make its breadth.
  public var around: Double

  public init(
    file: String, filter: String?, age: String, rate: String?, moves: String?, exposure: String?,
    by: [String], after: Double, before: Double, around: Double
  ) {
    self.file = file
    self.filter = filter
    self.age = age
    self.rate = rate
    self.moves = moves
    self.exposure = exposure
    self.by = by
    self.after = after
    self.before = before
    self.around = around
  }

  fileprivate func search() throws -> AgeProfile.Search {
    guard after < before else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--before", "value": text(before), "form": "> --after (\(text(after)))"])
    }
    guard around >= 0, around.isFinite else {
      throw Fault(
        .usage, "option.wrong", ["option": "--around", "value": text(around), "form": "0, 5"])
    }
    return AgeProfile.Search(after: after, before: before, around: -around...around)
  }
}

extension ResearchFlows {
  /// The indices of profiles of migration by single year of age: gross rate, peak, breadth, asymmetry.
  public static func profile(_ request: ProfileRequest) throws -> ResearchAnswer {
    let search = try request.search()
    let source = try AgeRates.Source(
      rate: request.rate, moves: request.moves, exposure: request.exposure)
    let (found, read) = try seconds {
      var data = try UserFile.flows(request.file)
      if let filter = request.filter { data = try data.filtered(by: RowFilter.parse(filter)) }
      return try AgeProfiles(data, age: request.age, source, by: request.by, search: search)
    }
    let groups = found.groups
    func column(_ name: String, _ value: (AgeProfile) -> Double) -> Table.Column {
      .real(name, groups.map { value($0.profile) })
    }
    let table = Table(
      "age_profiles",
      request.by.indices.map { k in .text(request.by[k], groups.map { $0.names[k] }) } + [
        column("gross_rate") { $0.grossRate }, column("peak_intensity") { $0.peakIntensity },
        column("peak_age") { $0.peakAge }, column("peak_breadth") { $0.peakBreadth },
        column("peak_share") { $0.peakShare }, column("largest_rise_age") { $0.largestRiseAge },
        column("largest_fall_age") { $0.largestFallAge }, column("asymmetry") { $0.asymmetry },
      ])
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "flows.profile.summary",
        [
          "groups": "\(groups.count)", "after": text(search.after),
          "before": text(search.before), "around": text(request.around),
        ]
      )
    ]
    if found.missing > 0 { notes.append(("flows.schedule.missing", ["count": "\(found.missing)"])) }
    return ResearchAnswer(
      [table], notes: notes,
      json: .members([
        ("schema", .integer(1)), ("profiles", .array(rowObjects(table))),
        ("missing", .integer(found.missing)),
        ("timing", .timing(read: read, fit: 0)),
      ]))
  }
}
