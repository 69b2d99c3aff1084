import Glibc
import Kernel

/// True flows behind two reports of each, with what registers miss and how exactly they count.
///
/// The integrated model of European migration in the form of A. Wiśniowski (MigMod; Raymer et al. 2013):
/// with y the logarithm of the true flow, c a corridor, x covariates,
/// `y_c1 = ψ0_c + x'β + σ_y ε`, `y_ct = ψ0_c + ψ1_c y_c,t−1 + x'β + σ_y ε`;
/// a report z is `Poisson(e^m)`, `m ~ N(y + ln λ_u − ln f, σ_a)`, with λ by class of undercount, apart for
/// arrivals and departures, σ_a by class of accuracy (low and medium together, high), and f the factor
/// that turns the report's criterion of stay into twelve months. Reference reports have
/// `λ_u / λ_low`. Priors: `σ_y ~ N⁺(0, 5)`, `σ_a ~` folded t(2.5; 0, 25), `β ~ N(0, 5)`,
/// `ψ0_c ~ N(ψ0, σ_ψ0)`, `ψ1_c ~ N(ψ1, σ_ψ1)`, `ψ0 ~ N(0, 3)`, `ψ1 ~ N(0, 0.1)` on (0, 1),
/// `σ_ψ0 ~ N⁺(0, 3)`, `σ_ψ1 ~ N⁺(0, 1)`, λ beta, by expert opinion in IMEM.
public struct DoubleReportModel: Sendable {
  /// Values of all parameters.
  public struct Point: Hashable, Sendable {
    public var flowDeviation: Double
    /// σ_a of low or medium accuracy, and of high.
    public var reportDeviations: [Double]
    /// σ_ψ0 and σ_ψ1.
    public var corridorDeviations: [Double]
    public var coefficients: [Double]
    /// ψ0 and ψ1.
    public var centres: [Double]
    /// λ of arrivals for low, medium and high undercount, in (0, 1).
    public var arrivals: [Double]
    /// The same of departures.
    public var departures: [Double]
    /// ψ0_c.
    public var levels: [Double]
    /// ψ1_c.
    public var persistences: [Double]
    /// y, corridor fastest.
    public var logFlows: [Double]
    /// m, in the order of the reports.
    public var logReports: [Double]

    public init(
      flowDeviation: Double, reportDeviations: [Double], corridorDeviations: [Double],
      coefficients: [Double], centres: [Double], arrivals: [Double], departures: [Double],
      levels: [Double], persistences: [Double], logFlows: [Double], logReports: [Double]
    ) {
      self.flowDeviation = flowDeviation
      self.reportDeviations = reportDeviations
      self.corridorDeviations = corridorDeviations
      self.coefficients = coefficients
      self.centres = centres
      self.arrivals = arrivals
      self.departures = departures
      self.levels = levels
      self.persistences = persistences
      self.logFlows = logFlows
      self.logReports = logReports
    }
  }

  static let arrivalPriors = [
    Beta(a: 57.490667, b: 8.066021), Beta(a: 57.490667, b: 8.066021),
    Beta(a: 44.56385, b: 20.89134),
  ]
  static let departurePriors = [
    Beta(a: 44.94987, b: 16.9579), Beta(a: 44.94987, b: 16.9579), Beta(a: 32.1352, b: 38.52081),
  ]
  static let flowScale = 5.0
  static let reportScale = 25.0
  static let reportDegrees = 2.5
  static let corridorScales = [3.0, 1.0]
  static let coefficientScale = 5.0
  static let centreScales = [3.0, 0.1]

  public let reports: DoubleReports

  public init(_ reports: DoubleReports) { self.reports = reports }

  static func deviationClass(_ report: DoubleReports.Report) -> Int {
    report.accuracy == .high ? 1 : 0
  }

  /// Mean of y in a cell.
  func mean(_ cell: Int, _ point: Point) -> Double {
    let corridor = cell % reports.corridors.count
    var mean = point.levels[corridor]
    if cell >= reports.corridors.count {
      mean += point.persistences[corridor] * point.logFlows[cell - reports.corridors.count]
    }
    for k in point.coefficients.indices {
      mean += reports.standardised[cell, k] * point.coefficients[k]
    }
    return mean
  }

  /// Logarithm of the density of reports and parameters together, with all constants; −∞ outside the
  /// support.
  public func logJoint(_ point: Point) -> Double {
    let lambdas = point.arrivals + point.departures
    let deviations = [point.flowDeviation] + point.reportDeviations + point.corridorDeviations
    guard lambdas.allSatisfy({ $0 > 0 && $0 < 1 }), deviations.allSatisfy({ $0 > 0 }),
      point.centres[1] > 0, point.centres[1] < 1
    else { return -.infinity }
    var terms = priorTerms(point)
    for cell in 0..<reports.cells {
      let flow = Normal(mean: mean(cell, point), standardDeviation: point.flowDeviation)
      terms.append(flow.logDensity(point.logFlows[cell]))
    }
    for (report, m) in zip(reports.reports, point.logReports) {
      let lambda = report.isArrivals ? point.arrivals : point.departures
      var mean = point.logFlows[report.cell] + Glibc.log(lambda[report.undercount.index])
      mean -= Glibc.log(reports.durations[report.duration])
      if report.isReference { mean -= Glibc.log(lambda[ReportClass.low.index]) }
      let deviation = point.reportDeviations[Self.deviationClass(report)]
      terms.append(Normal(mean: mean, standardDeviation: deviation).logDensity(m))
      terms.append(Poisson(mean: Glibc.exp(m)).logDensity(report.count))
    }
    return Statistics.sum(terms)
  }

  private func priorTerms(_ point: Point) -> [Double] {
    func half(_ x: Double, _ scale: Double) -> Double {
      Glibc.log(2) + Normal(mean: 0, standardDeviation: scale).logDensity(x)
    }
    func normal(_ x: Double, _ mean: Double, _ scale: Double) -> Double {
      Normal(mean: mean, standardDeviation: scale).logDensity(x)
    }
    let folded = StudentT(degrees: Self.reportDegrees)
    var terms = [half(point.flowDeviation, Self.flowScale)]
    for sigma in point.reportDeviations {
      terms.append(
        Glibc.log(2 / Self.reportScale) + folded.logDensity(sigma / Self.reportScale))
    }
    for (sigma, scale) in zip(point.corridorDeviations, Self.corridorScales) {
      terms.append(half(sigma, scale))
    }
    terms += point.coefficients.map { normal($0, 0, Self.coefficientScale) }
    terms.append(normal(point.centres[0], 0, Self.centreScales[0]))
    let inside =
      normalCumulative(1 / Self.centreScales[1]) - normalCumulative(0)
    terms.append(normal(point.centres[1], 0, Self.centreScales[1]) - Glibc.log(inside))
    for k in 0..<3 {
      terms.append(Self.arrivalPriors[k].logDensity(point.arrivals[k]))
      terms.append(Self.departurePriors[k].logDensity(point.departures[k]))
    }
    for c in reports.corridors.indices {
      terms.append(normal(point.levels[c], point.centres[0], point.corridorDeviations[0]))
      terms.append(normal(point.persistences[c], point.centres[1], point.corridorDeviations[1]))
    }
    return terms
  }
}
