import Demography
import FlowModels
import Foundation
import Kernel
import Testing

/// Pairs bootstrap and randomisation.
struct ResamplingTests {
  /// A table between areas whose flows have effects of both ends, with a regressor that has them too.
  private static func table(
    _ sample: Int, areas count: Int = 12, slope: Double = 0, hasEffects: Bool = true
  ) -> FlowData {
    let pairs = (0..<count).flatMap { i in (0..<count).filter { $0 != i }.map { (i, $0) } }
    var stream = RandomStream(seed: 11, stream: "test.resampling", unit: "", draw: sample, time: 0)
    let sizes = (0..<count).map { _ in stream.normal() }
    let effects = (0..<count).map { _ in hasEffects ? stream.normal() : 0 }
    let x = pairs.map { sizes[$0.0] + sizes[$0.1] + 0.5 * stream.normal() }
    let y = pairs.indices.map {
      effects[pairs[$0].0] + effects[pairs[$0].1] + slope * x[$0] + 0.5 * stream.normal()
    }
    return FlowData(columns: [
      ("orig", pairs.map { "r\(10 + $0.0)" }), ("dest", pairs.map { "r\(10 + $0.1)" }),
      ("y", y.map { "\($0)" }), ("x", x.map { "\($0)" }),
      ("flow", y.map { "\(Int(exp(1 + 0.3 * $0).rounded()))" }),
      ("year", pairs.indices.map { "\($0 % 5)" }),
    ])
  }

  private static func fit(
    _ data: FlowData, _ formula: String = "y ~ x", _ covariance: Covariance = .white(.hc0)
  ) throws -> RegressionFit {
    let model: any FlowRegression =
      formula.hasPrefix("y") ? LinearFlowModel() : PoissonFlowModel()
    return try model.fit(
      Formula.parse(formula), data, RegressionOptions(covariance: covariance, smallSample: .none))
  }

  /// Rows drawn with replacement scatter as White's errors say where rows are unrelated; 2,000 draws know a
  /// deviation to 1.6 per cent, the rest is of order 1/n with 870 rows.
  @Test func drawnRowsScatterAsWhitesErrorsSay() throws {
    let data = Self.table(1, areas: 30, slope: 0.5, hasEffects: false)
    for formula in ["y ~ x", "flow ~ x"] {
      let fit = try Self.fit(data, formula)
      let found = try fit.pairsBootstrap(over: .rows, draws: 2000, seed: 3)
      #expect(found.units == 870)
      for row in found.rows {
        #expect(abs(row.bootstrapError / row.standardError - 1) < 0.08, "\(formula) \(row)")
        #expect(abs(row.bias) < 0.2 * row.standardError && row.without == 0)
        #expect(row.low < row.estimate && row.estimate < row.high)
      }
    }
  }

