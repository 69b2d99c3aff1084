import Demography
import FlowModels
import Formats
import Foundation
import Kernel
import Testing

/// What has to hold whatever the numbers are.
struct SpatialLawTests {
  /// Nearest neighbours on a line with a jump: not symmetric, so that eigenvalues are complex.
  static func nearest(_ n: Int) throws -> SpatialWeights {
    try SpatialWeights(
      count: n,
      links: (0..<n).flatMap { i in
        [1, 3, 7].map { SpatialWeights.Link(i, (i + $0) % n, 1 + Double((i * $0) % 3)) }
      }
    ).rowNormalised
  }

  static func areas(_ n: Int, _ name: String, _ weights: SpatialWeights) -> SpatialAreas {
    var stream = RandomStream(seed: 7, stream: name, unit: "x", draw: 0, time: 0)
    return SpatialAreas(
      names: (0..<n).map { "\(name)\($0)" }, attributes: ["x": stream.normals(n)],
      weights: weights)
  }

  /// Flows that obey the model with these dependences, and noise of this size.
  static func design(
    _ origins: SpatialAreas, _ destinations: SpatialAreas, rho: [Double], noise: Double,
    terms: SpatialTerms = SpatialTerms(
      destination: ["x"], origin: ["x"], hasIntra: false, hasLags: false),
    keeping isKept: (Int, Int) -> Bool = { _, _ in true }
  ) throws -> SpatialFlowDesign {
    let pairs = origins.names.indices.flatMap { i in
      destinations.names.indices.filter { isKept(i, $0) }.map { (origin: i, destination: $0) }
    }
    var stream = RandomStream(seed: 7, stream: "noise", unit: "", draw: 0, time: 0)
    let lags = FlowLags(
      origins: origins.weights, destinations: destinations.weights, pairs: pairs)
    let distance = stream.normals(pairs.count)
    let right = pairs.indices.map { row in
      let x = destinations.attributes["x"]![pairs[row].destination]
      let z = origins.attributes["x"]![pairs[row].origin]
      return 3 + 2 * x - z - 1.5 * distance[row] + noise * stream.normal()
    }
    // y = right + ρ L y, by repetition: |ρ| < 1.
    var y = right
    for _ in 0..<400 {
      let lagged = lags.lags(of: y)
      y = right.indices.map { row in
        right[row] + (0..<3).reduce(0) { $0 + rho[$1] * lagged[$1][row] }
      }
    }
    return try SpatialFlowDesign(
      origins: origins, destinations: destinations, pairs: pairs, response: y,
      terms: terms, pairVariables: [("distance", distance)])
  }

  static func dense(_ design: SpatialFlowDesign, _ rho: [Double]) -> Matrix {
    var A = Matrix.identity(design.count)
    for column in 0..<design.count {
      var unit = [Double](repeating: 0, count: design.count)
      unit[column] = 1
      for (k, lag) in design.lags.lags(of: unit).enumerated() {
        for row in lag.indices { A[row, column] -= rho[k] * lag[row] }
      }
    }
    return A
  }

  @Test func complexSpectraOfTwoSizesGiveTheDeterminantOfTheWholeMatrix() throws {
    let origins = Self.areas(11, "o", try Self.nearest(11))
    let destinations = Self.areas(8, "d", try Self.nearest(8))
    #expect(!(try SpatialSpectrum(origins.weights).isReal))
    let design = try Self.design(origins, destinations, rho: [0.3, 0.25, 0.2], noise: 0.5)
    let fit = try SpatialFlowModel().fit(design, form: .all)
    let direct = try LU(Self.dense(design, fit.dependence)).logAbsoluteDeterminant
    #expect(abs(try #require(fit.logDeterminant) - direct) < 1e-11)
  }

  @Test func missingPairsGiveTheDeterminantOfTheirMatrix() throws {
    let areas = Self.areas(9, "a", try Self.nearest(9))
    let design = try Self.design(areas, areas, rho: [0.4, 0.2, 0.1], noise: 0.5) {
      ($0 + 2 * $1) % 4 != 0
    }
    #expect(!design.lags.isComplete)
    let fit = try SpatialFlowModel().fit(design, form: .all)
    let direct = try LU(Self.dense(design, fit.dependence)).logAbsoluteDeterminant
    #expect(abs(try #require(fit.logDeterminant) - direct) < 1e-11)
  }

