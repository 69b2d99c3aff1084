import Projection

extension ProgrammeLever {
  /// Residents moved by plan; those who do not stay go home or on.
  ///
  /// Settlers whom `retention` follows grow older, die and change their group like the residents of their region;
  /// a part of them leaves at the end of each year. Moves of their own are those of everybody and not counted
  /// against them.
  struct Resettlement: LeverEffect {
    let origins: [Int]
    let shares: [Double]
    let path: Path
    let takeup: Quantity
    let kept: Quantity
    let years: Double
    /// Whether those who do not stay go back; else they go where the movers of their region go.
    let goHome: Bool
    /// Whether the file says how many stay.
    let isFollowed: Bool
    /// Of one who moves; `nil` where the file gives none.
    let cost: Quantity?
    let request: ScheduleRequest

    var stage: Stage { .programme }
    var schedules: [ScheduleRequest] { [request] }
    /// Ages of both sexes.
    let cells: Int
    var settlers: SettlerFacts? { SettlerFacts(isFollowed: isFollowed, hasCost: cost != nil) }
    /// Settlers still followed, `origin · places + place`; then those of each place by age and sex,
    /// `place · cells + cell`.
    var memory: Int { (origins.count + cells) * shares.count }
    /// Those who settled in each of the last five years by age and sex where they are, `place · cells + cell`;
    /// then how many settled in each place and what they cost.
    var settlerMemory: Int { isFollowed ? Metric.yearsOfSettlers * vintage : 0 }
    private var vintage: Int { (cells + 2) * shares.count }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let leaving = 1 - power(kept.value(year.parameters), 1 / years)
      if leaving > 0 { sendAway(&year, &memory, leaving) }
      if isFollowed && year.settlement != nil { follow(&year, &memory, leaving) }
      guard let places = path.value(year: year.year, year.parameters, neutral: 0) else { return }
      let n = year.regions
      let persons = takeup.value(year.parameters) * places
      let weights = origins.map { origin in
        (0..<n).reduce(0.0) { $0 + ($1 == origin ? 0 : year.frame.flows[$1 * n + origin]) }
      }
      let sum = weights.reduce(0, +)
      for (k, origin) in origins.enumerated() {
        let part = sum > 0 ? weights[k] / sum : 1 / Double(origins.count)
        for place in 0..<n where shares[place] > 0 {
          let destination = year.frame.places.place(place, like: origin)
          guard destination != origin else { continue }
          let planned = persons * part * shares[place]
          year.move(planned, from: origin, to: destination, schedule: schedules[0])
          // Who cannot be moved settles nowhere.
          let moved = year.movable(
            planned, of: persons * part, from: origin, schedule: schedules[0])
          let first = (origins.count * n) + destination * cells
          for k in 0..<cells { memory[first + k] += moved[k] }
          memory[k * n + destination] += moved.reduce(0, +)
          settle(moved, destination, &year, &memory)
        }
      }
    }

    /// Settlers grow a year older, some die or change their group, and of the others some leave at the end of
    /// the year.
    private func sendAway(_ year: inout YearBuild, _ memory: inout [Double], _ leaving: Double) {
      let n = year.regions
      let start = origins.count * n
      let before = (0..<n).map { place in
        origins.indices.reduce(0) { $0 + memory[$1 * n + place] }
      }
      guard before.contains(where: { $0 > 0 }) else { return }
      let (people, ways) = passed(memory[start..<start + n * cells], year)
      memory.replaceSubrange(start..<start + n * cells, with: people)
      for k in origins.indices {
        var living = [Double](repeating: 0, count: n)
        for way in ways where before[way.from] > 0 {
          living[way.to] += memory[k * n + way.from] * (way.people / before[way.from])
        }
        memory.replaceSubrange(k * n..<(k + 1) * n, with: living)
      }
      for place in 0..<n {
        let first = start + place * cells
        let people = Array(memory[first..<first + cells])
        let living = people.reduce(0, +)
        for k in 0..<cells { memory[first + k] = people[k] * (1 - leaving) }
        guard living > 0 else { continue }
        let schedule = year.add(schedules: [people.map { $0 / living }])[0]
        for (k, origin) in origins.enumerated() {
          let back = leaving * memory[k * n + place]
          memory[k * n + place] -= back
          guard !goHome else {
            year.move(back, from: place, to: origin, schedule: schedule)
            continue
          }
          let shares = year.frame.destinations(from: place)
          for next in 0..<n where back > 0 && shares[next] > 0 {
            year.move(back * shares[next], from: place, to: next, schedule: schedule)
          }
        }
      }
    }

