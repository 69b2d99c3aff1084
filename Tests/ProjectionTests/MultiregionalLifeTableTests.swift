import Foundation
import Kernel
import Projection
import Testing

/// Golden case gc01: Willekens & Rogers (1978), Yugoslavia in two regions.
@Suite struct MultiregionalLifeTableTests {
  private static let names = ["Slovenia", "RestYU"]

  private struct Yugoslavia {
    let life: MultiregionalLifeTable
    /// Region fastest.
    let women: [Double]
    let replicated2001: [Double]
  }

  private func yugoslavia() throws -> Yugoslavia {
    let table = try ReferenceTable("yugoslavia_1961_women")
    let ages = table.rows.count / 2
    func value(_ age: Int, _ region: Int, _ column: String) -> Double {
      let row = table.rows.first {
        $0["age"] == "\(5 * age)" && $0["region"] == Self.names[region]
      }
      return Double(row?[column] ?? "") ?? .nan
    }
    func rates(_ column: String) -> [[Double]] {
      (0..<ages).map { x in (0..<2).map { value(x, $0, column) / value(x, $0, "women") } }
    }
    let moves = (0..<ages).map { x in
      Matrix([
        [0, value(x, 1, "to_slovenia") / value(x, 1, "women")],
        [value(x, 0, "to_rest") / value(x, 0, "women"), 0],
      ])
    }
    func cells(_ column: String) -> [Double] {
      (0..<ages).flatMap { x in (0..<2).map { value(x, $0, column) } }
    }
    return Yugoslavia(
      life: try MultiregionalLifeTable(
        width: 5, deathRates: rates("deaths"), birthRates: rates("births"), moveRates: moves),
      women: cells("women"), replicated2001: cells("replicated_2001"))
  }

  @Test func fortyYearsOfProjectionGiveThePublishedCells() throws {
    let country = try yugoslavia()
    var population = country.women
    for _ in 0..<8 { population = country.life.growthMatrix.times(population) }
    #expect(worstAbsolute(population, country.replicated2001) <= 0.5)
  }

  @Test func everyStepIsThatOfTheReferenceRun() throws {
    guard let url = sharedFile("golden/projection/gc01_yugoslavia_2region/expected_projection.csv")
    else { return }
    let expected = ReferenceTable(text: try String(contentsOf: url, encoding: .utf8))
    let country = try yugoslavia()
    var population = country.women
    for step in 0...8 {
      let rows = expected.rows.filter { $0["year"] == "\(1961 + 5 * step)" }
      let cells = rows.flatMap { row in Self.names.map { Double(row[$0] ?? "") ?? .nan } }
      #expect(cells.count == population.count)
      #expect(worstRelative(population, cells) <= 1e-9)
      population = country.life.growthMatrix.times(population)
    }
  }

  @Test func longRunGrowthAndSharesAreThoseOfTheReferenceRun() throws {
    let country = try yugoslavia()
    let stable = try StableAnalysis(country.life.growthMatrix, stepYears: 5)
    #expect(abs(stable.growth - 1.0309668780785053) <= 1e-10)
    #expect(abs(stable.rate - 0.006099415700748517) <= 1e-11)
    let slovenia = stride(from: 0, to: stable.shares.count, by: 2).reduce(0) {
      $0 + stable.shares[$1]
    }
    #expect(abs(slovenia - 0.05578114832103515) <= 1e-10)
    #expect(abs(stable.growth / stable.dampingRatio - 0.9918510376186441) <= 1e-9)
  }

  @Test func stepByStepTheSameGrowthAndSharesAreReached() throws {
    let stable = try yugoslavia().life.stablePopulation()
    #expect(abs(stable.growth - 1.0309668780785053) <= 1e-10)
    #expect(abs(stable.regionShares[0] - 0.05578114832103515) <= 1e-9)
    #expect(abs(stable.regionShares.reduce(0, +) - 1) <= 1e-14)
  }

  @Test func whereNobodyIsBornThereIsNoStablePopulation() throws {
    let none = Matrix(rows: 1, columns: 1)
    let life = try MultiregionalLifeTable(
      width: 5, deathRates: [[0.02], [0.2]], birthRates: [[0], [0]], moveRates: [none, none])
    #expect(throws: KernelError.self) { try life.stablePopulation() }
  }

