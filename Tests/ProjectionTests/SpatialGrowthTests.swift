import Demography
import Foundation
import Kernel
import Projection
import Testing

/// Growth of regions together: golden case gc01, the dense matrix, and laws.
@Suite struct SpatialGrowthTests {
  /// Yugoslavia in two regions: Rogers (1975), Willekens & Rogers (1978).
  private func yugoslavia() throws -> (life: MultiregionalLifeTable, women: [Double]) {
    let table = try ReferenceTable("yugoslavia_1961_women")
    let names = ["Slovenia", "RestYU"]
    func value(_ age: Int, _ region: Int, _ column: String) -> Double {
      let row = table.rows.first { $0["age"] == "\(5 * age)" && $0["region"] == names[region] }
      return Double(row?[column] ?? "") ?? .nan
    }
    func rates(_ column: String) -> [[Double]] {
      (0..<18).map { x in (0..<2).map { value(x, $0, column) / value(x, $0, "women") } }
    }
    let moves = (0..<18).map { x in
      Matrix([
        [0, value(x, 1, "to_slovenia") / value(x, 1, "women")],
        [value(x, 0, "to_rest") / value(x, 0, "women"), 0],
      ])
    }
    return (
      try MultiregionalLifeTable(
        width: 5, deathRates: rates("deaths"), birthRates: rates("births"), moveRates: moves),
      (0..<18).flatMap { x in (0..<2).map { value(x, $0, "women") } }
    )
  }

  /// Growth and net reproduction of the golden case; the others computed with numpy 2.4.6 from its
  /// counts: the root of Lotka's equation by bisection, the momentum by 20,000 steps at replacement.
  @Test func yugoslaviaGrowsAsItsMatrixDoes() throws {
    let (life, women) = try yugoslavia()
    let growth = try SpatialGrowth(life)
    #expect(abs(growth.growth / 1.0309668780785053 - 1) <= 1e-10)
    #expect(abs(growth.rate / 0.006099415700748517 - 1) <= 1e-8)
    #expect(abs(growth.netReproduction / 1.180783828571175 - 1) <= 1e-9)
    #expect(abs(growth.regionShares[0] - 0.05578114832103515) <= 1e-10)
    let damping = try #require(growth.dampingRatio)
    #expect(abs(damping / (1.0309668780785053 / 0.9918510376186441) - 1) <= 1e-9)
    #expect(abs(growth.lotkaRate - 0.006095130625222453) <= 1e-12)
    #expect(abs(growth.generationYears / 27.244983389825766 - 1) <= 1e-8)
    #expect(abs(try growth.momentum(of: women) / 1.2946829567110985 - 1) <= 1e-9)
    let values = [0.537828497693322, 1.023241262660018, 0.44298860263351814, 0.9016140185003284]
    let found = [0, 1, 8, 9].map { growth.reproductiveValues[$0] }
    #expect(worstRelative(found, values) <= 1e-8)
    func sum(_ part: (Int) -> Double) -> Double { (0..<18).reduce(0) { $0 + part($1) } }
    let moving = sum { growth.survivalElasticity(age: $0, to: 0, from: 1) }
    #expect(abs(moving / 0.0007797793749446218 - 1) <= 1e-8)
    let bearing = sum { growth.birthElasticity(age: $0, to: 0, from: 0) }
    #expect(abs(bearing / 0.004566512703674494 - 1) <= 1e-8)
  }

  /// Block by block or as one matrix: the same vectors, sensitivities and elasticities.
  @Test func blocksSayWhatTheWholeMatrixSays() throws {
    let inputs = madeUpInputs(regions: 4, ages: 31, moving: 0.05)
    let analysis = CohortAnalysis(
      inputs, deathRates: inputs.deathRates, regions: ["A", "B", "C", "D"])
    let life = try analysis.multiregional()
    let growth = try SpatialGrowth(life)
    let dense = try StableAnalysis(life.growthMatrix, stepYears: 1)
    #expect(abs(growth.growth / dense.growth - 1) <= 1e-12)
    #expect(worstAbsolute(growth.shares, dense.shares) <= 1e-11)
    let damping = try #require(growth.dampingRatio)
    #expect(abs(damping / dense.dampingRatio - 1) <= 1e-8)
    let scale = growth.reproductiveValues[0] / dense.reproductiveValues[0]
    let values = dense.reproductiveValues.map { $0 * scale }
    #expect(worstAbsolute(growth.reproductiveValues, values) <= 1e-9)
    var everything = 0.0
    for x in 0..<31 {
      for j in 0..<4 {
        for i in 0..<4 {
          let born = growth.birthSensitivity(age: x, to: i, from: j)
          #expect(abs(born - dense.sensitivities[i, 4 * x + j]) <= 1e-9)
          everything += growth.birthElasticity(age: x, to: i, from: j)
          everything += growth.survivalElasticity(age: x, to: i, from: j)
          guard x < 30 else { continue }
          let lived = growth.survivalElasticity(age: x, to: i, from: j)
          #expect(abs(lived - dense.elasticities[4 * x + 4 + i, 4 * x + j]) <= 1e-10)
        }
      }
    }
    #expect(abs(everything - 1) <= 1e-10)
  }

