public import Demography

/// Where people are in a projection: in a region, and where the file names them in one of the groups of a
/// second state, such as citizenship.
///
/// What the engine calls a region is a place here: a region, or a region with a group. Willekens & Drewe
/// (1984), A multiregional model for regional demographic projection.
public struct Places: Hashable, Sendable {
  /// Codes of the regions, sorted.
  public let regions: [String]
  /// Identifiers of the groups in the order of the file; none where people are told apart by region only.
  public let groups: [String]
  /// Codes of the places, sorted: that of the region, or `region.group`.
  public let codes: [String]
  /// Region and group of each place, by index; group 0 where there is none.
  public let regionOf: [Int]
  public let groupOf: [Int]
  /// Part of those who come from abroad without a group of their own, by group; 1 where there is none.
  public let newcomers: [Double]
  /// Place of a region and group, `region · groups + group`.
  private let index: [Int]

  /// - Parameter newcomers: one share for each group.
  public init(regions: [String], groups: [String] = [], newcomers: [Double] = []) {
    precondition(regions == regions.sorted(), "regions are not sorted")
    precondition(groups.count == newcomers.count, "\(newcomers.count) shares of newcomers")
    self.regions = regions
    self.groups = groups
    self.newcomers = groups.isEmpty ? [1] : newcomers
    let count = max(1, groups.count)
    let cells = (0..<regions.count * count).map { k in
      (code: groups.isEmpty ? regions[k] : regions[k / count] + "." + groups[k % count], cell: k)
    }.sorted { $0.code < $1.code }
    codes = cells.map(\.code)
    regionOf = cells.map { $0.cell / count }
    groupOf = cells.map { $0.cell % count }
    var index = [Int](repeating: 0, count: cells.count)
    for (place, entry) in cells.enumerated() { index[entry.cell] = place }
    self.index = index
  }

  public var isGrouped: Bool { !groups.isEmpty }

  /// The place of a region and a group.
  public func place(region: Int, group: Int) -> Int {
    index[region * max(1, groups.count) + group]
  }

  /// All places of a region.
  public func members(region: Int) -> [Int] {
    let count = max(1, groups.count)
    return Array(index[region * count..<(region + 1) * count])
  }

  /// All places of a group.
  public func members(group: Int) -> [Int] {
    regions.indices.map { place(region: $0, group: group) }
  }

  /// The place in the region of one place of those who are in the group of another.
  public func place(_ place: Int, like other: Int) -> Int {
    groupOf[place] == groupOf[other]
      ? place : self.place(region: regionOf[place], group: groupOf[other])
  }

  /// Whether somebody who goes from one place to another stays in the region, and changes the group only.
  public func isSameRegion(_ a: Int, _ b: Int) -> Bool { regionOf[a] == regionOf[b] }

  /// Whether a step from one place to another is a move between regions.
  func isMove(_ a: Int, _ b: Int) -> Bool { regionOf[a] != regionOf[b] }

  /// Part of a region's newcomers who are in the group of a place, among some of the places of the region.
  func share(of place: Int, among places: [Int]) -> Double {
    let own = places.filter { regionOf[$0] == regionOf[place] }
    let sum = own.reduce(0) { $0 + newcomers[groupOf[$1]] }
    return sum > 0 ? newcomers[groupOf[place]] / sum : 1 / Double(own.count)
  }

  /// The same share for every region among some places, over its groups as newcomers are; one for each place of
  /// the projection.
  func evenShares(_ targets: [Int]) -> [Double] {
    var shares = [Double](repeating: 0, count: codes.count)
    let count = Double(max(1, Set(targets.map { regionOf[$0] }).count))
    for place in targets {
      shares[place] = isGrouped ? share(of: place, among: targets) / count : 1 / count
    }
    return shares
  }
}

extension Baseline {
  /// Regions with the places in them.
  var regionAreas: [Scenario.Area] {
    regions.indices.map {
      Scenario.Area(name: regions[$0], members: places.members(region: $0))
    }
  }

  /// The country as a whole, then its regions.
  var allAreas: [Scenario.Area] {
    [Scenario.Area(name: country, members: Array(places.codes.indices))] + regionAreas
  }

  /// Pairs of regions, origins first.
  var pairs: [(from: Scenario.Area, to: Scenario.Area)] {
    let areas = regionAreas
    return areas.indices.flatMap { i in
      areas.indices.filter { $0 != i }.map { (areas[i], areas[$0]) }
    }
  }

  /// Groups of a second state.
  public struct Groups: Sendable {
    /// The dimension of observations that tells them apart.
    public enum Dimension: String, Hashable, Sendable, CaseIterable {
      case citizenship
      case birthPlace = "birth_place"

      var column: Observation.Column { self == .citizenship ? .citizenship : .birthPlace }
    }

    public struct Group: Sendable {
      public let id: String
      /// The code observations have in the dimension.
      public let code: String
      /// `nil` where the file gives none.
      public let title: Names?
    }

    /// People who go from one group to another in their region, or children of one group who are born into
    /// another.
    public struct Change: Sendable {
      public enum Value: Sendable {
        /// Per person and year, or per birth, at every age.
        case constant(Double)
        case measure(String, year: Int, factor: Double)
      }

      public let from: Int
      public let to: Int
      public let value: Value
    }

    public let dimension: Dimension
    public let groups: [Group]
    public let changes: [Change]
    public let births: [Change]
  }
}
