import Demography
import Projection

// Who changes from one group of a second state to another, and into which groups children are born.

extension InputCollector {
  private var groupChanges: [Baseline.Groups.Change] {
    baseline.groups.map { $0.changes + $0.births } ?? []
  }

  /// Whether an observation tells of people who change their group, or of children of other groups.
  func isOfGroupChange(_ observation: Observation) -> Bool {
    groupChanges.contains { change in
      guard case .measure(let measure, let year, _) = change.value else { return false }
      return observation.measure == measure && observation.period == .year(year)
    }
  }

  /// Rates of moving with those of changing the group inside a region, each age with rates of its own; as they
  /// are where nobody changes.
  mutating func groupChanges(_ shape: CohortShape, _ rates: InternalRates) -> InternalRates {
    guard let changes = baseline.groups?.changes, !changes.isEmpty else { return rates }
    let n = shape.regions
    var dense = [Double](repeating: 0, count: shape.ageSexCount * n * n)
    for k in 0..<shape.ageSexCount {
      let (sex, age) = (k / shape.ages, k % shape.ages)
      for j in 0..<n {
        for i in 0..<n where i != j {
          dense[(k * n + j) * n + i] = rates.rate(sex: sex, age: age, from: i, to: j)
        }
      }
    }
    for change in changes {
      for region in baseline.regions.indices {
        let i = baseline.places.place(region: region, group: change.from)
        let j = baseline.places.place(region: region, group: change.to)
        for sex in 0..<2 {
          let own = byAge(change.value, "changes", place: i, sex: sex, Array(0..<shape.ages))
          for age in 0..<shape.ages {
            dense[((sex * shape.ages + age) * n + j) * n + i] += own[age]
          }
        }
      }
    }
    return .dense(shape: shape, rates: dense)
  }

  /// Children who are born into another group than their mother's, in her region.
  mutating func groupBirths(_ shape: CohortShape, _ fertility: [Double]) -> [BirthShare] {
    (baseline.groups?.births ?? []).flatMap { change in
      baseline.regions.indices.map { region in
        let mother = baseline.places.place(region: region, group: change.from)
        let fertile = (0..<shape.ages).filter { fertility[mother * shape.ages + $0] > 0 }
        var shares = [Double](repeating: 0, count: shape.ages)
        let own = byAge(change.value, "births", place: mother, sex: 1, fertile)
        for (age, share) in zip(fertile, own) { shares[age] = share }
        return BirthShare(
          mother: mother,
          child: baseline.places.place(region: region, group: change.to), shares: shares)
      }
    }
  }

  /// Values of a change at some ages; every one that is absent is noted.
  private mutating func byAge(
    _ value: Baseline.Groups.Change.Value, _ name: String, place: Int, sex: Int, _ ages: [Int]
  ) -> [Double] {
    switch value {
    case .constant(let number): return ages.map { _ in number }
    case .measure(let measure, let year, let factor):
      var absent = 0
      let values = ages.map { age -> Double in
        guard let found = self.value(name, Key(measure: measure, area: place, sex: sex, age: age))
        else {
          absent += 1
          return 0
        }
        return found * factor
      }
      if absent > 0 { missing("groups." + name, place, absent, of: measure, year: year) }
      return values
    }
  }
}
