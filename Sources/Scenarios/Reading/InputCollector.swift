import Demography
import Projection

/// Finds the cells of a baseline among observations and notes every one that is missing.
struct InputCollector {
  struct Key: Hashable {
    let measure: String
    /// A place, or −1 for the country.
    let area: Int
    let sex: Int
    let age: Int
  }

  var faults: [Fault] = []
  var kinds: [String: Observation.Kind] = [:]
  let baseline: Baseline
  let ages: AgeGrouping
  /// Measures that come by other age groups than the file's, with the first such code.
  private var otherAges: [String: String] = [:]
  private var latest: [Key: Observation] = [:]
  /// Where people are in groups, those of everybody: by region in place of places.
  private var everybody: [Key: Observation] = [:]
  /// `to · from` between places, or between regions where `internal` is that of everybody.
  private(set) var matrix: [Int: Observation] = [:]
  private let regionIndex: [String: Int]
  /// Which places of `internal` are meant by codes: places of a group, or regions.
  let isInternalByGroup: Bool
  var pairs: [PairKey: Observation] = [:]
  /// Inputs given by age for pairs of regions.
  private let pairInputs: [String]
  private(set) var previousTotals: [Int: Observation] = [:]
  /// Of everybody by region, where people are in groups.
  private(set) var previousOfEverybody: [Int: Observation] = [:]

  init(_ observations: [Observation], _ baseline: Baseline, _ regions: Codelist) {
    self.baseline = baseline
    ages = AgeGrouping(width: baseline.stepYears, count: baseline.ages)
    pairInputs = ["internal", "births_elsewhere"].filter { baseline.inputs[$0]?.isByAge ?? false }
    regionIndex = Dictionary(
      uniqueKeysWithValues: baseline.regions.enumerated().map { ($0.element, $0.offset) })
    isInternalByGroup = baseline.inputs["internal"]?.isByGroup ?? false
    for observation in observations where observation.value != nil { take(observation) }
  }

  /// The group of an observation: `.some(nil)` of everybody, `nil` of somebody else.
  private func group(_ observation: Observation) -> Int?? {
    let own = baseline.groups?.dimension
    for dimension in Baseline.Groups.Dimension.allCases where dimension != own {
      guard observation.isTotal(of: dimension) else { return nil }
    }
    guard let groups = baseline.groups, !observation.isTotal(of: groups.dimension) else {
      return .some(nil)
    }
    let code = observation[groups.dimension.column]
    return groups.groups.firstIndex { $0.code == code }.map { .some($0) }
  }

  func input(_ key: String) -> Baseline.Input {
    baseline.inputs[key]
      ?? Baseline.Input(
        measure: "", year: 0, factor: 1, changePerYear: 0, ageSchedule: "", isByAge: false,
        held: .rate)
  }

  private mutating func take(_ observation: Observation) {
    guard let group = group(observation) else { return }
    /// A place where people are in groups and the observation is of one, else a region.
    func place(_ code: String) -> Int? {
      guard let region = regionIndex[code] else { return nil }
      return group.map { baseline.places.place(region: region, group: $0) } ?? region
    }
    let start = Period.day(Day(year: baseline.launch, month: 1, day: 1))
    let before = Period.day(Day(year: baseline.launch - 1, month: 1, day: 1))
    let measure = observation.measure
    let isOfPairs = (group != nil) == isInternalByGroup
    if isOfPairs, let i = place(observation.origin), let j = place(observation.destination),
      let name = pairInputs.first(where: {
        measure == input($0).measure && observation.period == .year(input($0).year)
      })
    {
      guard let sex = Self.sex(observation.sex), let age = age(observation), age >= 0 else {
        return
      }
      let key = PairKey(name: name, origin: i, destination: j, sex: sex, age: age)
      Self.keep(observation, in: &pairs[key])
      return
    }
    if isOfPairs, measure == input("internal").measure, observation.origin != "_Z",
      observation.period == .year(input("internal").year), observation.isTotal,
      let i = place(observation.origin), let j = place(observation.destination)
    {
      Self.keep(observation, in: &matrix[j * pairPlaces + i])
      return
    }
    let area =
      place(observation.referenceArea) ?? (observation.referenceArea == baseline.country ? -1 : -2)
    // What is said of the country holds for everybody.
    guard area >= 0 || (area == -1 && group == nil) else { return }
    let isEverybody = baseline.groups != nil && group == nil && area >= 0
    if measure == input("start_population").measure, observation.period == before,
      observation.isTotal
    {
      if isEverybody {
        Self.keep(observation, in: &previousOfEverybody[area])
      } else {
        Self.keep(observation, in: &previousTotals[area])
      }
    }
    guard observation.period == start || isOfRateYear(observation) else { return }
    guard let sex = Self.sex(observation.sex), let age = age(observation) else { return }
    guard observation.scope == "ALL" || observation.scope == "EXTERNAL" || observation.scope == "_Z"
    else { return }
    let key = Key(measure: measure, area: area, sex: sex, age: age)
    if isEverybody {
      Self.keep(observation, in: &everybody[key])
    } else {
      Self.keep(observation, in: &latest[key])
    }
  }

  /// Regions or places that moves are told between.
  var pairPlaces: Int {
    isInternalByGroup ? baseline.areas.count : baseline.regions.count
  }

