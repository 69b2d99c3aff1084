public import Demography
import Kernel

// The regions together, with the moves between them.

extension CohortAnalysis {
  /// All tables of the regions together.
  /// - Throws: `KernelError` where eigenvalues cannot be computed.
  public func multiregionalTables(_ growth: SpatialGrowth) throws -> [Table] {
    [
      try growthTable(growth), multiregionalTable(growth), multiregionalAgeTable(growth),
      expectationTable(growth.table), reproductionTable(growth.table), elasticityTable(growth),
    ]
  }

  /// Women by age and region today, region fastest.
  private var women: [Double] {
    (0..<ages).flatMap { age in
      regions.indices.map {
        inputs.population[inputs.shape.index(sex: Sex.female.rawValue, age: age, region: $0)]
      }
    }
  }

  /// `multiregional_growth`: one row of what the regions' women come to together.
  ///
  /// - Throws: `KernelError` where eigenvalues cannot be computed.
  public func growthTable(_ growth: SpatialGrowth) throws -> Table {
    Table(
      "multiregional_growth",
      [
        .real("growth_factor", [growth.growth]), .real("growth_rate", [growth.rate]),
        .real("intrinsic_rate", [growth.lotkaRate]),
        .real("net_reproduction", [growth.netReproduction]),
        .real("generation_years", [growth.generationYears]),
        .real("damping_ratio", [growth.dampingRatio]),
        .real("momentum", [try growth.momentum(of: women)]),
        .real("settled_years", [growth.settledYears]),
      ])
  }

  /// `multiregional_stable`: one row a region: its share in the long run and today, what a girl born there
  /// is worth to births of the future, daughters and years of life of women born there wherever they
  /// live, and what growth depends on by the region at the start of a step.
  public func multiregionalTable(_ growth: SpatialGrowth) -> Table {
    let n = regions.count
    let table = growth.table
    let now = women
    let everybody = now.reduce(0, +)
    func sum(_ cells: [Double], _ r: Int) -> Double {
      (0..<ages).reduce(0) { $0 + cells[$1 * n + r] }
    }
    func column(_ name: String, _ value: (Int) -> Double) -> Table.Column {
      .real(name, regions.indices.map(value))
    }
    return Table(
      "multiregional_stable",
      [
        .text("region", regions), column("share") { sum(growth.shares, $0) },
        column("share_now") { sum(now, $0) / everybody },
        column("reproductive_value") { growth.reproductiveValues[$0] },
        column("net_reproduction") { table.netReproduction.column($0).reduce(0, +) },
        column("expectation") { table.expectation.column($0).reduce(0, +) },
        column("elasticity_births") { r in
          (0..<ages).reduce(0) { $0 + birthElasticity(growth, $1, r) }
        },
        column("elasticity_staying") { r in
          (0..<ages).reduce(0) { $0 + growth.survivalElasticity(age: $1, to: r, from: r) }
        },
        column("elasticity_moving") { r in
          (0..<ages).reduce(0) { $0 + movingElasticity(growth, $1, r) }
        },
      ])
  }

  /// `multiregional_ages`: one row a region and first age of a group of women: the share of all regions'
  /// women in the long run and today, the spatial reproductive value, and what growth depends on.
  public func multiregionalAgeTable(_ growth: SpatialGrowth) -> Table {
    let n = regions.count
    let now = women
    let everybody = now.reduce(0, +)
    func column(_ name: String, _ value: (_ age: Int, _ region: Int) -> Double) -> Table.Column {
      .real(name, regions.indices.flatMap { r in (0..<ages).map { value($0, r) } })
    }
    return Table(
      "multiregional_ages",
      [
        .text("region", regions.flatMap { [String](repeating: $0, count: ages) }),
        .integer("age", regions.flatMap { _ in firstAges.map { Int($0) } }),
        column("share") { growth.shares[$0 * n + $1] },
        column("share_now") { now[$0 * n + $1] / everybody },
        column("reproductive_value") { growth.reproductiveValues[$0 * n + $1] },
        column("sensitivity_births") { growth.birthSensitivity(age: $0, to: $1, from: $1) },
        column("sensitivity_survival") { growth.survivalSensitivity(age: $0, to: $1, from: $1) },
        column("elasticity_births") { birthElasticity(growth, $0, $1) },
        column("elasticity_staying") { growth.survivalElasticity(age: $0, to: $1, from: $1) },
        column("elasticity_moving") { movingElasticity(growth, $0, $1) },
      ])
  }

  /// Births by women of a region, wherever the children live at the end of the step.
  private func birthElasticity(_ growth: SpatialGrowth, _ age: Int, _ region: Int) -> Double {
    regions.indices.reduce(0) { $0 + growth.birthElasticity(age: age, to: $1, from: region) }
  }

  /// Women of a region who live in another one at the end of the step.
  private func movingElasticity(_ growth: SpatialGrowth, _ age: Int, _ region: Int) -> Double {
    regions.indices.reduce(0) {
      $1 == region ? $0 : $0 + growth.survivalElasticity(age: age, to: $1, from: region)
    }
  }

  /// `multiregional_expectation`: years of life of women by region of birth and of residence.
  public func expectationTable(_ table: MultiregionalLifeTable) -> Table {
    Table("multiregional_expectation", pairs("years") { table.expectation[$1, $0] })
  }

  /// `multiregional_reproduction`: daughters of women by region of birth and region of the daughter's birth.
  public func reproductionTable(_ table: MultiregionalLifeTable) -> Table {
    Table("multiregional_reproduction", pairs("daughters") { table.netReproduction[$1, $0] })
  }

  /// `multiregional_elasticity`: what growth depends on by region at the start and at the end of a step,
  /// over all ages: births by women of the one that live in the other, and survivors who moved or stayed.
  public func elasticityTable(_ growth: SpatialGrowth) -> Table {
    let births = pairs("elasticity_births") { from, to in
      (0..<ages).reduce(0) { $0 + growth.birthElasticity(age: $1, to: to, from: from) }
    }
    let survival = pairs("elasticity_survival") { from, to in
      (0..<ages).reduce(0) { $0 + growth.survivalElasticity(age: $1, to: to, from: from) }
    }
    return Table("multiregional_elasticity", births + survival.dropFirst(2))
  }

  /// Columns `origin`, `region` and a value of each pair.
  private func pairs(
    _ name: String, _ value: (_ origin: Int, _ region: Int) -> Double
  ) -> [Table.Column] {
    let n = regions.count
    let all = (0..<n).flatMap { from in (0..<n).map { (from, $0) } }
    return [
      .text("origin", all.map { regions[$0.0] }), .text("region", all.map { regions[$0.1] }),
      .real(name, all.map { value($0.0, $0.1) }),
    ]
  }
}
