import Kernel

/// The covariance of the coefficients of a fit under one assumption, and the rule it was made by.
public struct CovarianceEstimate: Hashable, Sendable {
  public let kind: Covariance
  public let rule: SmallSample
  /// By what the sandwich was multiplied; of multiway clusters with a factor for each term, 1.
  public let factor: Double
  /// Square, row by row, in the order of the coefficients.
  public let matrix: [Double]
  /// Before a repair; equal to `matrix` where none was needed.
  public let unrepaired: [Double]
  /// Groups by column: clusters, areas, periods, places.
  public let groupCounts: [String: Int]
  /// The lag that was used, where there is one.
  public let lag: Int?
  /// Rows that determine their own fit alone (leverage 1); HC2 and HC3 leave them out.
  public let fullLeverageRows: Int
  /// Student's degrees of freedom of tests and intervals; `nil` for the normal distribution.
  ///
  /// `G − 1` for clusters of a linear model, and for any model with fewer than 30 of them.
  public let degreesOfFreedom: Double?

  /// Clusters below which tests use Student's t with `G − 1` degrees of freedom and `FewClusters`
  /// is reported beside them (Cameron & Miller 2015).
  public static let fewClusters = 30

  /// Whether negative eigenvalues were set to zero because a variance was negative.
  public var isRepaired: Bool { matrix != unrepaired }

  /// Roots of the diagonal. NaN where a repair leaves no variance at all, which is no certainty.
  public var standardErrors: [Double] {
    let count = Int(Double(matrix.count).squareRoot().rounded())
    return (0..<count).map { k in
      let variance = matrix[k * count + k]
      return isRepaired && variance == 0 ? .nan : variance.squareRoot()
    }
  }

  /// How far an interval of this coverage reaches, in standard errors.
  func critical(level: Double) -> Double {
    let tail = 0.5 * (1 - level)
    return degreesOfFreedom.map { StudentT(degrees: $0).upperQuantile(tail) }
      ?? normalUpperQuantile(tail)
  }

  func pValue(_ statistic: Double) -> Double {
    guard !statistic.isNaN else { return .nan }
    let beyond = degreesOfFreedom.map { StudentT(degrees: $0).complementary(abs(statistic)) }
    return 2 * (beyond ?? normalComplementary(abs(statistic)))
  }

  func coefficients(names: [String], estimates: [Double], level: Double) -> [Coefficient] {
    let critical = critical(level: level)
    let errors = standardErrors
    return names.indices.map { k in
      let statistic = estimates[k] / errors[k]
      return Coefficient(
        term: names[k], estimate: estimates[k], standardError: errors[k], statistic: statistic,
        pValue: pValue(statistic), confidenceLow: estimates[k] - critical * errors[k],
        confidenceHigh: estimates[k] + critical * errors[k])
    }
  }
}
