import Demography
import Projection

/// A pair of regions by age and sex: moves, or children and their mothers.
struct PairKey: Hashable {
  let name: String
  let origin: Int
  let destination: Int
  let sex: Int
  let age: Int
}

/// Inputs whose measure is given by age: rates, shares, and persons of immigration.
extension InputCollector {
  /// A surface with the factor of the file.
  mutating func surfaceByAge(_ name: String, _ shape: CohortShape) -> [Double] {
    let factor = input(name).factor
    return surface(name, shape).map { $0 * factor }
  }

  /// Rates of moving of every pair of regions by age and sex, none of them missing.
  mutating func internalRatesByAge(_ shape: CohortShape) -> InternalRates {
    let n = shape.regions
    let factor = input("internal").factor
    var rates = [Double](repeating: 0, count: shape.ageSexCount * n * n)
    var absent = 0
    for k in 0..<shape.ageSexCount {
      for j in 0..<n {
        for i in 0..<n where baseline.places.isMove(i, j) {
          let places = baseline.places
          guard places.groupOf[i] == places.groupOf[j] else { continue }
          let isByGroup = baseline.groups == nil || input("internal").isByGroup
          let key = PairKey(
            name: "internal", origin: isByGroup ? i : places.regionOf[i],
            destination: isByGroup ? j : places.regionOf[j], sex: k / shape.ages,
            age: k % shape.ages)
          if let rate = value(key) {
            rates[(k * n + j) * n + i] = rate * factor
          } else {
            absent += 1
          }
        }
      }
    }
    if absent > 0 { missing("internal", nil, absent, of: input("internal").measure) }
    return .dense(shape: shape, rates: rates)
  }

  /// Children who belong to another region than their mother: a pair of regions with a share at one age
  /// must have one at every age at which women bear; pairs without any have no such children, but one
  /// pair must have them.
  mutating func birthShares(
    _ shape: CohortShape, _ fertility: [Double]
  ) -> [BirthShare] {
    guard baseline.inputs["births_elsewhere"] != nil else { return [] }
    let factor = input("births_elsewhere").factor
    var found: [BirthShare] = []
    var none = 0
    for mother in 0..<shape.regions {
      for child in 0..<shape.regions where child != mother {
        var absent = 0
        let shares = (0..<shape.ages).map { age -> Double? in
          let key = PairKey(
            name: "births_elsewhere", origin: mother, destination: child, sex: 1, age: age)
          let share = value(key)
          if share == nil && fertility[mother * shape.ages + age] > 0 { absent += 1 }
          return share
        }
        guard shares.contains(where: { $0 != nil }) else {
          none += absent
          continue
        }
        if absent > 0 {
          missing("births_elsewhere", mother, absent, of: input("births_elsewhere").measure)
        }
        found.append(
          BirthShare(mother: mother, child: child, shares: shares.map { ($0 ?? 0) * factor }))
      }
    }
    if found.isEmpty && none > 0 {
      missing("births_elsewhere", nil, none, of: input("births_elsewhere").measure)
    }
    return found
  }

  /// Persons held apart, at most those who are there; empty where the file names none.
  ///
  /// They neither age nor bear, die or move. Smith, Tayman & Swanson (2013), chapter 11.
  mutating func special(_ shape: CohortShape, _ population: [Double]) -> [Double] {
    guard baseline.inputs["special_population"] != nil else { return [] }
    let special = surfaceByAge("special_population", shape)
    for region in 0..<shape.regions {
      let cells = region * shape.ageSexCount..<(region + 1) * shape.ageSexCount
      let wrong = cells.filter { special[$0] < 0 || special[$0] > population[$0] }
      guard !wrong.isEmpty else { continue }
      faults.append(
        Fault(
          .badData, "baseline.special-more",
          ["area": baseline.areas[region], "count": String(wrong.count)]))
    }
    return special
  }

  private mutating func value(_ key: PairKey) -> Double? {
    guard let observation = pairs[key] else { return nil }
    kinds[key.name] = max(kinds[key.name] ?? .observed, observation.kind)
    return observation.value
  }
}