    /// Settlers at the end of a year, `place · cells + cell`, without the dead, and how many of each place are
    /// where.
    private func passed(
      _ people: ArraySlice<Double>, _ year: YearBuild
    ) -> (people: [Double], ways: [(from: Int, to: Int, people: Double)]) {
      let places = year.frame.places
      var result = [Double](repeating: 0, count: people.count)
      var ways: [(from: Int, to: Int, people: Double)] = []
      for region in places.regions.indices {
        let members = places.members(region: region)
        let start = members.map { aged(people, $0, year) }
        guard start.contains(where: { $0.contains { $0 > 0 } }) else { continue }
        let survivors = members.map { year.survivors($0) }
        var living = [Double](repeating: 0, count: members.count * members.count)
        for k in 0..<cells where start.contains(where: { $0[k] > 0 }) {
          let passage = year.passage(members, survivors: survivors, cell: k)
          for (way, part) in passage.enumerated() {
            let (from, to) = way.quotientAndRemainder(dividingBy: members.count)
            let there = part * start[from][k]
            result[members[to] * cells + k] += there
            living[way] += there
          }
        }
        for (way, persons) in living.enumerated() {
          let (from, to) = way.quotientAndRemainder(dividingBy: members.count)
          ways.append((members[from], members[to], persons))
        }
      }
      return (result, ways)
    }

    /// The settlers of a place by the age and sex they reach in a year.
    private func aged(
      _ people: ArraySlice<Double>, _ place: Int, _ year: YearBuild
    ) -> [Double] {
      let ages = cells / 2
      let part = 1 / Double(year.ageWidth)
      var result = [Double](repeating: 0, count: cells)
      for sex in 0..<2 {
        let first = people.startIndex + place * cells + sex * ages
        for age in 0..<ages {
          let stay = age == ages - 1 ? 1 : 1 - part
          let come = age == 0 ? 0 : part * people[first + age - 1]
          result[sex * ages + age] = stay * people[first + age] + come
        }
      }
      return result
    }
  }
}

// Settlers by the year in which they settled.

extension ProgrammeLever.Resettlement {
  /// Where those of a year stand in the memory; five years later others take their place.
  private func slot(_ year: Int) -> Int {
    memory + year % Metric.yearsOfSettlers * vintage
  }

  /// Takes those of the last five years through the year, and tells who of the first of them is still there.
  private func follow(_ year: inout YearBuild, _ memory: inout [Double], _ leaving: Double) {
    let n = year.regions
    for before in 1...Metric.yearsOfSettlers {
      let first = slot(year.year - before)
      let people = first..<first + n * cells
      let (settled, cost) = (people.upperBound, people.upperBound + n)
      guard (0..<n).contains(where: { memory[settled + $0] > 0 }) else { continue }
      let stay = passed(memory[people], year).people.map { $0 * (1 - leaving) }
      memory.replaceSubrange(people, with: stay)
      guard before == Metric.yearsOfSettlers else { continue }
      for place in 0..<n {
        year.settlement?.retained[place] += stay[place * cells..<(place + 1) * cells].reduce(0, +)
        year.settlement?.settled[place] += memory[settled + place]
        year.settlement?.settledCost[place] += memory[cost + place]
      }
      for place in first..<first + vintage { memory[place] = 0 }
    }
  }

  /// Notes who settles in a place in a year.
  private func settle(
    _ moved: [Double], _ place: Int, _ year: inout YearBuild, _ memory: inout [Double]
  ) {
    guard year.settlement != nil else { return }
    let persons = moved.reduce(0, +)
    let spent = persons * (cost?.value(year.parameters) ?? 0)
    year.settlement?.cost[place] += spent
    guard isFollowed else { return }
    let first = slot(year.year)
    for k in 0..<cells { memory[first + place * cells + k] += moved[k] }
    memory[first + year.regions * cells + place] += persons
    memory[first + year.regions * (cells + 1) + place] += spent
  }
}