  @Test func livesAndDaughtersByBirthplaceAreThoseOfTheReferenceRun() throws {
    let life = try yugoslavia().life
    let years = [64.8988550847351, 7.579216518504993, 0.8107059540378441, 65.43478695606463]
    #expect(worstRelative(life.expectation.values, years) <= 1e-9)
    let net = [0.9618746862461247, 0.12236354822293105, 0.010686856419919894, 1.1748102010789587]
    #expect(worstRelative(life.netReproduction.values, net) <= 1e-9)
    #expect(abs(try GeneralEigen(life.netReproduction).spectralRadius - 1.180783828571175) <= 1e-9)
  }

  /// All of `P`, `l`, `L`, `S` and `B` by age; twelve digits are printed.
  @Test func everyColumnOfTheLifeTableIsThatOfTheReferenceRun() throws {
    let path = "golden/projection/gc01_yugoslavia_2region/expected_lifetable_and_blocks.csv"
    guard let url = sharedFile(path) else { return }
    let table = ReferenceTable(text: try String(contentsOf: url, encoding: .utf8))
    let life = try yugoslavia().life
    let codes = ["SL", "RY"]
    let columns: [(name: String, matrices: [Matrix], radix: Double)] = [
      ("P", life.probabilities, 1), ("l", life.survivors, 1e5), ("L", life.personYears, 1),
      ("S", life.survivorship, 1), ("B", life.births, 1),
    ]
    var compared = 0
    for (name, matrices, radix) in columns {
      for (to, from) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let printed = table.rows.map {
          Double($0["\(name)_to\(codes[to])_from\(codes[from])"] ?? "")
        }
        for (x, value) in printed.enumerated() {
          guard let value else { continue }
          let ours = radix * matrices[x][to, from]
          // Births of children under 10 are 0, and nothing is relative to that.
          #expect(value == 0 ? ours == 0 : abs(ours / value - 1) <= 1e-9, "\(name) \(x)")
          compared += 1
        }
      }
    }
    #expect(compared >= 4 * (18 + 18 + 18 + 17 + 17))
  }

  /// The stable population by age and region, and the third of the moduli.
  @Test func theStablePopulationIsThatOfTheReferenceRun() throws {
    let life = try yugoslavia().life
    let moduli = try GeneralEigen(life.growthMatrix).values.map(\.modulus).sorted(by: >)
    #expect(abs(moduli[1] - 0.9918510376186441) <= 1e-9)
    #expect(abs(moduli[2] - 0.7834457919221107) <= 1e-9)
    guard let url = sharedFile("golden/projection/gc01_yugoslavia_2region/expected_stable.csv")
    else { return }
    let table = ReferenceTable(text: try String(contentsOf: url, encoding: .utf8))
    let stable = try StableAnalysis(life.growthMatrix, stepYears: 5)
    let expected = table.rows.flatMap { row in
      ["Slovenia", "RestYU"].map { Double(row[$0] ?? "") ?? .nan }
    }
    #expect(expected.count == 36)
    #expect(worstRelative(stable.shares, expected) <= 1e-9)
  }

  /// 64 of the 68 values of their Table 2.9 as transcribed; the other four are slips of the typist.
  @Test func survivorshipIsThatOfTable29() throws {
    let path = "golden/projection/gc01_yugoslavia_2region/published_S_table2_9_as_transcribed.csv"
    guard let url = sharedFile(path) else { return }
    let printed = ReferenceTable(text: try String(contentsOf: url, encoding: .utf8))
    let life = try yugoslavia().life
    let cells = [
      ("Sx_11_printed", 0, 0), ("Sx_12_printed", 1, 0), ("Sx_22_printed", 1, 1),
      ("Sx_21_printed", 0, 1),
    ]
    var agreeing = 0
    for (column, i, j) in cells {
      for (x, value) in printed.numbers(column).enumerated() {
        if abs(value - life.survivorship[x][i, j]) <= 1e-6 { agreeing += 1 }
      }
    }
    #expect(agreeing == 64)
  }

  @Test func withoutMovesEveryRegionHasItsOwnLifeTable() throws {
    let deaths = [[0.02, 0.01], [0.001, 0.002], [0.2, 0.25]]
    let none = Matrix(rows: 2, columns: 2)
    let life = try MultiregionalLifeTable(
      width: 5, deathRates: deaths, birthRates: [[0, 0], [0.1, 0.2], [0, 0]],
      moveRates: [none, none, none])
    for r in 0..<2 {
      let own = try LifeTable(
        ages: [0, 5, 10], rates: deaths.map { $0[r] }, meanYearsLived: [2.5, 2.5, 0], radix: 1)
      for x in 0..<3 {
        #expect(abs(life.personYears[x][r, r] / own.personYears[x] - 1) <= 1e-14)
        #expect(life.personYears[x][1 - r, r] == 0)
      }
    }
  }
}
