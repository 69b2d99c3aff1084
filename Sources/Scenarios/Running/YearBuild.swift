public import Projection

/// One year of one draw while levers act on it: rates, counts, planned moves, permits.
public struct YearBuild: Sendable {
  public internal(set) var year: Int
  public let seed: UInt32
  /// `nil` on the median path.
  public let draw: Int?
  /// One value for each parameter of the scenario.
  public let parameters: [Double]
  /// What the baseline says of moves, ages and shares; the same in all draws.
  public let frame: BaselineFrame
  /// Residents on 1 January, a surface.
  public internal(set) var population: [Double]
  public var rates: StepRates
  /// By programme of the baseline.
  public var permits: [PermitYear]
  /// Displaced persons away from home at the end of the year, by region of origin.
  public var displaced: [Double]
  /// Persons who settle less than in the baseline for whom there were no immigrants to take away, by
  /// region.
  public var settlementUnmet: [Double]
  /// What planned moves cost and who of earlier ones is still there; `nil` where nobody asks.
  var settlement: Settlement?

  /// Of the planned moves of a year, one value for each place.
  struct Settlement: Sendable {
    /// Of the year, in the unit of the file.
    var cost: [Double]
    /// Those who settled five years before the end of the year, by where they settled.
    var settled: [Double]
    /// Those of them who live and have not left, by where they are.
    var retained: [Double]
    /// What their moves cost.
    var settledCost: [Double]

    init(places: Int) {
      cost = [Double](repeating: 0, count: places)
      settled = cost
      retained = cost
      settledCost = cost
    }

    var byKind: [(RecordLayout.Settlement, [Double])] {
      [
        (.cost, cost), (.settled, settled), (.retained, retained), (.settledCost, settledCost),
      ]
    }
  }

  /// What levers say of a programme in a year.
  public struct PermitYear: Hashable, Sendable {
    /// Streams that are followed apart: one for each country of origin, or one where none is named.
    public let streams: Int
    /// Terms, renewal and exits, `stream · 4 + quarter`.
    public var rules: [PermitProgramme]
    /// Share of the stock that is in the country at a time, `stream · 4 + quarter`.
    public var presence: [Double]
    /// Persons who would come, `(stream · 4 + quarter) · regions + region`.
    public var wanted: [Double]
    /// Limits of the stock by region; `nil` for none.
    public var stockLimit: [Double]?
    /// Limits of admissions, `quarter · regions + region`; `nil` for none.
    public var admissionLimit: [Double]?
    /// Shares of the refused who turn to other programmes in the quarter after.
    public var turned: [Turn] = []
    /// Share of the refused whose posts are filled by residents of other regions.
    public var substitution = 0.0
    /// Which schedule they follow.
    public var substitutes = 0
    /// Whether `stockLimit` is the baseline's own, which a lever replaces.
    var isBaselineLimit = true

    /// Refused persons of a programme who ask for another.
    public struct Turn: Hashable, Sendable {
      public let programme: Int
      public let share: Double
    }

    /// Limits the stock: the first lever replaces the baseline's limit, of several the tightest holds.
    mutating func limitStock(_ byRegion: [Double], replacesBaseline: Bool) {
      if replacesBaseline && isBaselineLimit {
        stockLimit = byRegion
        isBaselineLimit = false
      } else {
        stockLimit = stockLimit.map { zip($0, byRegion).map(min) } ?? byRegion
      }
    }

    mutating func limitAdmissions(_ byRegion: [Double]) {
      admissionLimit = admissionLimit.map { zip($0, byRegion).map(min) } ?? byRegion
    }
  }

  /// Streams of a programme that some of its countries of origin are; `nil` for all.
  func streams(_ programme: Int, _ countries: [Int]?) -> [Int] {
    let count = permits[programme].streams
    return count == 1 ? [0] : countries ?? Array(0..<count)
  }

  /// Multiplies those who want to come in a quarter.
  mutating func multiplyWanted(
    _ programme: Int, quarter: Int, regions wanted: [Int], countries: [Int]? = nil,
    by factor: Double
  ) {
    for stream in streams(programme, countries) {
      for region in wanted {
        permits[programme].wanted[(stream * 4 + quarter) * regions + region] *= factor
      }
    }
  }

  /// Adds persons who want to come in a quarter, over all streams as the baseline's origins are.
  ///
  /// - Parameter shares: by country of origin; `nil` for those of the baseline.
  mutating func addWanted(
    _ persons: Double, _ programme: Int, quarter: Int, region: Int, shares: [Double]? = nil
  ) {
    let count = permits[programme].streams
    for stream in 0..<count {
      let share = count == 1 ? 1 : (shares ?? frame.originShares[programme])[stream]
      permits[programme].wanted[(stream * 4 + quarter) * regions + region] += persons * share
    }
  }

