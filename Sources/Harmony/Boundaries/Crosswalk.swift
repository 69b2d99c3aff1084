public import Demography

/// How areas of one geography become areas of another, with separate weights for who lives there, who
/// leaves and who arrives.
///
/// An area that no row names stays as it is. Population weights misallocate flows: Zhetysu had 32 % of
/// the people of the old Almaty Region in 2022 and 19 % of its internal arrivals.
public struct Crosswalk: Sendable, Hashable {
  /// One pair of areas.
  public struct Row: Hashable, Sendable {
    public let from: String
    public let to: String
    /// First day of the new area.
    public let date: Day
    /// `split` or `merge`.
    public let type: String
    /// Share of the old area's people; of its departures; of its arrivals. `nil` when not known.
    public let population: Double?
    public let origin: Double?
    public let destination: Double?
    /// What the weights were computed from.
    public let basis: String

    public init(
      from: String, to: String, date: Day, type: String, population: Double?, origin: Double?,
      destination: Double?, basis: String
    ) {
      self.from = from
      self.to = to
      self.date = date
      self.type = type
      self.population = population
      self.origin = origin
      self.destination = destination
      self.basis = basis
    }

    func weight(_ weight: Weight) -> Double? {
      switch weight {
      case .population: population
      case .origin: origin
      case .destination: destination
      }
    }
  }

  /// What is divided.
  public enum Weight: String, Hashable, Sendable, CaseIterable {
    case population, origin, destination
  }

  /// What happens when the weights of an area add up to less than one.
  public enum MissingShare: Hashable, Sendable {
    case refuse
    /// Go on; the share that goes nowhere is in the result.
    case report
  }

  /// Sorted by from, then to.
  public let rows: [Row]
  /// The days on which boundaries changed, each once, in order.
  public var dates: [Day] { Set(rows.map(\.date)).sorted() }

  /// - Throws: `crosswalk.weights` for every area whose weights of one kind add up to more than one, or
  ///   to less and `missing` is `refuse`; `crosswalk.weight` for a negative weight; `crosswalk.twice`
  ///   for a pair given twice; `crosswalk.partial` when only some rows of an area have a weight.
  public init(_ rows: [Row], missing: MissingShare = .refuse) throws(Faults) {
    self.rows = rows.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    var faults: [Fault] = []
    for (a, b) in zip(self.rows, self.rows.dropFirst()) where (a.from, a.to) == (b.from, b.to) {
      faults.append(Fault(.badData, "crosswalk.twice", ["from": a.from, "to": a.to]))
    }
    for from in Set(rows.map(\.from)).sorted() {
      for weight in Weight.allCases {
        let weights = rows.filter { $0.from == from }.map { $0.weight(weight) }
        let stated = weights.compactMap(\.self)
        let arguments = ["from": from, "weight": weight.rawValue, "sum": text(stated.reduce(0, +))]
        if stated.isEmpty { continue }
        if stated.contains(where: { !($0 >= 0) }) {
          faults.append(Fault(.badData, "crosswalk.weight", arguments))
        }
        if stated.count < weights.count {
          faults.append(Fault(.badData, "crosswalk.partial", arguments))
        }
        let excess = stated.reduce(0, +) - 1
        if excess > 1e-9 || (excess < -1e-9 && missing == .refuse) {
          faults.append(Fault(.badData, "crosswalk.weights", arguments))
        }
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
  }

  /// The crosswalk back: new areas become the old ones they came from, whole.
  public func merging() -> Crosswalk {
    Crosswalk(
      unchecked: rows.map {
        Row(
          from: $0.to, to: $0.from, date: $0.date, type: "merge", population: 1, origin: 1,
          destination: 1, basis: $0.basis)
      })
  }

  /// The rows for which the condition holds, such as the changes of one date.
  public func filter(_ isIncluded: (Row) -> Bool) -> Crosswalk {
    Crosswalk(unchecked: rows.filter(isIncluded))
  }

  private init(unchecked rows: [Row]) {
    self.rows = rows.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  /// The areas that some become, sorted.
  public func targets(of areas: [String]) -> [String] {
    Set(areas.flatMap { area in shares(of: area, by: .population).map(\.to) }).sorted()
  }

  /// Where an area goes and with which weight; itself with weight one when no row names it.
  ///
  /// Areas without the flow weight asked for are divided by population.
  func shares(of area: String, by weight: Weight) -> [(to: String, weight: Double)] {
    let rows = rows.filter { $0.from == area }
    guard !rows.isEmpty else { return [(area, 1)] }
    let used = weightUsed(of: area, weight)
    return rows.map { ($0.to, $0.weight(used) ?? 0) }
  }

  /// The weight that an area is divided by when `weight` is asked for: the first that is known of it and
  /// of the population.
  public func weightUsed(of area: String, _ weight: Weight) -> Weight {
    rows.first { $0.from == area }?.weight(weight) == nil ? .population : weight
  }
}
