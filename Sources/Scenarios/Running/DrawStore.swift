import Demography
import Kernel
import Projection

/// The records of all draws of one variant.
struct DrawStore: Sendable {
  let layout: RecordLayout
  let draws: Int
  /// Place p of draw k at `p · draws + k`, as summaries read them.
  private let values: [Double]

  init(_ simulation: Simulation, draws: Int, threads: Int?) {
    layout = simulation.layout
    self.draws = draws
    values = parallelColumns(rows: layout.length, columns: draws, threads: threads) { k, record in
      simulation.run(draw: k, record: &record)
    }
  }

  /// The median path alone, as if it were a draw.
  init(median simulation: Simulation) {
    layout = simulation.layout
    draws = 1
    var record = [Double](repeating: 0, count: simulation.layout.length)
    var span = record.mutableSpan
    simulation.run(draw: nil, record: &span)
    values = record
  }

  private init(_ layout: RecordLayout, draws: Int, values: [Double]) {
    self.layout = layout
    self.draws = draws
    self.values = values
  }

  /// As many draws, those of the store over and over.
  func copied(draws wanted: Int) -> DrawStore {
    let count = values.count / max(1, draws)
    var copies = [Double](repeating: 0, count: count * wanted)
    for place in 0..<count {
      for k in 0..<wanted { copies[place * wanted + k] = values[place * draws + k % draws] }
    }
    return DrawStore(layout, draws: wanted, values: copies)
  }

  subscript(draw k: Int, place: Int) -> Double { values[place * draws + k] }

  /// The sum of some places in every draw.
  func sums(_ places: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: draws)
    for place in places {
      let start = place * draws
      for k in 0..<draws { sums[k] += values[start + k] }
    }
    return sums
  }

  /// The largest residual of a regional account in any year of any draw; NaN where one is no number.
  var largestResidual: Double {
    (0..<draws).reduce(0) { worst, draw in
      let residual = self[draw: draw, layout.checkStart]
      return residual <= worst || worst.isNaN ? worst : residual
    }
  }

  /// Cohorts whose step was split, over all draws.
  var splitCohorts: Double {
    (0..<draws).reduce(0) { $0 + self[draw: $1, layout.checkStart + 1] }
  }
}

extension DrawStore {
  /// Cells below zero at the end of a year, over all draws.
  var negativeCells: Double {
    (0..<draws).reduce(0) { $0 + self[draw: $1, layout.checkStart + 4] }
  }

  /// Cells that more would leave than are there, over all draws.
  var overdrawnCells: Double {
    (0..<draws).reduce(0) { $0 + self[draw: $1, layout.checkStart + 2] }
  }

  /// Refuses levers that take away more people than there are.
  ///
  /// - Throws: `scenario.below-zero` where cells stand below zero that do not in the baseline.
  func checkNobodyIsMissing(
    _ scenario: String, _ variant: String, beside baseline: DrawStore
  ) throws(Faults) {
    guard negativeCells > 0, baseline.negativeCells == 0 else { return }
    throw Faults(
      Fault(
        .checkFailed, "scenario.below-zero",
        ["scenario": scenario, "variant": variant, "cells": text(negativeCells)]))
  }

  /// - Throws: `Faults` when the flows of a draw did not meet their margins, when people appeared or
  ///   vanished in any draw, or moved who were not there, when a total of a constraint was not met, or
  ///   when there are more people than whole numbers count (2^53).
  func check(_ scenario: String, _ variant: String) throws(Faults) {
    for draw in 0..<draws where self[draw: draw, layout.checkStart + 3] != 0 {
      let error = self[draw: draw, layout.checkStart + 3]
      throw Faults(ProjectionError.marginsNotMet(draw: draw, error: error).fault)
    }
    for draw in 0..<draws where self[draw: draw, layout.checkStart + 10] != 0 {
      throw Faults(unbounded(self[draw: draw, layout.checkStart + 10], draw, scenario, variant))
    }
    for draw in 0..<draws where self[draw: draw, layout.checkStart + 5] != 0 {
      throw Faults(unmet(draw, scenario, variant))
    }
    // Before the accounts: such cells can break them.
    guard overdrawnCells == 0 else {
      throw Faults(
        Fault(
          .checkFailed, "scenario.overdrawn",
          ["scenario": scenario, "variant": variant, "cells": text(overdrawnCells)]))
    }
    let everybody = largestCountry
    guard !(everybody >= 0x1p53) else {
      throw Faults(
        Fault(
          .badConfiguration, "scenario.population-size",
          ["persons": text(everybody.rounded()), "scenario": scenario, "variant": variant]))
    }
    let residual = largestResidual
    let largest = largestPopulation
    // Sums over so many people are not known to 1e-7 persons: sixteen digits at most.
    guard residual < 1e-7 || !layout.isConstrained || !(residual <= 1e-13 * largest) else {
      throw Faults(
        Fault(
          .badConfiguration, "scenario.constraint-size",
          ["persons": text(largest.rounded()), "scenario": scenario, "variant": variant]))
    }
    // The engine closes each account to rounding: an account has nine terms, each rounded to 2^-53 of
    // the people there, together 1e-15 of them. That is below 1e-7 up to a hundred million.
    guard residual < max(1e-7, 1e-15 * largest) else {
      throw Faults(ProjectionError.identityBroken(region: -1, period: -1, residual: residual).fault)
    }
  }
}

