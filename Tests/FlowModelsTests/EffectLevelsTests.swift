import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Levels of fixed effects as they are shown.
struct EffectLevelsTests {
  private func levels(_ found: EffectLevels) -> [String: [String: Double]] {
    let table = found.table
    var all: [String: [String: Double]] = [:]
    let effects = table.texts("effect"), names = table.texts("level")
    for (k, value) in table.numbers("estimate").enumerated() {
      all[effects[k] ?? "", default: [:]][names[k] ?? ""] = value
    }
    return all
  }

  /// Areas A, B, C and D, E, F exchange nobody: two parts, in each of which destinations have mean 0.
  @Test func eachPartHasANormalisationOfItsOwn() throws {
    let sets = [["A", "B", "C"], ["D", "E", "F"]]
    let pairs = sets.flatMap { set in set.flatMap { i in set.filter { $0 != i }.map { (i, $0) } } }
    let data = FlowData(columns: [
      ("orig", pairs.map(\.0)), ("dest", pairs.map(\.1)),
      ("flow", pairs.indices.map { "\([3, 9, 1, 14, 6, 2, 8, 30, 4, 11, 1, 7][$0])" }),
      ("x", pairs.indices.map { "\(($0 * 5) % 7)" }),
    ])
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x | orig + dest"), data, RegressionOptions())
    let found = fit.effectLevels()
    #expect(found.redundant == 2 && found.isExact)
    let all = levels(found)
    for set in sets {
      let mean = set.reduce(0) { $0 + (all["dest"]?[$1] ?? .nan) } / 3
      #expect(abs(mean) < 1e-12)
    }
    let slope = fit.coefficients[0].estimate
    for (row, mu) in fit.fitted.enumerated() {
      let (i, j) = pairs[fit.rows[row]]
      let eta =
        try #require(all["orig"]?[i]) + (try #require(all["dest"]?[j]))
        + slope * Double((fit.rows[row] * 5) % 7)
      #expect(abs(exp(eta) / mu - 1) < 1e-9)
    }
    #expect(found.table.numbers("part") == [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2])
    #expect(found.table.numbers("rows").allSatisfy { $0 == 2 })
  }

  /// Gravity's three effects: every sum stands, every mean that should be 0 is, and the normalisation does
  /// not depend on the order in which rows come.
  @Test func threeEffectsAreNormalisedByAllTheirPairs() throws {
    var rows: [[String]] = []
    for t in 0..<4 {
      for i in 0..<5 {
        for j in 0..<5 where j != i && (i + 2 * j + t) % 6 != 0 {
          rows.append([
            "r\(i)", "r\(j)", "\(t)", "\(1 + (i * 7 + j * 5 + t * 11) % 23)",
            "\(i * j % 4 + t * t % 3)",
          ])
        }
      }
    }
    func fit(_ rows: [[String]]) throws -> RegressionFit {
      let names = ["orig", "dest", "year", "flow", "x"]
      return try PoissonFlowModel().fit(
        Formula.parse("flow ~ x | orig^year + dest^year + orig^dest"),
        FlowData(columns: names.indices.map { c in (names[c], rows.map { $0[c] }) }),
        RegressionOptions())
    }
    let one = try fit(rows)
    let found = one.effectLevels()
    #expect(!found.isExact && found.gap < 1e-10)
    // T parts of orig^year and dest^year; of orig^dest with each of them one for each area.
    #expect(found.redundant == 4 + 5)
    let all = levels(found)
    let other = levels(try fit(rows.reversed()).effectLevels())
    for (effect, values) in all {
      for (level, value) in values {
        #expect(abs(value - (other[effect]?[level] ?? .nan)) < 1e-6, "\(effect) \(level)")
      }
    }
    for (row, mu) in one.fitted.enumerated() {
      let r = rows[one.rows[row]]
      let eta =
        try #require(all["orig^year"]?["\(r[0])^\(r[2])"])
        + (try #require(all["dest^year"]?["\(r[1])^\(r[2])"]))
        + (try #require(all["orig^dest"]?["\(r[0])^\(r[1])"]))
        + one.coefficients.reduce(0) { $0 + $1.estimate * (Double(r[4]) ?? .nan) }
      #expect(abs(exp(eta) / mu - 1) < 1e-8)
    }
  }

  /// A slope of every level stands by unit of its column.
  @Test func slopesOfLevelsAreShownByUnit() throws {
    let data = FlowData(columns: [
      ("g", (0..<12).map { "g\($0 / 6)" }), ("t", (0..<12).map { "\($0 % 6)" }),
      (
        "flow", (0..<12).map { "\(exp($0 < 6 ? 1 + 0.5 * Double($0) : 3 - 0.25 * Double($0 - 6)))" }
      ),
    ])
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ 1 | g[t]"), data, RegressionOptions())
    let all = levels(fit.effectLevels())
    for (name, values) in [("g", [1.0, 3]), ("g[[t]]", [0.5, -0.25])] {
      for (k, value) in values.enumerated() {
        #expect(abs((all[name]?["g\(k)"] ?? .nan) - value) < 1e-6, "\(name) \(all)")
      }
    }
  }

  /// Golden G09 (R fixest 0.12.2): its levels have another normalisation, so that sums are compared.
  @Test func levelsOfKoreaAddUpToThoseOfFixest() throws {
    guard let grid = SharedData.grid("golden/flows/data/migest_korea_gravity.csv"),
      let golden = SharedData.grid("golden/flows/expected/G09_korea2020_doubly_fixef.csv")
    else { return }
    let data = try FlowData(grid: grid).filtered(
      by: RowFilter.parse("year == 2020 & orig != dest"))
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(dist_cent) + contig | orig + dest"), data, RegressionOptions())
    let own = levels(fit.effectLevels())
    var theirs: [String: [String: Double]] = [:]
    for row in golden.rows.dropFirst() {
      theirs[row.cells[0], default: [:]][row.cells[1]] = Double(row.cells[2])
    }
    #expect(theirs["orig"]?.count == 17 && theirs["dest"]?.count == 17)
    for (i, a) in theirs["orig"] ?? [:] {
      for (j, b) in theirs["dest"] ?? [:] {
        let sum = try #require(own["orig"]?[i]) + (try #require(own["dest"]?[j]))
        #expect(abs(sum - (a + b)) < 1e-8 * abs(a + b), "\(i) \(j)")
      }
    }
  }
}
