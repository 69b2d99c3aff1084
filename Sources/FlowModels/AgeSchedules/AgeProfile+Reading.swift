import Demography

/// The profiles of a file by groups of its rows, such as censuses or areas.
public struct AgeProfiles: Hashable, Sendable {
  public struct Group: Hashable, Sendable {
    /// One for each column that names the groups.
    public let names: [String]
    public let profile: AgeProfile
    /// Number of ages.
    public let ages: Int
  }

  /// In the order of the file.
  public let groups: [Group]
  /// Rows with an empty cell, which are left out.
  public let missing: Int

  /// - Parameters:
  ///   - by: columns that name the groups; one profile of all rows where empty.
  /// - Throws: `Faults`: no such column, no number, an exposure or a rate that is none, ages of a
  ///   group that are not single years one after the other, a group without a peak.
  public init(
    _ data: FlowData, age: String, _ source: AgeRates.Source, by: [String],
    search: AgeProfile.Search
  ) throws {
    let columns = try by.map { try data.index(of: $0, namedAt: nil) }
    let keys = (0..<data.count).map { row in columns.map { data.text(row: row, column: $0) } }
    var seen: Set<[String]> = []
    var faults: [Fault] = []
    var groups: [Group] = []
    var missing = 0
    for key in keys where seen.insert(key).inserted {
      let rates = try AgeRates(data.filtered { keys[$0] == key }, age: age, source)
      missing += rates.missing.count
      let name = key.isEmpty ? "" : key.joined(separator: " · ") + ": "
      let order = rates.ages.indices.sorted { rates.ages[$0] < rates.ages[$1] }
      let ages = order.map { rates.ages[$0] }
      let before = faults.count
      for (young, old) in zip(ages, ages.dropFirst()) where old - young != 1 {
        faults.append(
          Fault(
            .badData, "profile.uneven-ages",
            ["group": name, "age": text(young), "next": text(old)]))
      }
      for k in order where !(rates.rates[k] >= 0 && rates.rates[k].isFinite) {
        faults.append(
          Fault(
            .badData, "profile.bad-rate",
            ["group": name, "age": text(rates.ages[k]), "found": text(rates.rates[k])]))
      }
      guard faults.count == before else { continue }
      let intensities = order.map { 100 * rates.rates[$0] }
      guard let profile = AgeProfile(ages: ages, intensities: intensities, search: search) else {
        faults.append(
          Fault(
            .badData, "profile.no-peak",
            ["group": name, "after": text(search.after), "before": text(search.before)]))
        continue
      }
      groups.append(Group(names: key, profile: profile, ages: ages.count))
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    guard !groups.isEmpty else {
      throw Faults(Fault(.badData, "flows.empty", ["file": data.file]))
    }
    self.groups = groups
    self.missing = missing
  }
}
