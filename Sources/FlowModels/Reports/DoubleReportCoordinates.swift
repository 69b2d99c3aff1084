import Glibc
import Kernel

/// The coordinates in which the chains of `DoubleReportModel` run.
///
/// Deviations by logarithm, shares by logit. Instead of ψ0_c the level a corridor's flows are seen at:
/// `b_c = ψ0_c + x̄_c'β + ψ1_c l_c`, x̄_c the mean covariates and l_c the mean logarithm of the reports of
/// the corridor, which are fixed: covariates hardly vary within a corridor and flows hardly move, so
/// that β, ψ0_c and ψ1_c are known together, not each (hierarchical centring: Gelfand, Sahu & Carlin
/// 1995, Biometrika 82). That map has determinant 1. Instead of the y of a cell with reports its distance
/// from their mean with weights `w = σ_a⁻²`, in units of `P = Σ w + σ_y⁻²`:
/// `q = (y − Σ w (m − ln λ + ln f) / Σ w) √P`. Reports are known to a hundredth, and y is held to them by σ_a:
/// where that becomes small, y and m would leave no room for the steps that suit a large one.
///
/// Order: ln σ_y, ln σ_a (2), ln σ_ψ (2), β, ψ0, logit ψ1, logit λ (3 + 3), b, ψ1_c, q or y, m.
struct DoubleReportCoordinates: Sendable {
  let model: DoubleReportModel
  private let count: Int
  private let covariates: Int
  /// By corridor: l_c.
  private let centres: [Double]
  /// x̄, `corridors · covariates`, and x − x̄, `cells · covariates`, covariate fastest.
  private let means: [Double]
  private let distances: [Double]
  /// −ln f, by report.
  private let offsets: [Double]
  /// Places of the reports of each cell.
  private let reportsOfCell: [[Int]]

  init(_ model: DoubleReportModel) {
    self.model = model
    let reports = model.reports
    let (count, periods) = (reports.corridors.count, reports.periods.count)
    let x = reports.standardised
    self.count = count
    covariates = x.columns
    var means: [Double] = []
    for c in 0..<count {
      for k in 0..<x.columns {
        means.append(Statistics.mean((0..<periods).map { x[c + $0 * count, k] }))
      }
    }
    self.means = means
    distances = (0..<reports.cells).flatMap { n in
      (0..<x.columns).map { x[n, $0] - means[n % count * x.columns + $0] }
    }
    offsets = reports.reports.map { -Glibc.log(reports.durations[$0.duration]) }
    var places = [[Int]](repeating: [], count: reports.cells)
    for (r, report) in reports.reports.enumerated() { places[report.cell].append(r) }
    reportsOfCell = places
    let logs = reports.reports.map { (cell: $0.cell, log: Glibc.log($0.count + 0.5)) }
    let all = Statistics.mean(logs.map(\.log))
    centres = (0..<count).map { c in
      let own = logs.filter { $0.cell % count == c }.map(\.log)
      return own.isEmpty ? all : Statistics.mean(own)
    }
  }

  private var firstCoefficient: Int { 5 }
  private var firstCentre: Int { 5 + covariates }
  private var firstLambda: Int { firstCentre + 2 }
  private var firstLevel: Int { firstLambda + 6 }
  private var firstPersistence: Int { firstLevel + count }
  private var firstFlow: Int { firstPersistence + count }
  private var firstReport: Int { firstFlow + model.reports.cells }

  private func shift(_ c: Int, _ coefficients: ArraySlice<Double>) -> Double {
    var sum = 0.0
    for (k, beta) in coefficients.enumerated() { sum += means[c * covariates + k] * beta }
    return sum
  }

  func point(_ x: [Double]) -> DoubleReportModel.Point {
    let beta = x[firstCoefficient..<firstCentre]
    let persistences = Array(x[firstPersistence..<firstFlow])
    let misses = logShares(x)
    return DoubleReportModel.Point(
      flowDeviation: Glibc.exp(x[0]), reportDeviations: x[1...2].map { Glibc.exp($0) },
      corridorDeviations: x[3...4].map { Glibc.exp($0) }, coefficients: Array(beta),
      centres: [x[firstCentre], logistic(x[firstCentre + 1])],
      arrivals: x[firstLambda..<firstLambda + 3].map { logistic($0) },
      departures: x[firstLambda + 3..<firstLevel].map { logistic($0) },
      levels: (0..<count).map {
        x[firstLevel + $0] - shift($0, beta) - persistences[$0] * centres[$0]
      },
      persistences: persistences,
      logFlows: (0..<model.reports.cells).map {
        tie($0, x, misses).flow(x[firstFlow + $0])
      },
      logReports: Array(x[firstReport...]))
  }

