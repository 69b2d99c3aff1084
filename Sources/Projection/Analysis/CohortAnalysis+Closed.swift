public import Demography
public import Kernel

/// A region as if nobody came or went: its life tables, its women's renewal and where both lead.
public struct ClosedRegion: Sendable {
  public let name: String
  public let men: LifeTable
  public let women: LifeTable
  /// Lotka's equation of the women's schedules.
  public let renewal: Renewal
  /// The projection matrix of the women and what it leads to.
  public let matrix: Matrix
  public let stable: StableAnalysis
  /// Women by age today.
  public let people: [Double]
  public let momentum: Momentum
}

extension CohortAnalysis {
  /// Every region closed.
  /// - Throws: `outOfRange` as `LifeTable` and `Renewal` do; `KernelError` where eigenvalues cannot be
  ///   computed.
  public func closedRegions() throws -> [ClosedRegion] {
    try regions.indices.map { try closed($0) }
  }

  private func closed(_ region: Int) throws -> ClosedRegion {
    let women = try lifeTable(region: region, sex: .female)
    let fertility = Array(inputs.fertility[region * ages..<(region + 1) * ages])
    let maternity = fertility.map { $0 / (1 + inputs.sexRatioAtBirth) }
    let middles = (0..<ages).map { age in
      firstAges[age] + (age == ages - 1 ? women.expectation[age] : width / 2)
    }
    let leslie = LeslieModel(
      personYears: women.personYears, fertility: fertility,
      sexRatioAtBirth: inputs.sexRatioAtBirth)
    let start = inputs.shape.index(sex: Sex.female.rawValue, age: 0, region: region)
    let people = Array(inputs.population[start..<start + ages])
    return ClosedRegion(
      name: regions[region], men: try lifeTable(region: region, sex: .male), women: women,
      renewal: try Renewal(ages: middles, personYears: women.personYears, maternity: maternity),
      matrix: leslie.matrix, stable: try StableAnalysis(leslie.matrix, stepYears: width),
      people: people,
      momentum: Momentum(
        ages: middles, population: people, total: people.reduce(0, +),
        personYears: women.personYears, maternity: maternity, expectation: women.expectation[0]))
  }

  /// `stable_population` of all regions.
  /// - Throws: as `closedRegions`.
  public func stableTable() throws -> Table { stableTable(try closedRegions()) }

  /// `stable_population`: what the rates of each region lead to without migration.
  ///
  /// Expectation of life of both sexes, daughters per woman, mean age of mothers, Lotka's rate of growth,
  /// birth rate, the factor of growth per step and its rate per year, years between generations, share
  /// of the old, damping ratio (per step), and the momentum of today's women.
  public func stableTable(_ closed: [ClosedRegion]) -> Table {
    func column(_ name: String, _ value: (ClosedRegion) -> Double) -> Table.Column {
      .real(name, closed.map(value))
    }
    return Table(
      "stable_population",
      [
        .text("region", closed.map(\.name)), column("expectation_men") { $0.men.expectation[0] },
        column("expectation_women") { $0.women.expectation[0] },
        column("net_reproduction", \.renewal.netReproduction),
        column("mean_age_of_mothers", \.renewal.meanAgeOfMothers),
        column("intrinsic_rate", \.renewal.rate), column("birth_rate", \.renewal.birthRate),
        column("growth_factor", \.stable.growth), column("growth_rate", \.stable.rate),
        column("generation_years") {
          $0.stable.generationYears(netReproduction: $0.renewal.netReproduction)
        },
        column("share_65_plus") { region in
          zip(firstAges, region.renewal.shares).reduce(0) { $0 + ($1.0 >= 65 ? $1.1 : 0) }
        },
        column("damping_ratio", \.stable.dampingRatio), column("momentum", \.momentum.factor),
      ])
  }

  /// `stable_ages`: one row a region and first age of a group of women: the share in the long run and
  /// today, the reproductive value, and what the factor of growth depends on.
  public func stableAgeTable(_ closed: [ClosedRegion]) -> Table {
    func column(_ name: String, _ value: (ClosedRegion, Int) -> Double) -> Table.Column {
      .real(name, closed.flatMap { region in (0..<ages).map { value(region, $0) } })
    }
    // Survival out of a group; those of the open group stay in it.
    func survival(_ part: Matrix) -> (Int) -> Double {
      { age in age + 1 < self.ages ? part[age + 1, age] : part[age, age] }
    }
    return Table(
      "stable_ages",
      [
        .text("region", closed.flatMap { [String](repeating: $0.name, count: ages) }),
        .integer("age", closed.flatMap { _ in firstAges.map { Int($0) } }),
        column("share") { $0.stable.shares[$1] },
        column("share_now") { $0.people[$1] / $0.people.reduce(0, +) },
        column("reproductive_value") { $0.stable.reproductiveValues[$1] },
        column("sensitivity_births") { $0.stable.sensitivities[0, $1] },
        column("sensitivity_survival") { survival($0.stable.sensitivities)($1) },
        column("elasticity_births") { $0.stable.elasticities[0, $1] },
        column("elasticity_survival") { survival($0.stable.elasticities)($1) },
      ])
  }
}
