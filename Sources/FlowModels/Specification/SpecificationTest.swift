public import Demography

/// A question put to a finished fit: is the form, the variance or the distribution right?
public protocol SpecificationTest: Sendable {
  /// What is tested, where the test comes from.
  var card: Card { get }
  /// - Throws: `flows.test-family` for a fit the test does not apply to, `flows.test-weights` for rows with
  ///   weights where the test has no place for them.
  func result(_ fit: any FlowFit) throws -> SpecificationResult
}

/// A question put to two fits of the same rows: which of them does the data speak for?
public protocol ComparisonTest: Sendable {
  var card: Card { get }
  /// - Throws: `flows.test-rows` when the fits are of different rows or responses, `flows.test-family`,
  ///   `flows.test-weights`.
  func result(_ first: any FlowFit, _ second: any FlowFit) throws -> SpecificationResult
}

/// What a test found.
public struct SpecificationResult: Hashable, Sendable {
  /// A number the test estimates on its way.
  public struct Estimate: Hashable, Sendable {
    public let term: String
    public let value: Double
    public let standardError: Double
  }

  /// How the statistic is distributed where the model is right.
  public enum Distribution: String, Hashable, Sendable {
    case normal
    /// Only large values speak against the model.
    case normalOneSided = "normal_one_sided"
    case chiSquare = "chi_square"
    case studentT = "student_t"
  }

  /// Id of the test's card.
  public let test: String
  public let estimates: [Estimate]
  public let statistic: Double
  public let distribution: Distribution
  /// Degrees of freedom; `nil` for a normal statistic.
  public let degreesOfFreedom: Double?
  public let pValue: Double
  /// Rows the test is based on.
  public let rows: Int
}

/// Every test of a fit Agyn has. A new test is one file and one line here.
public enum SpecificationTestCatalogue {
  /// Tests of one fit.
  public static let all: [any SpecificationTest] = [
    ResetTest(),
    ParkTest(),
    GaussNewtonTest(),
    DispersionTest(.linear),
    DispersionTest(.quadratic),
    ZeroExcessTest(),
    VarianceExcessTest(),
  ]

  /// Tests of two fits.
  public static let comparisons: [any ComparisonTest] = [
    VuongTest(.none),
    VuongTest(.aic),
    VuongTest(.bic),
    CompetingMeanTest(),
  ]

  /// One row for each estimate of each test; a test without estimates has one row.
  public static func table(_ results: [SpecificationResult]) -> Table {
    let rows = results.flatMap { result in
      (result.estimates.isEmpty ? [nil] : result.estimates.map { $0 }).map { (result, $0) }
    }
    return Table(
      "specification_tests",
      [
        .text("test", rows.map { $0.0.test }), .text("term", rows.map { $0.1?.term }),
        .real("estimate", rows.map { $0.1?.value }),
        .real("std_error", rows.map { $0.1?.standardError }),
        .real("statistic", rows.map { $0.0.statistic }),
        .text("distribution", rows.map { $0.0.distribution.rawValue }),
        .real("degrees_of_freedom", rows.map { $0.0.degreesOfFreedom }),
        .real("p_value", rows.map { $0.0.pValue }), .integer("rows", rows.map { $0.0.rows }),
      ])
  }
}

extension RegressionFit {
  /// Response of the used rows.
  public var response: [Double] { estimation.design.y }
}

extension FlowFit {
  /// The fit as one of a regression, for tests that ask what only regressions answer.
  /// - Throws: `flows.test-family`.
  func regression(for test: Card) throws -> RegressionFit {
    guard let fit = self as? RegressionFit else { throw refusal(of: test) }
    return fit
  }

  func refusal(of test: Card) -> Fault {
    Fault(.usage, "flows.test-family", ["test": test.id, "family": model])
  }

  /// - Throws: `flows.test-family` unless the mean is `exp η`, as it is of every family but the linear.
  func requireMean(_ test: Card) throws {
    let isLinear =
      (self as? RegressionFit)?.estimation.hasIdentityLink
      ?? ((self as? any FlowLaws)?.laws?.contains { !$0.isOfCounts } ?? false)
    guard !isLinear, fitted.allSatisfy({ $0 > 0 }) else { throw refusal(of: test) }
  }

  /// - Throws: `flows.test-weights` where rows count by weights, which the test knows nothing of.
  func requireUnweighted(_ test: Card) throws {
    guard let weightsName else { return }
    throw Fault(.usage, "flows.test-weights", ["test": test.id, "weights": weightsName])
  }

  /// - Throws: `flows.test-rows`.
  func requireSameRows(as other: any FlowFit) throws {
    guard rows == other.rows, response == other.response else {
      throw Fault(
        .usage, "flows.test-rows",
        ["first": "\(observations)", "second": "\(other.observations)"])
    }
  }
}