  /// The tables of the regions add up and name every pair.
  @Test func tablesOfTheRegionsAddUp() throws {
    let inputs = madeUpInputs(regions: 3)
    let analysis = CohortAnalysis(inputs, deathRates: inputs.deathRates, regions: ["A", "B", "C"])
    let growth = try SpatialGrowth(analysis.multiregional())
    let tables = Dictionary(
      uniqueKeysWithValues: try analysis.multiregionalTables(growth).map { ($0.name, $0) })
    func numbers(_ table: String, _ column: String) throws -> [Double] {
      try #require(tables[table]).numbers(column).map { $0 ?? .nan }
    }
    func sum(_ table: String, _ columns: String...) throws -> Double {
      try columns.reduce(0) { try $0 + numbers(table, $1).reduce(0, +) }
    }
    #expect(abs(try sum("multiregional_stable", "share") - 1) <= 1e-12)
    #expect(abs(try sum("multiregional_stable", "share_now") - 1) <= 1e-12)
    #expect(abs(try sum("multiregional_ages", "share") - 1) <= 1e-12)
    let parts = ["elasticity_births", "elasticity_staying", "elasticity_moving"]
    for table in ["multiregional_stable", "multiregional_ages"] {
      #expect(abs(try sum(table, parts[0], parts[1], parts[2]) - 1) <= 1e-10, "\(table)")
    }
    let pairs = try sum("multiregional_elasticity", "elasticity_births", "elasticity_survival")
    #expect(abs(pairs - 1) <= 1e-10)
    let daughters = try numbers("multiregional_reproduction", "daughters")
    let byBirthplace = try numbers("multiregional_stable", "net_reproduction")
    for r in 0..<3 {
      let own: Double = daughters[3 * r..<3 * r + 3].reduce(0, +)
      #expect(abs(own / byBirthplace[r] - 1) <= 1e-12)
    }
    let together = try numbers("multiregional_growth", "net_reproduction")[0]
    #expect(byBirthplace.min()! <= together && together <= byBirthplace.max()!)
    // A girl of the stable population is worth 1 on average.
    let shares = (0..<3).map { growth.shares[$0] }
    let worth = zip(shares, growth.reproductiveValues).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(worth / shares.reduce(0, +) - 1) <= 1e-12)
  }

  /// With births at replacement a population ends at the number its momentum says.
  @Test func aPopulationAtReplacementEndsWhereItsMomentumSays() throws {
    let inputs = madeUpInputs(regions: 2, moving: 0.1)
    let analysis = CohortAnalysis(inputs, deathRates: inputs.deathRates, regions: ["A", "B"])
    let growth = try SpatialGrowth(analysis.multiregional())
    let start = (0..<101).flatMap { age in
      (0..<2).map { inputs.population[inputs.shape.index(sex: 1, age: age, region: $0)] }
    }
    let radius = try StableAnalysis.netReproduction(growth.table.growthMatrix, newborn: 0..<2)
    var matrix = growth.table.growthMatrix
    for j in 0..<matrix.columns { for i in 0..<2 { matrix[i, j] /= radius } }
    var people = start
    for _ in 0..<1500 { people = matrix.times(people) }
    let end: Double = people.reduce(0, +)
    let now: Double = start.reduce(0, +)
    #expect(abs(try growth.momentum(of: start) / (end / now) - 1) <= 1e-7)
  }

  /// Women of two parts of which one goes over to the other and never back, such as foreigners who become
  /// nationals: `bearing` is by part, the second goes over to the first.
  private func oneWay(bearing: [Double]) throws -> MultiregionalLifeTable {
    let ages = 12
    return try MultiregionalLifeTable(
      width: 5, deathRates: (0..<ages).map { x in [0.002, 0.002].map { $0 + 0.004 * Double(x) } },
      birthRates: (0..<ages).map { (3..<9).contains($0) ? bearing : [0, 0] },
      moveRates: (0..<ages).map { _ in Matrix([[0, 0.03], [0, 0]]) })
  }

  @Test func aPartThatNobodyGetsToDiesOutAndHasNoShareAtAll() throws {
    let growth = try SpatialGrowth(oneWay(bearing: [0.1, 0.1]))
    #expect(growth.dyingRegions == [1])
    #expect(growth.regionShares[1] == 0 && abs(growth.regionShares[0] - 1) <= 1e-12)
    let alone = try StableAnalysis(oneWay(bearing: [0.1, 0.1]).growthMatrix, stepYears: 5)
    #expect(abs(growth.growth / alone.growth - 1) <= 1e-10)
    // What they add to the births of the future they add there, so they are worth something today.
    #expect(growth.reproductiveValues[1] > 0.1)
    var all = 0.0
    for x in 0..<12 {
      for j in 0..<2 {
        for i in 0..<2 {
          let part =
            growth.birthElasticity(age: x, to: i, from: j)
            + growth.survivalElasticity(age: x, to: i, from: j)
          if j == 1 { #expect(part == 0) }
          all += part
        }
      }
    }
    #expect(abs(all - 1) <= 1e-10)
  }

  /// Where those who go over bear more than they lose, both parts last, and the other is worth nothing to growth.
  @Test func aPartThatGrowsFasterThanItLosesLasts() throws {
    let growth = try SpatialGrowth(oneWay(bearing: [0.03, 0.25]))
    #expect(growth.dyingRegions == [])
    #expect(growth.regionShares.allSatisfy { $0 > 0.05 })
    #expect(growth.reproductiveValues[0] == 0 && growth.reproductiveValues[1] > 0)
    #expect(try SpatialGrowth(yugoslavia().life).dyingRegions == [])
  }
}