  /// Reports as they came, corridors at their means, the rest near its prior, shaken.
  func start(using stream: inout RandomStream) -> [Double] {
    let reports = model.reports
    var x = [-1.5, -1.5, -1.5, 0, -2.5] + [Double](repeating: 0, count: covariates)
    x += [Statistics.mean(centres), -3]
    x += (DoubleReportModel.arrivalPriors + DoubleReportModel.departurePriors).map {
      logit($0.mean)
    }
    x += centres + centres.map { _ in 0.03 }
    x += (0..<reports.cells).map { centres[$0 % count] }
    x += reports.reports.map { Glibc.log($0.count + 0.5) }
    for n in 0..<reports.cells where !reportsOfCell[n].isEmpty { x[firstFlow + n] = 0 }
    for k in x.indices { x[k] += (k < firstFlow ? 0.2 : 0.05) * stream.normal() }
    for c in 0..<count { x[firstPersistence + c] = 0.03 + 0.01 * stream.normal() }
    return x
  }

  /// Logarithm of the density in these coordinates up to a constant, with its gradient.
  func density(_ x: [Double], _ gradient: inout [Double]) -> Double {
    for k in gradient.indices { gradient[k] = 0 }
    let misses = logShares(x)
    let ties = (0..<model.reports.cells).map { tie($0, x, misses) }
    var z = x
    for n in ties.indices { z[firstFlow + n] = ties[n].flow(x[firstFlow + n]) }
    var value = flows(z, &gradient) + counts(z, &gradient)
    for n in ties.indices where !reportsOfCell[n].isEmpty {
      value += untie(n, ties[n], x, misses, &gradient)
    }
    return value + corridors(x, &gradient) + priors(x, &gradient)
  }

  /// How y hangs on q in a cell: `y = centre + scale · q`; y itself without reports.
  private struct Tie {
    var centre = 0.0
    var scale = 1.0
    /// Σ w by class of accuracy, and σ_y⁻².
    var weights = (0.0, 0.0)
    var own = 0.0

    func flow(_ q: Double) -> Double { centre + scale * q }
  }

  /// ln λ of the classes, arrivals then departures.
  private func logShares(_ x: [Double]) -> [Double] {
    (0..<6).map { -log1pExp(-x[firstLambda + $0]) }
  }

  /// What a report says y is, apart from its error.
  private func said(_ r: Int, _ x: [Double], _ misses: [Double]) -> Double {
    let report = model.reports.reports[r]
    let side = report.isArrivals ? 0 : 3
    let reference = report.isReference ? misses[side] : 0
    return x[firstReport + r] - offsets[r] - misses[side + report.undercount.index] + reference
  }

  private func tie(_ n: Int, _ x: [Double], _ misses: [Double]) -> Tie {
    var tie = Tie()
    if reportsOfCell[n].isEmpty { return tie }
    for r in reportsOfCell[n] {
      let a = DoubleReportModel.deviationClass(model.reports.reports[r])
      let weight = Glibc.exp(-2 * x[1 + a])
      if a == 0 { tie.weights.0 += weight } else { tie.weights.1 += weight }
      tie.centre += weight * said(r, x, misses)
    }
    let total = tie.weights.0 + tie.weights.1
    tie.own = Glibc.exp(-2 * x[0])
    tie.centre /= total
    tie.scale = 1 / (total + tie.own).squareRoot()
    return tie
  }

  /// Carries the slope in y over to what y hangs on.
  /// - Returns: logarithm of `dy/dq`.
  private func untie(
    _ n: Int, _ tie: Tie, _ x: [Double], _ misses: [Double], _ gradient: inout [Double]
  ) -> Double {
    let slope = gradient[firstFlow + n]
    let total = tie.weights.0 + tie.weights.1
    let q = x[firstFlow + n]
    let square = tie.scale * tie.scale
    for r in reportsOfCell[n] {
      let a = DoubleReportModel.deviationClass(model.reports.reports[r])
      let share = Glibc.exp(-2 * x[1 + a]) / total
      gradient[firstReport + r] += slope * share
      gradient[1 + a] -= 2 * slope * share * (said(r, x, misses) - tie.centre)
      let report = model.reports.reports[r]
      let side = firstLambda + (report.isArrivals ? 0 : 3)
      let place = report.undercount.index
      gradient[side + place] -= slope * share * (1 - logistic(x[side + place]))
      if report.isReference { gradient[side] += slope * share * (1 - logistic(x[side])) }
    }
    let stretch = square * (slope * q * tie.scale + 1)
    gradient[0] += tie.own * stretch
    gradient[1] += tie.weights.0 * stretch
    gradient[2] += tie.weights.1 * stretch
    gradient[firstFlow + n] = slope * tie.scale
    return Glibc.log(tie.scale)
  }

  private func flows(_ x: [Double], _ gradient: inout [Double]) -> Double {
    let precision = Glibc.exp(-2 * x[0])
    var squares = 0.0
    for n in 0..<model.reports.cells {
      let c = n % count
      let psi = x[firstPersistence + c]
      let before = (n < count ? 0 : x[firstFlow + n - count]) - centres[c]
      var error = x[firstFlow + n] - x[firstLevel + c] - psi * before
      for k in 0..<covariates { error -= distances[n * covariates + k] * x[firstCoefficient + k] }
      squares += error * error
      let pull = error * precision
      gradient[firstFlow + n] -= pull
      if n >= count { gradient[firstFlow + n - count] += pull * psi }
      gradient[firstLevel + c] += pull
      gradient[firstPersistence + c] += pull * before
      for k in 0..<covariates {
        gradient[firstCoefficient + k] += pull * distances[n * covariates + k]
      }
    }
    let cells = Double(model.reports.cells)
    gradient[0] += squares * precision - cells
    return -0.5 * squares * precision - cells * x[0]
  }

