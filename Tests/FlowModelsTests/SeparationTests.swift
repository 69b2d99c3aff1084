import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Golden cases G10 (exact linear programmes on the data of ppmlhdfe's tests) and G10b.
struct SeparationTests {
  private static let names = (1...18).map { $0 < 10 ? "0\($0)" : "\($0)" }

  @Test(arguments: names, SeparationSearch.allCases)
  func separatedRowsAreThoseOfTheExactProgramme(
    _ name: String, _ search: SeparationSearch
  ) throws {
    guard let grid = SharedData.grid("golden/flows/data/ppml_separation/\(name).csv"),
      let golden = try SharedData.json("golden/flows/expected/G10_ppml_separation.json")
    else { return }
    let expected = try #require(golden[name] as? [String: Any])
    let header = grid.rows[0].cells
    let x = header.filter { $0.hasPrefix("x") }
    let effects = header.filter { $0.hasPrefix("id") }
    let formula =
      "y ~ " + (x.isEmpty ? "1" : x.joined(separator: " + "))
      + (effects.isEmpty ? "" : " | " + effects.joined(separator: " + "))
    let data = try FlowData(grid: grid)
    let fit = try PoissonFlowModel().fit(
      Formula.parse(formula), data, RegressionOptions(separation: search))
    let flag = try #require(header.firstIndex(of: "separated"))
    let kept = (0..<data.count).filter { grid.rows[$0 + 1].cells[flag] == "0" }
    #expect(fit.rows == kept)
    #expect(data.count - kept.count == fit.dropped.reduce(0) { $0 + $1.count })
    let mu = try #require(expected["mu_kept"] as? [Double])
    for (found, value) in zip(fit.fitted, mu) { #expect(distance(found, value) < 1e-9) }
    let logLikelihood = try #require(expected["loglik"] as? Double)
    #expect(distance(fit.logLikelihood, logLikelihood) < 1e-9)
    let deviance = try #require(expected["deviance"] as? Double)
    #expect(distance(fit.deviance, deviance) < 1e-9)
  }

  /// Coefficients of the golden fits (QR-IRLS on the kept rows) wherever the kept rows determine them: a
  /// column that follows from the others has whichever coefficient the choice of columns gives it.
  ///
  /// pyfixest 0.60 with its check for separation is right on 6 of the 18 sets; the exact programme is the
  /// truth here, for it flags what the files of ppmlhdfe flag.
  @Test(arguments: names)
  func coefficientsOfTheKeptRowsAreThoseOfTheGoldenFits(_ name: String) throws {
    guard let grid = SharedData.grid("golden/flows/data/ppml_separation/\(name).csv"),
      let golden = try SharedData.json("golden/flows/expected/G10_ppml_separation.json")
    else { return }
    let expected = try #require(golden[name] as? [String: Any])
    let (fit, header) = try Self.fitted(grid)
    let terms = try #require(expected["terms"] as? [String])
    let values = try #require(expected["coef"] as? [Double])
    // The golden constant takes in the level of effects.
    let theirs = Dictionary(uniqueKeysWithValues: zip(terms, values))
    let rows = fit.rows.map { grid.rows[$0 + 1].cells }
    func column(_ name: String) -> [Double] {
      let place = header.firstIndex(of: name) ?? 0
      return rows.map { Double($0[place]) ?? .nan }
    }
    let x = header.filter { $0.hasPrefix("x") }
    var columns = ["_cons": [Double](repeating: 1, count: rows.count)]
    for name in x { columns[name] = column(name) }
    let effects = header.filter { $0.hasPrefix("id") }
    for effect in effects {
      let levels = column(effect)
      for level in Set(levels) {
        columns["\(effect)=\(level)"] = levels.map { $0 == level ? 1 : 0 }
      }
    }
    func rank(without term: String?) throws -> Int {
      let used = columns.keys.sorted().filter { $0 != term }.map { columns[$0] ?? [] }
      let scaled = used.map { c in
        let size = norm(c)
        return size > 0 ? c.map { $0 / size } : c
      }
      let X = Matrix(rows: rows.count, columns: used.count, values: scaled.flatMap { $0 })
      return used.count - (try PivotedQR(X, tolerance: 1e-9).dependent.count)
    }
    let all = try rank(without: nil)
    var compared = 0
    for coefficient in fit.coefficients {
      let term = coefficient.term == "(Intercept)" ? "_cons" : coefficient.term
      guard try rank(without: term) < all else { continue }
      let value = try #require(theirs[term], "\(term) is determined, and the golden fit has it not")
      #expect(distance(coefficient.estimate, value) < 1e-8, "\(name) \(term)")
      compared += 1
    }
    // Every regressor of the golden fit that is determined is one of ours.
    for term in terms where term != "_cons" {
      guard try rank(without: term) < all else { continue }
      #expect(fit.coefficients.contains { $0.term == term }, "\(name) \(term)")
    }
    if ["09", "11", "14"].contains(name) { #expect(compared == terms.count) }
  }

  /// The combination that is said to separate rows does so: 0 on every flow, above 0 on every row left out,
  /// within the three places to which it is written. Combinations of many levels are only counted.
  @Test func combinationsThatAreSaidToSeparateDoSo() throws {
    var verified = 0
    for name in Self.names {
      guard let grid = SharedData.grid("golden/flows/data/ppml_separation/\(name).csv") else {
        return
      }
      let (fit, header) = try Self.fitted(grid)
      var left = Array(grid.rows.dropFirst())
      for part in fit.dropped {
        defer { left.removeAll { part.lines.contains($0.line) } }
        guard part.reason == .separated,
          let terms = Self.terms(of: part.detail, header)
        else { continue }
        for row in left {
          var (z, size) = (0.0, 0.0)
          for (factor, value) in terms {
            z += factor * value(row.cells)
            size += abs(value(row.cells))
          }
          let slack = 0.0005 * size + 1e-9
          let flow = try #require(Double(row.cells[0]))
          if part.lines.contains(row.line) {
            #expect(z > slack && flow == 0, "\(name) \(part.detail) line \(row.line)")
          } else if flow != 0 {
            #expect(abs(z) <= slack, "\(name) \(part.detail) line \(row.line): \(z)")
          }
        }
        verified += 1
      }
    }
    #expect(verified >= 8)
  }

  private static func fitted(_ grid: TextGrid) throws -> (RegressionFit, header: [String]) {
    let header = grid.rows[0].cells
    let x = header.filter { $0.hasPrefix("x") }
    let effects = header.filter { $0.hasPrefix("id") }
    let formula =
      "y ~ " + (x.isEmpty ? "1" : x.joined(separator: " + "))
      + (effects.isEmpty ? "" : " | " + effects.joined(separator: " + "))
    return (
      try PoissonFlowModel().fit(
        Formula.parse(formula), FlowData(grid: grid), RegressionOptions()), header
    )
  }

  /// `0.5*x1 - x2 + id1=3` as factors and what they multiply; `nil` where levels are counted.
  private static func terms(
    of text: String, _ header: [String]
  ) -> [(factor: Double, value: ([String]) -> Double)]? {
    guard !text.isEmpty, !text.contains("(") else { return nil }
    var parts = text.replacing(" - ", with: " + -").split(separator: " + ").map(String.init)
    parts = parts.map { $0.hasPrefix("-") && !$0.contains("*") ? "-1*" + $0.dropFirst() : $0 }
    return parts.map { part in
      let pieces = part.split(separator: "*", maxSplits: 1).map(String.init)
      let (factor, name) =
        pieces.count == 2 ? (Double(pieces[0]) ?? .nan, pieces[1]) : (1, pieces[0])
      let level = name.split(separator: "=").map(String.init)
      if name == "1" { return (factor, { _ in 1 }) }
      let place = header.firstIndex(of: level[0]) ?? 0
      if level.count == 2 { return (factor, { $0[place] == level[1] ? 1 : 0 }) }
      return (factor, { Double($0[place]) ?? .nan })
    }
  }

  @Test(arguments: ["readme10", "example1", "example2"])
  func publishedExamplesOfSeparationAreReproduced(_ name: String) throws {
    guard let golden = try SharedData.json("golden/flows/expected/G10b_separation_published.json")
    else { return }
    let expected = try #require(golden[name] as? [String: Any])
    let columns = try #require(expected["data"] as? [String: [Double]])
    let regressors = columns.keys.filter { $0.hasPrefix("x") }.sorted()
    let data = FlowData(
      columns: (["y"] + regressors).map { column in
        (column, (columns[column] ?? []).map { "\($0)" })
      })
    let fit = try PoissonFlowModel().fit(
      Formula.parse("y ~ " + regressors.joined(separator: " + ")), data, RegressionOptions())
    let flags = try #require(expected["separated"] as? [Int])
    #expect(fit.rows == flags.indices.filter { flags[$0] == 0 })
    let logLikelihood = try #require(expected["loglik"] as? Double)
    #expect(distance(fit.logLikelihood, logLikelihood) < 1e-9)
    let terms = try #require(expected["terms"] as? [String])
    let coefficients = try #require(expected["coef"] as? [Double])
    // Where columns are collinear on the kept rows, another choice of columns is as good.
    guard fit.coefficients.map(\.term) == terms.map({ $0 == "_cons" ? "(Intercept)" : $0 }) else {
      #expect(fit.collinear.isEmpty == false)
      return
    }
    for (found, value) in zip(fit.coefficients, coefficients) {
      #expect(distance(found.estimate, value) < 1e-8, "\(found.term)")
    }
  }

  @Test func aLevelThatNobodyEverLeavesIsLeftOutAndNamed() throws {
    let grid = SharedData.grid(
      text: """
        orig,dest,flow,near
        A,B,5,1
        A,C,3,0
        B,A,4,1
        B,C,2,0
        C,A,0,0
        C,B,0,1
        """)
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ near | orig"), FlowData(grid: grid), RegressionOptions())
    #expect(fit.dropped == [DroppedRows(.emptyLevel, lines: [6, 7], detail: "orig=C")])
    #expect(fit.observations == 4)
  }

  @Test func aRegressorThatIsPositiveOnlyOnZeroFlowsIsSaidToSeparate() throws {
    let grid = SharedData.grid(
      text: """
        flow,war,size
        5,0,1
        3,0,2
        0,1,1
        0,0,2
        4,0,3
        """)
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ war + size"), FlowData(grid: grid), RegressionOptions())
    #expect(fit.dropped == [DroppedRows(.separated, lines: [4], detail: "war")])
    #expect(fit.collinear == ["war"])
    #expect(fit.coefficients.map(\.term) == ["(Intercept)", "size"])
  }

  /// The certificate says which combination separates, in which proportion.
  @Test func aCombinationOfRegressorsIsSaidWithItsCoefficients() throws {
    // far - 2*near + 1 is 0 on every positive flow, 3 and 1 on the zero flows.
    let grid = SharedData.grid(
      text: "flow,far,near,z\n5,1,1,3\n3,3,2,1\n4,5,3,2\n7,7,4,5\n0,4,1,2\n0,2,1,4\n")
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ far + near + z"), FlowData(grid: grid), RegressionOptions())
    #expect(fit.dropped.map(\.lines) == [[6, 7]])
    #expect(fit.dropped.map(\.detail) == ["0.5*far - near + 0.5*1"])
    #expect(fit.collinear == ["near"])
  }

  /// 160,000 parameters' worth of work for a decomposition: 9,000 rows with 900 levels, where the
  /// certificates are known because they were put there.
  @Test func aLargeTableHasTheSeparatedRowsThatWerePutThere() throws {
    var columns: [String: [String]] = [:]
    var expected: [Int] = []
    for row in 0..<9000 {
      var stream = RandomStream(seed: 3, stream: "test", unit: "row", draw: row, time: 0)
      let (i, j) = (row / 20, (row / 20 * 7 + row % 20 * 19) % 450)
      let x = stream.normal()
      var flow = Poisson(mean: exp(0.5 + 0.3 * x)).quantile(stream.uniform())
      // A border that is open on zero flows only, and one that shifts a whole set of origins.
      let isClosed = row % 113 == 0
      if isClosed { flow = 0 }
      let block = i < 3 ? 1.0 : 0.0
      let shift = block + (row % 20 == 4 && i < 3 ? 0.5 : 0)
      if i < 3, row % 20 == 4 { flow = 0 }
      if isClosed || (i < 3 && row % 20 == 4) { expected.append(row) }
      for (name, value) in [
        ("flow", "\(Int(flow))"), ("x", "\(x)"), ("closed", isClosed ? "1" : "0"),
        ("shift", "\(shift)"), ("o", "o\(i)"), ("d", "d\(j)"),
      ] { columns[name, default: []].append(value) }
    }
    let data = FlowData(columns: columns.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x + closed + shift | o + d"), data, RegressionOptions())
    #expect(fit.rows == (0..<9000).filter { !expected.contains($0) })
    #expect(fit.collinear == ["closed", "shift"])
    #expect(abs(fit.coefficients[0].estimate - 0.3) < 0.05)
  }

  /// Three effects whose levels hang together by chains: areas on a line, pairs seen for a few years.
  /// A row that two effects separate and one that only all three do are put there; the search for
  /// certificates and the rectifier leave out the same.
  @Test(arguments: SeparationSearch.allCases)
  func aPanelOfChainsHasTheSeparatedRowsThatWerePutThere(_ search: SeparationSearch) throws {
    var columns: [String: [String]] = [:]
    var count = 0
    func add(_ i: Int, _ j: Int, _ year: Int, isZero: Bool = false) {
      var stream = RandomStream(seed: 5, stream: "test", unit: "row", draw: count, time: 0)
      let x = stream.normal()
      let flow = isZero ? 0 : 1 + Poisson(mean: exp(1 + 0.3 * x)).quantile(stream.uniform())
      for (name, value) in [
        ("flow", "\(Int(flow))"), ("x", "\(x)"), ("o", "a\(i)"), ("d", "a\(j)"), ("t", "\(year)"),
      ] { columns[name, default: []].append(value) }
      count += 1
    }
    for i in 0..<20 {
      for j in [i - 2, i - 1, i + 1, i + 2] where (0..<20).contains(j) {
        let first = (i * 7 + j * 3) % 4
        for year in first..<(first + 3) { add(i, j, year) }
        if (6...14).contains(i), j != 10 { add(i, j, 12) }
        if (6...14).contains(i), first > 2 { add(i, j, 2) }
      }
    }
    // Year 9 knows three flows: two that nothing ties together, and a zero from one to the other.
    add(2, 3, 9)
    add(3, 4, 9)
    // Of area 25 in year 2, one flow and the zero. The first is tied to nothing: its pair can give
    // way, for the pair's other flow is alone in its destination and year.
    add(25, 10, 2)
    add(25, 10, 12)
    add(25, 12, 12)
    let positive = count
    add(2, 4, 9, isZero: true)
    add(25, 12, 2, isZero: true)
    let data = FlowData(columns: columns.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x | o^t + d^t + o^d"), data, RegressionOptions(separation: search))
    #expect(fit.rows == Array(0..<positive))
    #expect(fit.dropped.map(\.reason) == [.separated, .separated])
    #expect(fit.dropped.map { $0.lines.count } == [1, 1])
  }

  /// Panels of chains with many zeros, in which rows are separated by two effects and by three, in sets
  /// that depend on one another. A constant as a fourth effect changes nothing, but its levels hang
  /// together by no chains, so that the general search looks.
  @Test(arguments: 0..<8)
  func panelsOfChainsLoseTheRowsThatTheGeneralSearchFinds(_ seed: UInt32) throws {
    var columns: [String: [String]] = [:]
    var levels: [[String: Int32]] = [[:], [:], [:]]
    var places: [[Int32]] = [[], [], []]
    for i in 0..<16 {
      for j in [i - 2, i - 1, i + 1, i + 2] where (0..<16).contains(j) {
        for year in 0..<8 {
          var stream = RandomStream(
            seed: seed, stream: "test", unit: "\(i) \(j)", draw: year, time: 0)
          guard stream.uniform() < 0.7 else { continue }
          let flow = stream.uniform() < 0.3 ? 0 : Int(1 + 30 * stream.uniform())
          for (name, value) in [
            ("flow", "\(flow)"), ("x", "\(stream.normal())"), ("o", "a\(i)"), ("d", "a\(j)"),
            ("t", "\(year)"), ("one", "1"),
          ] { columns[name, default: []].append(value) }
          for (k, name) in ["\(i)^\(year)", "\(j)^\(year)", "\(i)^\(j)"].enumerated() {
            let level = levels[k][name] ?? Int32(levels[k].count)
            levels[k][name] = level
            places[k].append(level)
          }
        }
      }
    }
    #expect(
      LevelProjection.hangByChains(
        zip(places, levels).map { .init(level: $0, count: $1.count) }, rows: places[0].count))
    let data = FlowData(columns: columns.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    let chains = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x | o^t + d^t + o^d"), data, RegressionOptions())
    let general = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x | o^t + d^t + o^d + one"), data, RegressionOptions())
    #expect(chains.rows == general.rows)
    let a = try #require(chains.coefficients.first)
    let b = try #require(general.coefficients.first)
    #expect(abs(a.estimate - b.estimate) < 1e-7 * max(1, abs(b.estimate)))
    #expect(chains.dropped.contains { $0.reason == .separated })
  }
}
