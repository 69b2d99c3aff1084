import Glibc
import Kernel

/// Centre and log scale of a logistic distribution as linear functions of regressors, by least mean CRPS.
///
/// Gneiting, Raftery, Westveld and Goldman (2005), Monthly Weather Review 133, 1098–1118: estimation by the
/// score that forecasts are judged with. For the logistic distribution of centre m and scale s the CRPS of y is
/// `s (z − 2 ln F(z) − 1)`, `z = (y − m)/s`, and its derivative by z is `2 F(z) − 1`. Few large errors do not
/// rule it, as they would rule a likelihood of normal errors.
struct CRPSRegression: Sendable {
  /// Of the centre, then of the log scale.
  let coefficients: [Double]

  /// Towards the centre 0.7 of the last value, and a scale that goes with the root of the mean step. Weak: as
  /// much as two thousandths of the unit for every squared unit of distance, in mean CRPS.
  private static let ridge = 5e-4
  static let prior: [Double] = {
    var values = [Double](repeating: 0, count: PanelRow.centreCount + PanelRow.scaleCount)
    values[0] = 0.7
    values[PanelRow.centreCount] = -1
    values[PanelRow.centreCount + 3] = 0.5
    return values
  }()

  /// - Parameter start: coefficients to begin from.
  /// - Throws: `KernelError` where the search does not converge.
  init(_ rows: [PanelRow], _ outcomes: [Double], start: [Double]) throws(KernelError) {
    let search = LBFGS(memory: 20, gradientTolerance: 1e-6, valueTolerance: 1e-10)
    coefficients = try search.minimise(from: start) { x, gradient in
      Self.objective(rows, outcomes, x, &gradient)
    }.point
  }

  func centre(_ row: PanelRow) -> Double { Self.centre(row, coefficients) }
  func scale(_ row: PanelRow) -> Double { Self.scale(row, coefficients) }

  private static func centre(_ row: PanelRow, _ x: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<PanelRow.centreCount { sum += x[i] * row.centre[i] }
    return sum
  }

  private static func scale(_ row: PanelRow, _ x: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<PanelRow.scaleCount { sum += x[PanelRow.centreCount + i] * row.scale[i] }
    return Glibc.exp(sum)
  }

  private static func objective(
    _ rows: [PanelRow], _ outcomes: [Double], _ x: [Double], _ gradient: inout [Double]
  ) -> Double {
    var total = 0.0
    for (row, y) in zip(rows, outcomes) {
      let s = scale(row, x)
      let z = (y - centre(row, x)) / s
      // −ln F(z) and F(z) without overflow on either side.
      let tail = Glibc.log1p(Glibc.exp(-abs(z)))
      let minusLog = z < 0 ? tail - z : tail
      let slope = 2 * Glibc.exp(-minusLog) - 1
      let score = z + 2 * minusLog - 1
      total += s * score
      for i in 0..<PanelRow.centreCount { gradient[i] -= slope * row.centre[i] }
      let ofScale = s * (score - z * slope)
      for i in 0..<PanelRow.scaleCount {
        gradient[PanelRow.centreCount + i] += ofScale * row.scale[i]
      }
    }
    let share = 1 / Double(rows.count)
    var penalty = 0.0
    for i in x.indices {
      let far = x[i] - prior[i]
      penalty += far * far
      gradient[i] = gradient[i] * share + 2 * ridge * far
    }
    return total * share + ridge * penalty
  }
}
