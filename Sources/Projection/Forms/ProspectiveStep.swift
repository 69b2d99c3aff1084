/// One year of a projection by prospective probabilities of two groups, such as nationals and
/// foreigners: the form of official Swiss projections.
///
/// Probabilities apply to the cohort of 1 January at the age it reaches in the year. With death q,
/// emigration e, change of group c and immigrants I, half of the year on average is spent in the new
/// state: `deaths = n (q − (e + c) q / 2) + A q / 2 + I q⁺ / 2`, with A who join the group and q⁺ of the
/// next age; `end = n − deaths − n e ± n c + I`. Newborns spend two thirds.
/// Federal Statistical Office (2025), Scenarios of the population of the cantons: method.
public struct ProspectiveStep: Sendable {
  /// Which group persons change to.
  public enum Group: Int, Hashable, Sendable, CaseIterable {
    /// Takes in those who acquire the citizenship.
    case nationals = 0
    case foreigners = 1
  }

  /// What happens in one year. Surfaces are `(group · 2 + sex) · ages + age`; the last age is open.
  public struct Rates: Hashable, Sendable {
    public var mortality: [Double]
    /// Emigrants of all kinds per person of the cohort.
    public var emigration: [Double]
    /// Foreigners who become nationals, per person of the cohort; 0 among nationals.
    public var acquisition: [Double]
    /// Persons.
    public var immigration: [Double]
    /// Births per woman by group and age, `group · ages + age`.
    public var fertility: [Double]
    /// Share of the children of foreign women who are born nationals, by age of the mother.
    public var nationalBirths: [Double]

    public init(
      mortality: [Double], emigration: [Double], acquisition: [Double], immigration: [Double],
      fertility: [Double], nationalBirths: [Double]
    ) {
      self.mortality = mortality
      self.emigration = emigration
      self.acquisition = acquisition
      self.immigration = immigration
      self.fertility = fertility
      self.nationalBirths = nationalBirths
    }
  }

  /// The account of a year by group, newborns included.
  public struct Account: Hashable, Sendable {
    public internal(set) var births = [0.0, 0.0]
    public internal(set) var deaths = [0.0, 0.0]
    public internal(set) var emigrants = [0.0, 0.0]
    public internal(set) var immigrants = [0.0, 0.0]
    /// Foreigners who became nationals.
    public internal(set) var acquired = 0.0

    public init() {}

    /// What the population of a group changed by.
    public func change(of group: Group) -> Double {
      let k = group.rawValue
      return births[k] - deaths[k] - emigrants[k] + immigrants[k]
        + (group == .nationals ? acquired : -acquired)
    }
  }

  public let ages: Int
  /// Boys per girl.
  public let sexRatioAtBirth: Double

  public init(ages: Int, sexRatioAtBirth: Double) {
    precondition(ages >= 3 && sexRatioAtBirth > 0, "\(ages) ages, SRB \(sexRatioAtBirth)")
    self.ages = ages
    self.sexRatioAtBirth = sexRatioAtBirth
  }

  @inlinable
  public func index(_ group: Group, _ sex: Sex, _ age: Int) -> Int {
    (group.rawValue * 2 + sex.rawValue) * ages + age
  }

  /// The population of 31 December by the age it reaches in the next year; the open group keeps its
  /// own and takes in the age before, nobody stands at age 0.
  public func aged(_ population: [Double]) -> [Double] {
    var cohort = [Double](repeating: 0, count: population.count)
    for base in stride(from: 0, to: population.count, by: ages) {
      for age in 1..<ages { cohort[base + age] = population[base + age - 1] }
      cohort[base + ages - 1] += population[base + ages - 1]
    }
    return cohort
  }

  /// Takes the cohorts of 1 January through the year.
  ///
  /// - Parameter cohort: persons by the age they reach in the year, as `aged` gives them.
  /// - Returns: the population of 31 December and its account.
  /// - Throws: `outOfRange` where more would leave a cell than are in it. Nothing is clamped.
  public func advance(
    _ cohort: [Double], _ rates: Rates
  ) throws(ProjectionError) -> (population: [Double], account: Account) {
    precondition(
      cohort.count == 4 * ages && rates.mortality.count == cohort.count
        && rates.emigration.count == cohort.count && rates.acquisition.count == cohort.count
        && rates.immigration.count == cohort.count && rates.fertility.count == 2 * ages
        && rates.nationalBirths.count == ages, "rates of another shape")
    var account = Account()
    var end = cohort
    for sex in Sex.allCases {
      for age in 1..<ages { pass(sex, age, cohort, rates, &end, &account) }
    }
    let births = children(cohort, end, rates)
    for sex in Sex.allCases { bear(sex, births, rates, &end, &account) }
    for value in end where value < 0 { throw .outOfRange(input: "population", value: value) }
    return (end, account)
  }

  private func pass(
    _ sex: Sex, _ age: Int, _ cohort: [Double], _ rates: Rates, _ end: inout [Double],
    _ account: inout Account
  ) {
    let own = index(.nationals, sex, age)
    let foreign = index(.foreigners, sex, age)
    let acquired = cohort[foreign] * rates.acquisition[foreign]
    account.acquired += acquired
    for (group, k) in [(0, own), (1, foreign)] {
      let n = cohort[k]
      let q = rates.mortality[k]
      let next = rates.mortality[min(age + 1, ages - 1) - age + k]
      let leaving = rates.emigration[k] + (group == 1 ? rates.acquisition[k] : 0)
      let joined = group == 0 ? acquired : 0
      let deaths =
        n * (q - leaving * q / 2) + joined * q / 2 + rates.immigration[k] * next / 2
      let emigrants = n * rates.emigration[k]
      end[k] =
        n - deaths - emigrants + (group == 0 ? acquired : -acquired) + rates.immigration[k]
      account.deaths[group] += deaths
      account.emigrants[group] += emigrants
      account.immigrants[group] += rates.immigration[k]
    }
  }

  /// Births by group of the child, from the mean of women at both ends of the year.
  private func children(_ cohort: [Double], _ end: [Double], _ rates: Rates) -> [Double] {
    var births = [0.0, 0.0]
    for age in 1..<ages {
      for group in Group.allCases {
        let k = index(group, .female, age)
        let born = (cohort[k] + end[k]) / 2 * rates.fertility[group.rawValue * ages + age]
        let national = group == .nationals ? 1 : rates.nationalBirths[age]
        births[0] += born * national
        births[1] += born * (1 - national)
      }
    }
    return births
  }

  private func bear(
    _ sex: Sex, _ births: [Double], _ rates: Rates, _ end: inout [Double],
    _ account: inout Account
  ) {
    let share =
      sex == .male ? sexRatioAtBirth / (1 + sexRatioAtBirth) : 1 / (1 + sexRatioAtBirth)
    let own = index(.nationals, sex, 0)
    let foreign = index(.foreigners, sex, 0)
    let acquired = births[1] * share * rates.acquisition[foreign]
    account.acquired += acquired
    for (group, k) in [(0, own), (1, foreign)] {
      let born = births[group] * share
      let leaving = rates.emigration[k] + (group == 1 ? rates.acquisition[k] : 0)
      let deaths =
        rates.mortality[k] * (born * (1 - leaving * 2 / 3) + rates.immigration[k] * 2 / 3)
      let emigrants = born * rates.emigration[k]
      end[k] = born - deaths - emigrants + (group == 0 ? acquired : -acquired)
      end[k] += rates.immigration[k]
      account.births[group] += born
      account.deaths[group] += deaths
      account.emigrants[group] += emigrants
      account.immigrants[group] += rates.immigration[k]
    }
  }
}