  /// Clusters and areas are drawn whole: deviations are those of 20,000 draws made here from the definition, the
  /// slope of weighted least squares in closed form, within four deviations of what both numbers of draws leave
  /// open. A deviation of B draws has a relative error of `√((κ − 1) / 4B)`, κ the kurtosis of what is drawn.
  /// Draws of other schemes are outside.
  @Test func drawnAreasScatterAsDrawsOfTheDefinition() throws {
    let data = Self.table(2, areas: 30)
    let draws = 2000
    let areas = PairsBootstrap.Unit.areas(origin: "orig", destination: "dest")
    for (unit, kind) in [
      (areas, Covariance.dyadic(origin: "orig", destination: "dest")),
      (.clusters("orig"), .cluster(["orig"])),
    ] {
      let fit = try Self.fit(data, "y ~ x", kind)
      let error = try fit.pairsBootstrap(over: unit, draws: draws, seed: 3).rows[1].bootstrapError
      func gap(_ times: (Int, Int) -> Double) throws -> Double {
        let (deviation, kurtosis) = try Self.slopes(data, draws: 20_000, times)
        let open = ((kurtosis - 1) / 4 * (1 / Double(draws) + 1 / 20_000)).squareRoot()
        return abs(error / deviation - 1) / open
      }
      let isOfAreas = unit == areas
      #expect(try gap { isOfAreas ? Double($0 * $1) : Double($0) } < 4, "\(kind.text)")
      // Schemes that would be wrong: of areas those of one end alone and the mean of both, of clusters areas.
      #expect(try gap { isOfAreas ? Double($0) : Double($0 * $1) } > 4, "\(kind.text)")
      if isOfAreas { #expect(try gap { 0.5 * Double($0 + $1) } > 4) }
      let white = try fit.covariance(.white(.hc0), .none).standardErrors[1]
      #expect(error > 1.8 * white)
    }
  }

  /// Deviation and kurtosis of the slope of y on x where areas are drawn with replacement.
  /// - Parameter times: how often a flow counts whose ends were drawn so often.
  private static func slopes(
    _ data: FlowData, draws: Int, _ times: (Int, Int) -> Double
  ) throws -> (deviation: Double, kurtosis: Double) {
    let cells = try Self.fit(data, "y ~ x").rows.map { data.texts(row: $0) }
    let names = Array(Set(cells.map { $0[0] })).sorted()
    let ends = [0, 1].map { end in cells.map { names.firstIndex(of: $0[end]) ?? 0 } }
    let (y, x) = (cells.compactMap { Double($0[2]) }, cells.compactMap { Double($0[3]) })
    var slopes: [Double] = []
    var stream = RandomStream(seed: 5, stream: "test.definition", unit: "", draw: 0, time: 0)
    for _ in 0..<draws {
      var counts = [Int](repeating: 0, count: names.count)
      for _ in names { counts[Int(stream.uniform() * Double(names.count))] += 1 }
      var (w, wx, wy, wxx, wxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for row in y.indices {
        let t = times(counts[ends[0][row]], counts[ends[1][row]])
        w += t
        wx += t * x[row]
        wy += t * y[row]
        wxx += t * x[row] * x[row]
        wxy += t * x[row] * y[row]
      }
      slopes.append((wxy - wx * wy / w) / (wxx - wx * wx / w))
    }
    let mean = slopes.reduce(0, +) / Double(draws)
    let second = slopes.reduce(0) { $0 + pow($1 - mean, 2) } / Double(draws)
    let fourth = slopes.reduce(0) { $0 + pow($1 - mean, 4) } / Double(draws)
    return (second.squareRoot(), fourth / (second * second))
  }

  /// A draw in which a cluster that alone has a regressor is missing says nothing of it.
  @Test func drawsWithoutACoefficientAreCounted() throws {
    let data = FlowData(columns: [
      ("g", ["a", "a", "b", "b", "c", "c", "d", "d"]),
      ("y", ["1", "2", "4", "3", "7", "5", "8", "8.5"]),
      ("x", ["1", "3", "0", "0", "0", "0", "0", "0"]),
      ("z", ["1", "4", "2", "6", "3", "1", "5", "2"]),
    ])
    let found = try Self.fit(data, "y ~ z + x").pairsBootstrap(
      over: .clusters("g"), draws: 400, seed: 1)
    // (3/4)⁴ of the draws lack the first cluster: 127 of 400, give or take four deviations.
    let x = try #require(found.rows.last)
    #expect(abs(Double(x.without) - 126.6) < 4 * (400 * 0.316 * 0.684).squareRoot())
    #expect(found.table.numbers("draws_without").last == Double(x.without))
  }

  @Test func threadsDoNotChangeABit() throws {
    let fit = try Self.fit(Self.table(3), "flow ~ x | orig + dest")
    let unit = PairsBootstrap.Unit("areas(orig, dest)")
    #expect(unit == .areas(origin: "orig", destination: "dest"))
    let bootstraps = try [1, 3].map {
      try fit.pairsBootstrap(over: unit, draws: 60, seed: 2, threads: $0)
    }
    #expect(bootstraps[0] == bootstraps[1])
    for over in ["rows", "within:year", "areas(orig,dest)"] {
      let unit = try #require(Randomisation.Unit(over))
      let tests = try [1, 3].map {
        try fit.randomisation(of: "x", over: unit, draws: 99, seed: 2, threads: $0)
      }
      #expect(tests[0] == tests[1] && tests[0].pValue >= 0.01)
    }
    #expect(Randomisation.Unit("nothing") == nil)
  }

  /// Where flows and regressor have effects of areas, dealing out rows destroys what dealing out names of
  /// areas keeps: the first rejects a true hypothesis far too often, the second as often as it says. Of 200
  /// samples 10 are due at 5 per cent, 4 deviations are 12.
  @Test func namesOfAreasHoldTheirLevel() throws {
    var rejected = [0, 0]
    for sample in 0..<200 {
      let fit = try Self.fit(Self.table(100 + sample))
      for (k, unit) in [
        Randomisation.Unit.rows, .areas(origin: "orig", destination: "dest"),
      ].enumerated() {
        let found = try fit.randomisation(of: "x", over: unit, draws: 99, seed: 4)
        if found.pValue <= 0.05 { rejected[k] += 1 }
      }
    }
    print("rejected of 200 at 5 %: rows dealt out, names of areas dealt out", rejected)
    #expect(rejected[0] > 40 && rejected[1] <= 22)
    let clear = try Self.fit(Self.table(5, slope: 3)).randomisation(
      of: "x", over: .areas(origin: "orig", destination: "dest"), draws: 199, seed: 4)
    #expect(clear.pValue == 0.005)
  }

  /// Two rows of each level: within it a regressor has two orders, and of those of a level alone none.
  @Test func dealingOutWithinALevelKeepsItsValues() throws {
    let data = FlowData(columns: [
      ("g", ["a", "a", "b", "b"]), ("y", ["1", "2", "5", "9"]), ("x", ["0", "1", "2", "4"]),
    ])
    let fit = try Self.fit(data, "y ~ x | g")
    let found = try fit.randomisation(of: "x", over: .within("g"), draws: 3999, seed: 1)
    // Of four equally likely ways the given one and its mirror image have 4.5 over a root that is the same
    // for all, the other two 3.5.
    #expect(abs(found.pValue - 0.5) < 4 * (0.25 / 4000).squareRoot())
  }

  @Test func rowsThatStandForSeveralAreNotResampled() throws {
    let data = FlowData(columns: [
      ("flow", ["1", "2", "5", "9"]), ("x", ["0", "1", "2", "4"]), ("n", ["3", "1", "2", "4"]),
    ])
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ x", weights: "n"), data,
      RegressionOptions(covariance: .white(.hc0), weighting: .frequency))
    func code(_ body: () throws -> Void) -> String? {
      do { try body() } catch { return (error as? Fault)?.code }
      return nil
    }
    #expect(
      code { _ = try fit.pairsBootstrap(over: .rows, draws: 9, seed: 1) }
        == "fit.resample-frequency")
    #expect(
      code { _ = try fit.randomisation(of: "x", over: .rows, draws: 9, seed: 1) }
        == "fit.resample-frequency")
  }

  @Test func whatCannotBeDealtOutIsSaid() throws {
    func code(_ body: () throws -> Randomisation) -> String? {
      do {
        _ = try body()
        return nil
      } catch let fault as Fault {
        return fault.code
      } catch {
        return "\(error)"
      }
    }
    let data = Self.table(1)
    let fit = try Self.fit(data)
    let areas = Randomisation.Unit.areas(origin: "orig", destination: "dest")
    #expect(
      code { try fit.randomisation(of: "z", over: .rows, draws: 9, seed: 1) }
        == "fit.randomise-term")
    let part = try Self.fit(data.filtered(by: RowFilter.parse("year != 2")))
    #expect(
      code { try part.randomisation(of: "x", over: areas, draws: 9, seed: 1) }
        == "fit.randomise-table")
    #expect(code { try fit.randomisation(of: "x", over: areas, draws: 9, seed: 1) } == nil)
    // 100,000 names with a row each: a table of their pairs would take 80 GB.
    let many = 50_000
    let strange = try Self.fit(
      FlowData(columns: [
        ("orig", (0..<many).map { "a\($0)" }), ("dest", (0..<many).map { "b\($0)" }),
        ("y", (0..<many).map { "\($0 % 7)" }), ("x", (0..<many).map { "\($0 % 5)" }),
      ]))
    #expect(
      code { try strange.randomisation(of: "x", over: areas, draws: 9, seed: 1) }
        == "fit.randomise-table")
  }
}