extension DrawStore {
  /// The most people of a region in any year of any draw.
  private var largestPopulation: Double {
    var largest = 0.0
    for step in 0...layout.steps {
      for region in 0..<layout.regions {
        let place = layout.band(.total, step: step, region: region)
        for draw in 0..<draws { largest = max(largest, self[draw: draw, place]) }
      }
    }
    return largest
  }

  /// The most people of the country in any year of any draw.
  private var largestCountry: Double {
    var largest = 0.0
    for step in 0...layout.steps {
      let places = (0..<layout.regions).map { layout.band(.total, step: step, region: $0) }
      largest = max(largest, sums(places).max() ?? 0)
    }
    return largest
  }

  /// What was wanted of a total that a draw did not meet, what it came to, and why.
  private func unmet(_ draw: Int, _ scenario: String, _ variant: String) -> Fault {
    let place = Int(self[draw: draw, layout.checkStart + 5]) - 1
    let components = Constraint.Component.allCases.map(\.rawValue)
    let component = place % 8 < components.count ? components[place % 8] : "population"
    let part = Constraint.Part(
      code: Int(self[draw: draw, layout.checkStart + 6]), regions: layout.regions
    ).name(layout.areas)
    let reason = ComponentFactors.Miss.Reason(
      rawValue: Int(self[draw: draw, layout.checkStart + 9]))
    return Fault(
      .checkFailed,
      reason == .contradiction ? "scenario.constraint-contradiction" : "scenario.constraint-unmet",
      [
        "component": part.isEmpty ? component : component + " " + part,
        "step": String(place / 8 + 1), "draw": String(draw), "scenario": scenario,
        "variant": variant,
        "year": String(layout.launch + (place / 8 + (place % 8 == 7 ? 1 : 0)) * layout.stepYears),
        "wanted": rounded(self[draw: draw, layout.checkStart + 7]),
        "found": rounded(self[draw: draw, layout.checkStart + 8]),
      ])
  }

  /// Three decimals, enough for a message.
  private func rounded(_ value: Double) -> String { text((value * 1000).rounded() / 1000) }

  /// A rate for which no piece of a year is short enough.
  private func unbounded(
    _ number: Double, _ draw: Int, _ scenario: String, _ variant: String
  ) -> Fault {
    let found = layout.unbounded(number)
    let (sex, age) = found.cell.quotientAndRemainder(dividingBy: layout.ages)
    return Fault(
      .checkFailed, "scenario.rate-unbounded",
      [
        "component": found.component.rawValue, "area": layout.areas[found.region],
        "sex": (Sex(rawValue: sex) ?? .female).code, "age": String(age * layout.stepYears),
        "step": String(found.step + 1), "draw": String(draw), "scenario": scenario,
        "variant": variant,
      ])
  }
}

/// What a reader is shown of a sample of draws; all NaN where a draw has no value.
struct Summary: Sendable {
  let mean: Double
  let lower95: Double
  let lower80: Double
  let median: Double
  let upper80: Double
  let upper95: Double
  let probabilityAboveZero: Double

  init(_ draws: [Double]) {
    let values = Statistics.quantiles(draws, [0.025, 0.1, 0.5, 0.9, 0.975])
    mean = draws.reduce(0, +) / Double(draws.count)
    lower95 = values[0]
    lower80 = values[1]
    median = values[2]
    upper80 = values[3]
    upper95 = values[4]
    // A draw without a value is neither above nor below.
    probabilityAboveZero =
      median.isNaN ? .nan : Double(draws.count { $0 > 0 }) / Double(draws.count)
  }
}