  @Test func theSeparableModelIsTheProductOfItsFilters() throws {
    let areas = Self.areas(9, "a", try Self.nearest(9))
    let design = try Self.design(areas, areas, rho: [0.5, 0.3, -0.15], noise: 0.5)
    let fit = try SpatialFlowModel().fit(design, form: .separable)
    let rho = fit.dependence
    #expect(abs(rho[2] + rho[0] * rho[1]) < 1e-15)
    let free = try SpatialFlowModel().fit(design, form: .all)
    #expect(try #require(fit.logLikelihood) <= (try #require(free.logLikelihood)) + 1e-9)
    // Slopes and curvature: the likelihood falls by half the square on either side.
    let error = fit.coefficients[0].standardError
    #expect(error > 0 && error < 0.2)
  }

  @Test(arguments: SpatialForm.allCases)
  func sixtyAreasGiveBackWhatTheyWereMadeOf(_ form: SpatialForm) throws {
    let areas = Self.areas(60, "a", try Self.nearest(60))
    let theta = [0.4, 0.3, -0.15].prefix(form.parameters.count)
    let rho = form.dependence(Array(theta))
    let design = try Self.design(areas, areas, rho: rho, noise: 0.5)
    let fit = try SpatialFlowModel().fit(design, form: form)
    let truth = Array(theta) + [3, 2, -1, -1.5]
    for (coefficient, value) in zip(fit.coefficients, truth) {
      #expect(
        abs(coefficient.estimate - value) < 5 * coefficient.standardError, "\(coefficient.term)")
    }
    // The first-order condition: residuals are orthogonal to the regressors.
    let moments = design.regressors.transposeTimes(fit.residuals)
    #expect(moments.allSatisfy { abs($0) < 1e-7 })
    guard form != .separable else { return }
    let twoStage = try SpatialFlowModel().fitTwoStage(design, form: form)
    for (coefficient, value) in zip(twoStage.coefficients, truth) {
      #expect(
        abs(coefficient.estimate - value) < 5 * coefficient.standardError, "\(coefficient.term)")
    }
  }

  @Test func twoStagesFindTheTruthWhereThereIsNoNoise() throws {
    let areas = Self.areas(12, "a", try Self.nearest(12))
    let design = try Self.design(areas, areas, rho: [0.4, 0.3, -0.15], noise: 0)
    let fit = try SpatialFlowModel().fitTwoStage(design, form: .all)
    for (coefficient, value) in zip(fit.coefficients, [0.4, 0.3, -0.15, 3, 2, -1, -1.5]) {
      #expect(abs(coefficient.estimate - value) < 1e-8, "\(coefficient.term)")
    }
  }

  @Test func expectedFlowsSolveTheSystemAndTheBestPredictionIsTheConditionalMean() throws {
    let areas = Self.areas(9, "a", try Self.nearest(9))
    for keep in [{ _, _ in true }, { ($0 + 2 * $1) % 5 != 0 }] as [(Int, Int) -> Bool] {
      let design = try Self.design(
        areas, areas, rho: [0.4, 0.3, -0.15], noise: 0.5, keeping: keep)
      let fit = try SpatialFlowModel().fit(design, form: .all)
      let A = Self.dense(design, fit.dependence)
      let direct = design.regressors.times(fit.delta)
      let trend = try fit.predictions(.trend)
      for (found, expected) in zip(A.times(trend), direct) {
        #expect(abs(found - expected) < 1e-11)
      }
      let signal = try fit.predictions(.signal)
      for (row, residual) in fit.residuals.enumerated() {
        #expect(abs(design.response[row] - signal[row] - residual) < 1e-11)
      }
      // Under y ~ N(trend, σ² (A'A)⁻¹) the mean of one flow given the others.
      let Q = A.gram()
      let best = try fit.predictions(.best)
      for row in stride(from: 0, to: design.count, by: 7) {
        var sum = 0.0
        for other in 0..<design.count where other != row {
          sum += Q[row, other] * (design.response[other] - trend[other])
        }
        #expect(abs(best[row] - (trend[row] - sum / Q[row, row])) < 1e-10)
      }
    }
  }

  @Test func impactsAddUpAndVanishFromTheNetworkWithoutDependence() throws {
    let areas = Self.areas(9, "a", try Self.nearest(9))
    let design = try Self.design(areas, areas, rho: [0.4, 0.3, -0.15], noise: 0.5)
    let plain = try SpatialFlowModel().fit(design, form: .independent)
    let alone = try plain.impacts(of: "x")
    let (d, o) = (plain.delta[1], plain.delta[2])
    #expect(abs(alone.network) < 1e-12)
    #expect(abs(alone.origin - 8 * o) < 1e-9)
    #expect(abs(alone.destination - 8 * d) < 1e-9)
    #expect(abs(alone.intra - (o + d)) < 1e-9)
    let fit = try SpatialFlowModel().fit(design, form: .all)
    let impact = try fit.impacts(of: "x")
    // Rows of W sum to 1, so one unit in every area moves every flow by (δ_d + δ_o) / (1 − Σρ).
    let everywhere = 81 * (fit.delta[1] + fit.delta[2]) / (1 - fit.dependence.reduce(0, +))
    #expect(abs(impact.total * 9 - everywhere) < 1e-8)
    #expect(abs(impact.network) > 0.01)
  }

  /// Without dependence impacts are multiples of the coefficients, and so are their errors; with little
  /// noise a total has nearly the error of its linear part. 4,000 draws know a deviation to 1.1 per cent,
  /// of which four are allowed, and a quantile of 2.5 per cent to about 4 per cent of one.
  @Test func impactsHaveTheErrorsOfTheirCoefficients() throws {
    let areas = Self.areas(9, "a", try Self.nearest(9))
    let design = try Self.design(areas, areas, rho: [0.4, 0.3, -0.15], noise: 0.2)
    let plain = try SpatialFlowModel().fit(design, form: .independent)
    let alone = try plain.impactErrors(of: ["x"], draws: 4000, seed: 5, level: 0.95)
    #expect(alone.rows.map(\.kind) == ["origin", "destination", "intra", "network", "total"])
    let (d, o) = (plain.coefficients[1], plain.coefficients[2])
    for (row, (estimate, error)) in zip(
      alone.rows, [(8 * o.estimate, 8 * o.standardError), (8 * d.estimate, 8 * d.standardError)])
    {
      #expect(abs(row.estimate - estimate) < 1e-9)
      #expect(abs(row.standardError / error - 1) < 0.045, "\(row)")
      #expect(abs((row.high - row.low) / (2 * 1.96 * error) - 1) < 0.08, "\(row)")
    }
    #expect(abs(alone.rows[3].estimate) < 1e-12 && alone.rows[3].standardError < 1e-9)
    let fit = try SpatialFlowModel().fit(design, form: .all)
    let found = try fit.impactErrors(of: ["x"], draws: 4000, seed: 5, level: 0.95)
    // total = 9 (δ_d + δ_o) / (1 − Σρ).
    let rest = 1 - fit.dependence.reduce(0, +)
    let sum = fit.delta[1] + fit.delta[2]
    var slopes = [Double](repeating: 0, count: fit.coefficients.count)
    for k in 0..<3 { slopes[k] = 9 * sum / (rest * rest) }
    for k in 4...5 { slopes[k] = 9 / rest }
    let size = fit.coefficients.count + 1
    var variance = 0.0
    for a in slopes.indices {
      for b in slopes.indices {
        variance += slopes[a] * slopes[b] * fit.covarianceMatrix[a * size + b]
      }
    }
    let total = found.rows[4]
    #expect(abs(total.estimate - 9 * sum / rest) < 1e-7)
    #expect(abs(total.standardError / variance.squareRoot() - 1) < 0.1, "\(total) \(variance)")
    #expect(total.low < total.estimate && total.estimate < total.high)
    let one = try fit.impactErrors(of: ["x"], draws: 60, seed: 5, level: 0.8, threads: 1)
    let three = try fit.impactErrors(of: ["x"], draws: 60, seed: 5, level: 0.8, threads: 3)
    #expect(one.rows == three.rows)
  }

  /// Pairs left out have no series: the same errors from solutions area by area, of the same draws.
  @Test func impactErrorsAreThoseOfSolutionsAreaByArea() throws {
    let areas = Self.areas(8, "a", try Self.nearest(8))
    let whole = try Self.design(areas, areas, rho: [0.3, 0.2, -0.1], noise: 0.3)
    let part = try Self.design(areas, areas, rho: [0.3, 0.2, -0.1], noise: 0.3) { i, j in
      i != j || i % 2 == 0
    }
    let fits = try [whole, part].map { try SpatialFlowModel().fit($0, form: .all) }
    #expect(fits[0].standardImpactDraws == 500 && fits[1].standardImpactDraws == 100)
    let errors = try fits.map { try $0.impactErrors(of: ["x"], draws: 100, seed: 2, level: 0.95) }
    for (a, b) in zip(errors[0].rows, errors[1].rows) where a.kind != "intra" {
      #expect(b.standardError > 0.4 * a.standardError && b.standardError < 2.5 * a.standardError)
    }
  }

  /// Flows from twelve areas to nine others: two spectra, two neighbourhoods.
  @Test func flowsToOtherAreasGiveBackWhatTheyWereMadeOf() throws {
    let origins = Self.areas(12, "a", try Self.nearest(12))
    let destinations = Self.areas(9, "b", try Self.nearest(9))
    let design = try Self.design(origins, destinations, rho: [0.4, 0.3, -0.15], noise: 0.3)
    let fit = try SpatialFlowModel().fit(design, form: .all)
    #expect(fit.stop == .decrement && fit.steps > 0)
    let truth = [0.4, 0.3, -0.15, 3, 2, -1, -1.5]
    for (coefficient, value) in zip(fit.coefficients, truth) {
      #expect(abs(coefficient.estimate - value) < 4 * coefficient.standardError, "\(coefficient)")
    }
    let impact = try fit.impacts(of: "x")
    #expect(impact.intra == 0 && abs(impact.network) > 0.001)
    let plain = try SpatialFlowModel().fit(design, form: .independent)
    #expect(plain.stop == .solved)
    let alone = try plain.impacts(of: "x")
    // One unit in each of 21 areas moves 108 flows by δ_o from the 12, by δ_d to the 9.
    #expect(abs(21 * alone.origin - 108 * plain.delta[2]) < 1e-8)
    #expect(abs(21 * alone.destination - 108 * plain.delta[1]) < 1e-8)
    #expect(abs(alone.network) < 1e-12)
  }

  /// All areas at once by the series, and one after the other by solving: the same impacts. Neighbours are not
  /// symmetric, and attributes come with lags and inside areas.
  @Test(arguments: [
    [0.4, 0.3, -0.15], [0.7, -0.2, 0.1], [-0.5, 0.6, 0.3], [0.55, 0.4, -0.22], [0, 0, 0.8],
  ])
  func impactsOfAllAreasAtOnceAreThoseAreaByArea(rho: [Double]) throws {
    let areas = Self.areas(9, "a", try Self.nearest(9))
    let design = try Self.design(
      areas, areas, rho: rho, noise: 0.5,
      terms: SpatialTerms(destination: ["x"], origin: ["x"], inside: ["x"]))
    let fit = try SpatialFlowModel().fit(design, form: .all)
    try #require(fit.dependence.contains { abs($0) > 0.1 })
    let each = try areas.names.map { area in
      fit.sorted(try fit.effect(of: "x", in: area, change: 1), by: area)
    }
    let found = try fit.impacts(of: "x")
    for part in [\SpatialImpact.origin, \.destination, \.intra, \.network] {
      let mean = each.reduce(0) { $0 + $1[keyPath: part] } / 9
      let size = each.reduce(0) { $0 + abs($1.total) }
      #expect(abs(found[keyPath: part] - mean) <= 1e-9 * max(1, size))
    }
  }

  @Test func whatCannotBeFittedIsSaid() throws {
    let areas = Self.areas(9, "a", try Self.nearest(9))
    func code(_ body: () throws -> Void) -> String? {
      do { try body() } catch { return (error as? Fault)?.code }
      return nil
    }
    #expect(
      code { _ = try SpatialWeights(count: 3, links: [.init(1, 1)]) } == "spatial.own-neighbour")
    #expect(
      code { _ = try SpatialWeights(count: 3, links: [.init(1, 2), .init(1, 2)]) }
        == "spatial.link-twice")
    let pairs = (0..<9).flatMap { i in (0..<9).map { (origin: i, destination: $0) } }
    func design(_ terms: SpatialTerms, _ variables: [(name: String, values: [Double])] = [])
      throws -> SpatialFlowDesign
    {
      try SpatialFlowDesign(
        origins: areas, destinations: areas, pairs: pairs,
        response: pairs.map { Double($0.origin) },
        terms: terms, pairVariables: variables)
    }
    #expect(
      code { _ = try design(SpatialTerms(destination: ["y"], origin: [])) }
        == "spatial.attribute-unknown")
    let twice = [Double](repeating: 2, count: 81)
    #expect(
      code {
        _ = try SpatialFlowModel().fit(
          design(SpatialTerms(destination: ["x"], origin: []), [("two", twice)]), form: .all)
      } == "spatial.collinear")
  }

  @Test func flowsComeOutOfAParquetFile() throws {
    let table = Table(
      "flows",
      [
        .text("orig", ["a", "a", "b", "b"]), .text("dest", ["a", "b", "a", nil]),
        .integer("flow", [10, 20, nil, 40]), .real("km", [0.5, 10, 10, 0.5]),
      ])
    let data = FlowData(try readParquet(writeParquet(table), file: "flows.parquet"))
    #expect(data.count == 4 && data.columnNames == ["orig", "dest", "flow", "km"])
    let fit = try LinearFlowModel().fit(
      Formula.parse("flow ~ km"), data, RegressionOptions(covariance: .iid))
    #expect(fit.rows == [0, 1, 3])
    #expect(fit.dropped.first?.lines == [3])
  }
}