  private func isOfRateYear(_ observation: Observation) -> Bool {
    BaselineParts.standardInputs.contains { entry in
      let input = input(entry.key)
      return (observation.measure == input.measure || observation.measure == input.ageSchedule)
        && observation.period == .year(input.year)
    } || isOfGroupChange(observation)
  }

  private static func keep(_ observation: Observation, in place: inout Observation?) {
    if let known = place, known.vintage >= observation.vintage { return }
    place = observation
  }

  private static func sex(_ code: String) -> Int? {
    switch code {
    case "M": 0
    case "F": 1
    case "_T": 2
    default: nil
    }
  }

  /// The group of an observation, and −1 for all ages; `nil` for another age, which is noted.
  private mutating func age(_ observation: Observation) -> Int? {
    if observation.age == "_T" { return -1 }
    if let group = ages.group(observation.age) { return group }
    if observation.age.hasPrefix("Y"), otherAges[observation.measure] == nil {
      otherAges[observation.measure] = observation.age
    }
    return nil
  }

  mutating func value(_ name: String, _ key: Key) -> Double? {
    let isShared =
      baseline.groups != nil && key.area >= 0 && !input(name).isByGroup
      && baseline.inputs[name] != nil
    let observation =
      isShared
      ? everybody[
        Key(
          measure: key.measure, area: baseline.places.regionOf[key.area], sex: key.sex,
          age: key.age)] : latest[key]
    guard let observation else { return nil }
    kinds[name] = max(kinds[name] ?? .observed, observation.kind)
    return observation.value
  }

  /// A place as messages name it: the region, and by which code of which dimension its group is looked for.
  private func placeName(_ place: Int) -> String {
    let region = baseline.regions[baseline.places.regionOf[place]]
    guard let groups = baseline.groups else { return region }
    let code = groups.groups[baseline.places.groupOf[place]].code
    return "\(region), \(groups.dimension.column.rawValue) = \(code)"
  }

  /// Values of an age that are absent; where the measure comes by other ages, the fault says so.
  ///
  /// - Parameter year: that of the measure; `nil` for that of the input.
  mutating func missing(
    _ name: String, _ area: Int?, _ count: Int, of measure: String, year: Int? = nil
  ) {
    var arguments = [
      "input": name, "measure": measure, "count": String(count),
      "area": area.map { placeName($0) } ?? baseline.country,
      "year": String(year ?? input(name).year),
    ]
    var code = name.hasPrefix("groups.") ? "baseline.group-missing" : "baseline.input-missing"
    if let found = otherAges[measure], count > 1 {
      code = "baseline.input-ages"
      arguments["found"] = found
      arguments["first"] = ages.code(0)
      arguments["last"] = ages.code(ages.count - 1)
      arguments["width"] = String(ages.width)
    }
    faults.append(Fault(.missingInput, code, arguments))
  }

  /// A surface that must be there for every region, sex and age.
  mutating func surface(_ name: String, _ shape: CohortShape) -> [Double] {
    let measure = input(name).measure
    var surface = [Double](repeating: 0, count: shape.cellCount)
    for region in 0..<shape.regions {
      var absent = 0
      for sex in 0..<2 {
        for age in 0..<shape.ages {
          if let value = value(name, Key(measure: measure, area: region, sex: sex, age: age)) {
            surface[shape.index(sex: sex, age: age, region: region)] = value
          } else {
            absent += 1
          }
        }
      }
      if absent > 0 { missing(name, region, absent, of: measure) }
    }
    return surface
  }

  mutating func population(_ shape: CohortShape) -> [Double] { surface("start_population", shape) }

  /// Deaths per person and year, or probabilities with the prospective form, with the factor of the
  /// file; below 0, or a probability above 1, is a fault.
  mutating func deaths(_ shape: CohortShape) -> [Double] {
    let input = input("mortality")
    let rates = surface("mortality", shape)
    let most = baseline.form == .prospective ? 1 : Double.infinity
    for rate in rates where rate < 0 || rate * input.factor > most {
      faults.append(ProjectionError.outOfRange(input: input.measure, value: rate).fault)
      break
    }
    return rates.map { max($0, 0) * input.factor }
  }

  /// Rates of women; ages without a rate have none, a region without any is a fault.
  mutating func fertility(_ shape: CohortShape) -> [Double] {
    let input = input("fertility")
    var fertility = [Double](repeating: 0, count: shape.regions * shape.ages)
    for region in 0..<shape.regions {
      var found = 0
      for age in 0..<shape.ages {
        let key = Key(measure: input.measure, area: region, sex: 1, age: age)
        guard let rate = value("fertility", key) else { continue }
        fertility[region * shape.ages + age] = rate * input.factor
        found += 1
      }
      if found == 0 { missing("fertility", region, 35, of: input.measure) }
    }
    return fertility
  }
}

extension Observation {
  /// All ages, both sexes.
  fileprivate var isTotal: Bool { sex == "_T" && age == "_T" }

  /// Everybody, whatever their group of a second state.
  fileprivate func isTotal(of dimension: Baseline.Groups.Dimension) -> Bool {
    ["_T", "_Z"].contains(self[dimension.column])
  }
}