  public var regions: Int { frame.shape.regions }
  public var ages: Int { frame.shape.ages }
  /// Years of an age group.
  var ageWidth: Int { frame.ageWidth }

  /// Persons aged 15 to 64 in a region on 1 January.
  public func workforce(_ region: Int) -> Double { frame.workforce(population, region) }

  /// Labour force of the country on 1 January.
  public var labourForce: Double {
    (0..<regions).reduce(0) { $0 + workforce($1) } * frame.participation
  }

  /// Multiplies rates of moving from some regions to some others.
  public mutating func multiplyInternal(
    from origins: [Int], to destinations: [Int], ages mask: [Bool], by factor: Double
  ) {
    let n = regions
    for g in frame.internalRates.classes(in: mask) {
      for j in destinations {
        for i in origins where frame.places.isMove(i, j) {
          rates.level[(g * n + j) * n + i] *= factor
        }
      }
    }
  }

  /// How many the rates make leave a region for some others in a year, and the residents of these ages.
  func leaving(
    from origin: Int, to places: [Int], ages mask: [Bool]
  ) -> (leaving: Double, people: Double) {
    let destinations = places.filter { frame.places.isMove(origin, $0) }
    let n = regions
    let rates = frame.internalRates
    let length = 2 * ages
    var leaving = 0.0
    var people = 0.0
    for k in 0..<length where mask[k] {
      let residents = population[origin * length + k]
      let first = rates.classOf[k] * n
      let level = destinations.reduce(0) { $0 + self.rates.level[(first + $1) * n + origin] }
      people += residents
      leaving += residents * rates.profile[origin * length + k] * level
    }
    return (leaving, people)
  }

  /// Rates of leaving for any other region, by class inside the ages, then origin.
  func outRates(ages mask: [Bool]) -> [Double] {
    let n = regions
    return frame.internalRates.classes(in: mask).flatMap { g in
      (0..<n).map { i in
        (0..<n).reduce(0) { sum, j in
          frame.places.isMove(i, j) ? sum + rates.level[(g * n + j) * n + i] : sum
        }
      }
    }
  }

  /// Scales the moves of every origin so that as many leave as `outRates` said.
  mutating func restoreOutRates(_ before: [Double], ages mask: [Bool]) {
    let n = regions
    let now = outRates(ages: mask)
    for (k, g) in frame.internalRates.classes(in: mask).enumerated() {
      for i in 0..<n where now[k * n + i] > 0 {
        let factor = before[k * n + i] / now[k * n + i]
        for j in 0..<n where frame.places.isMove(i, j) {
          rates.level[(g * n + j) * n + i] *= factor
        }
      }
    }
  }

  /// Adds persons who settle from abroad.
  public mutating func addImmigrants(_ persons: Double, region: Int, schedule: Int) {
    let length = 2 * ages
    let ages = frame.schedules[schedule]
    for k in 0..<length { rates.immigration[region * length + k] += persons * ages[k] }
  }

  /// By age and sex how many of those who are planned to move out of a place can, as far as the residents of
  /// 1 January tell: at the end of the year at most `CohortEngine.standardTransferCap` of a cell moves.
  ///
  /// - Parameter whole: all who are planned to move out of the place by the same schedule.
  func movable(
    _ persons: Double, of whole: Double, from origin: Int, schedule: Int
  ) -> [Double] {
    let length = 2 * ages
    let shares = frame.schedules[schedule]
    let part = 1 / Double(ageWidth)
    return (0..<length).map { k in
      guard shares[k] > 0, whole > 0 else { return 0 }
      let (cell, age) = (origin * length + k, k % ages)
      let stay = age == ages - 1 ? 1 : 1 - part
      let come = age == 0 ? 0 : part * population[cell - 1]
      // Newborns of the year are not known yet.
      let people = age == 0 ? population[cell] : stay * population[cell] + come
      return min(persons * shares[k], persons / whole * CohortEngine.standardTransferCap * people)
    }
  }

  /// Schedules of planned moves that hold in this year only; what `move` takes for each.
  mutating func add(schedules: [[Double]]) -> [Int] {
    let first = frame.schedules.count + rates.schedules.count
    rates.schedules += schedules
    return Array(first..<first + schedules.count)
  }

  /// Plans a move of residents at the end of the year; they stay in their group.
  public mutating func move(
    _ persons: Double, from origin: Int, to place: Int, schedule: Int
  ) {
    let destination = frame.places.place(place, like: origin)
    guard persons > 0, origin != destination else { return }
    rates.transfers.append(
      Transfer(from: origin, to: destination, persons: persons, schedule: schedule))
  }
}
