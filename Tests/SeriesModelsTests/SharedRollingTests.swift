import Foundation
import SeriesModels
import Testing

/// Errors of rolling origins against R 4.2.2, forecast 8.20, `tsCV`: place t holds y[t + h] less what the first t
/// values forecast; places R does not compute are missing.
@Suite struct SharedRollingTests {
  private static func errors(
    _ model: any SeriesModel, _ series: TimeSeries, steps: Int, initial: Int
  ) throws -> [[Double]] {
    let y = series.values
    return try y.indices.map { t in
      let none = [Double](repeating: .nan, count: steps)
      guard t >= initial, t + 1 < y.count else { return none }
      let ahead = try model.fit(series.prefix(t + 1)).predictive(steps, seed: 1).medians
      return (0..<steps).map { t + 1 + $0 < y.count ? y[t + 1 + $0] - ahead[$0] : .nan }
    }
  }

  private static func compare(
    _ ours: [Double], _ theirs: [Double], within tolerance: Double, _ name: String
  ) {
    #expect(ours.count == theirs.count, "\(name)")
    for (t, (a, b)) in zip(ours, theirs).enumerated() {
      #expect(a.isNaN == b.isNaN && !(abs(a - b) > tolerance), "\(name) \(t)")
    }
  }

  /// R forecasts from one value as well, where nothing is known of its changes; that place is left out.
  @Test func errorsOfRollingOriginsAreThoseOfR() throws {
    guard let golden = try Golden.expected("r_tscv"),
      let used = try Golden.expected("series_used")
    else { return }
    let lh = TimeSeries("lh", of: used)
    Self.compare(
      try Self.errors(NaiveModel(), lh, steps: 1, initial: 1).dropFirst().map { $0[0] },
      Array(golden.numbers("lh_naive_h1").dropFirst()), within: 1e-12, "naive")
    let order = ARIMAOrder(1, 0, 0, hasConstant: true)
    Self.compare(
      try Self.errors(ARIMAModel(order: order), lh, steps: 1, initial: 20).map { $0[0] },
      golden.numbers("lh_ar1_h1_initial20"), within: 1e-4, "ar1")
    let rows = (golden.object["KZ_rwf_h3"] as? [[Any]] ?? []).map { row in
      row.map { ($0 as? NSNumber)?.doubleValue ?? .nan }
    }
    let net = TimeSeries("mig_KZ", of: used)
    try #require(rows.count == net.count)
    for (t, (a, b)) in zip(
      try Self.errors(NaiveModel(), net, steps: 3, initial: 20), rows
    ).enumerated() {
      Self.compare(a, b, within: 1e-9 * 500, "KZ \(t)")
    }
  }
}
