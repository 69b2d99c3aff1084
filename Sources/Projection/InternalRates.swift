/// Rates of moving between regions by age and sex, in factored form.
///
/// The rate per year of a person of sex s and age a in region i to move to region j is
/// `profile[s, a, i] · level[class(s, a)][j ← i]`. Ages whose rates have the same destinations
/// share a class; a dense tensor has one class for every age and sex. In which ages moves are counted
/// apart is another matter, and takes no rates of its own.
public struct InternalRates: Hashable, Sendable {
  public let shape: CohortShape
  /// Class of every age of either sex, `2 · ages` values, age fastest.
  public let classOf: [Int]
  public let classCount: Int
  /// The group in which moves of every age of either sex are counted, `2 · ages` values; all in one
  /// unless `countingMoves` says otherwise.
  public let countedIn: [Int]
  public let countedGroups: Int
  /// Relative intensity by cell, a surface over `shape`.
  public let profile: [Double]
  /// Annual rates at intensity 1, `class · to · from`, origin fastest; the diagonal is 0.
  public var level: [Double]

  /// One class for all ages: origin level × age profile × destination shares.
  ///
  /// - Parameters:
  ///   - originLevel: annual out-rate of each region at relative intensity 1.
  ///   - ageProfile: relative intensity by age and sex, `2 · ages` values, the same in all regions.
  ///   - shares: destination shares of every origin, `to · from`, origin fastest, summing to 1 over
  ///     the destinations; the diagonal is not read.
  public static func factored(
    shape: CohortShape, originLevel: [Double], ageProfile: [Double], shares: [Double]
  ) -> InternalRates {
    let n = shape.regions
    precondition(
      originLevel.count == n && shares.count == n * n, "levels or shares of \(n) regions")
    precondition(
      ageProfile.count == shape.ageSexCount, "\(ageProfile.count) values of an age profile")
    var level = [Double](repeating: 0, count: n * n)
    for j in 0..<n {
      for i in 0..<n where i != j { level[j * n + i] = originLevel[i] * shares[j * n + i] }
    }
    let profile = (0..<n).flatMap { _ in ageProfile }
    return InternalRates(
      shape: shape, classOf: [Int](repeating: 0, count: shape.ageSexCount), classCount: 1,
      profile: profile, level: level)
  }

  /// Every cell with rates of its own.
  ///
  /// - Parameter rates: annual rates, `(sex · ages + age) · to · from`, origin fastest.
  public static func dense(shape: CohortShape, rates: [Double]) -> InternalRates {
    let n = shape.regions
    let count = shape.ageSexCount
    precondition(
      rates.count == count * n * n, "\(rates.count) rates for \(count) ages, \(n) regions")
    var level = rates
    for g in 0..<count {
      for i in 0..<n { level[(g * n + i) * n + i] = 0 }
    }
    return InternalRates(
      shape: shape, classOf: Array(0..<count), classCount: count,
      profile: [Double](repeating: 1, count: shape.cellCount), level: level)
  }

  private init(
    shape: CohortShape, classOf: [Int], classCount: Int, profile: [Double], level: [Double],
    countedIn: [Int]? = nil
  ) {
    self.shape = shape
    self.classOf = classOf
    self.classCount = classCount
    self.countedIn = countedIn ?? [Int](repeating: 0, count: shape.ageSexCount)
    countedGroups = (countedIn?.max() ?? 0) + 1
    self.profile = profile
    self.level = level
  }

  /// The annual rate of one cell.
  public func rate(sex: Int, age: Int, from i: Int, to j: Int) -> Double {
    let n = shape.regions
    let g = classOf[sex * shape.ages + age]
    return profile[shape.index(sex: sex, age: age, region: i)] * level[(g * n + j) * n + i]
  }

  /// The same rates with classes that never straddle the border of `mask`, so that a change can be
  /// applied to exactly the ages and sexes of the mask.
  ///
  /// - Parameter mask: `2 · ages` values, age fastest.
  public func refined(by mask: [Bool]) -> InternalRates {
    precondition(mask.count == classOf.count, "a mask of \(mask.count) for \(classOf.count) ages")
    var newClass: [Int: Int] = [:]
    var parents: [Int] = []
    var refinedClassOf = classOf
    for k in classOf.indices {
      let key = classOf[k] * 2 + (mask[k] ? 1 : 0)
      if let known = newClass[key] {
        refinedClassOf[k] = known
      } else {
        newClass[key] = parents.count
        refinedClassOf[k] = parents.count
        parents.append(classOf[k])
      }
    }
    let block = shape.regions * shape.regions
    var refinedLevel: [Double] = []
    refinedLevel.reserveCapacity(parents.count * block)
    for parent in parents {
      refinedLevel.append(contentsOf: level[parent * block..<(parent + 1) * block])
    }
    return InternalRates(
      shape: shape, classOf: refinedClassOf, classCount: parents.count, profile: profile,
      level: refinedLevel, countedIn: countedIn)
  }

  /// The same rates with moves counted apart by groups of ages, both sexes together.
  ///
  /// - Parameter years: width of a group in ages; the last one may be shorter.
  public func countingMoves(byAges years: Int) -> InternalRates {
    precondition(years >= 1, "groups of \(years) ages")
    return countingMoves(from: Array(stride(from: 0, to: shape.ages, by: years)))
  }

  /// The same rates with moves counted apart by groups of ages, both sexes together. An age is that at the
  /// end of the step.
  ///
  /// - Parameter first: the age each group begins with, ascending, the first one 0.
  public func countingMoves(from first: [Int]) -> InternalRates {
    precondition(
      first.first == 0 && zip(first, first.dropFirst()).allSatisfy { $0 < $1 }
        && first.last.map { $0 < shape.ages } == true,
      "groups that begin with \(first) of \(shape.ages) ages")
    return InternalRates(
      shape: shape, classOf: classOf, classCount: classCount, profile: profile, level: level,
      countedIn: classOf.indices.map { k in first.count { $0 <= k % shape.ages } - 1 })
  }

  /// The classes that lie wholly inside `mask`; after `refined(by:)` these are all that touch it.
  public func classes(in mask: [Bool]) -> [Int] {
    var inside = [Bool](repeating: true, count: classCount)
    for k in classOf.indices where !mask[k] { inside[classOf[k]] = false }
    return (0..<classCount).filter { inside[$0] }
  }
}