  private func counts(_ x: [Double], _ gradient: inout [Double]) -> Double {
    let lambdas = (0..<6).map { logistic(x[firstLambda + $0]) }
    let logs = (0..<6).map { -log1pExp(-x[firstLambda + $0]) }
    let precisions = [Glibc.exp(-2 * x[1]), Glibc.exp(-2 * x[2])]
    let expected = Kernel.exp(Array(x[firstReport...]))
    var value = 0.0
    var slopes = [Double](repeating: 0, count: 6)
    for (r, report) in model.reports.reports.enumerated() {
      let side = report.isArrivals ? 0 : 3
      let u = side + report.undercount.index
      let accuracy = DoubleReportModel.deviationClass(report)
      let m = x[firstReport + r]
      var error = m - x[firstFlow + report.cell] - logs[u] - offsets[r]
      if report.isReference { error += logs[side] }
      let pull = error * precisions[accuracy]
      value += -0.5 * error * pull - x[1 + accuracy] + report.count * m - expected[r]
      gradient[firstReport + r] += report.count - expected[r] - pull
      gradient[firstFlow + report.cell] += pull
      slopes[u] += pull
      if report.isReference { slopes[side] -= pull }
      gradient[1 + accuracy] += error * pull - 1
    }
    for k in 0..<6 { gradient[firstLambda + k] += slopes[k] * (1 - lambdas[k]) }
    return value
  }

  private func corridors(_ x: [Double], _ gradient: inout [Double]) -> Double {
    let beta = x[firstCoefficient..<firstCentre]
    let psi = logistic(x[firstCentre + 1])
    let precisions = [Glibc.exp(-2 * x[3]), Glibc.exp(-2 * x[4])]
    var value = -Double(count) * (x[3] + x[4])
    for c in 0..<count {
      let own = x[firstPersistence + c]
      let level = x[firstLevel + c] - shift(c, beta) - own * centres[c] - x[firstCentre]
      let pull = level * precisions[0]
      gradient[firstLevel + c] -= pull
      gradient[firstPersistence + c] += pull * centres[c]
      gradient[firstCentre] += pull
      for k in 0..<covariates {
        gradient[firstCoefficient + k] += pull * means[c * covariates + k]
      }
      gradient[3] += level * pull - 1
      let distance = own - psi
      let back = distance * precisions[1]
      gradient[firstPersistence + c] -= back
      gradient[firstCentre + 1] += back * psi * (1 - psi)
      gradient[4] += distance * back - 1
      value -= 0.5 * (level * pull + distance * back)
    }
    return value
  }

  /// With the Jacobians of logarithms and logits.
  private func priors(_ x: [Double], _ gradient: inout [Double]) -> Double {
    var value = 0.0
    let scales = [DoubleReportModel.flowScale, 0, 0] + DoubleReportModel.corridorScales
    for k in [0, 3, 4] {
      let ratio = Glibc.exp(x[k]) / scales[k]
      value += x[k] - 0.5 * ratio * ratio
      gradient[k] += 1 - ratio * ratio
    }
    let degrees = DoubleReportModel.reportDegrees
    for k in 1...2 {
      let ratio = Glibc.exp(x[k]) / DoubleReportModel.reportScale
      let square = ratio * ratio
      value += x[k] - 0.5 * (degrees + 1) * log1p(square / degrees)
      gradient[k] += 1 - (degrees + 1) * square / (degrees + square)
    }
    for k in firstCoefficient..<firstCentre {
      let scale = DoubleReportModel.coefficientScale
      value -= 0.5 * x[k] * x[k] / (scale * scale)
      gradient[k] -= x[k] / (scale * scale)
    }
    let (level, persistence) = (
      DoubleReportModel.centreScales[0], DoubleReportModel.centreScales[1]
    )
    value -= 0.5 * x[firstCentre] * x[firstCentre] / (level * level)
    gradient[firstCentre] -= x[firstCentre] / (level * level)
    let w = x[firstCentre + 1]
    let psi = logistic(w)
    value -= 0.5 * psi * psi / (persistence * persistence) + log1pExp(-w) + log1pExp(w)
    gradient[firstCentre + 1] +=
      -psi * psi * (1 - psi) / (persistence * persistence) + 1 - 2 * psi
    let priors = DoubleReportModel.arrivalPriors + DoubleReportModel.departurePriors
    for (k, prior) in priors.enumerated() {
      let u = x[firstLambda + k]
      let lambda = logistic(u)
      value -= prior.a * log1pExp(-u) + prior.b * log1pExp(u)
      gradient[firstLambda + k] += prior.a * (1 - lambda) - prior.b * lambda
    }
    return value
  }
}
