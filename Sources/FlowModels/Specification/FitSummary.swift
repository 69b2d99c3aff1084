public import Demography
import Kernel

/// What a table of several models says of one of them.
public struct FitSummary: Hashable, Sendable {
  /// Id of the family.
  public let family: String
  /// As it was written.
  public let formula: String
  /// Names of the fixed effects.
  public let effects: [String]
  /// Column of the nests in which choices are made, which is no effect; `nil` without.
  public let nests: String?
  /// λ of the nests; `nil` without.
  public let nestParameter: ShapeParameter?
  public let covariance: Covariance
  public let smallSample: SmallSample
  public let isCovarianceRepaired: Bool
  public let coefficients: [Coefficient]
  public let observations: Int
  /// Rows of the fit whose response is 0.
  public let zeros: Int
  public let logLikelihood: Double
  public let aic: Double
  public let bic: Double
  /// `nil` for fits by full likelihood, which are not compared to a constant.
  public let pseudoR2: Double?
  /// Common part of commuters of response and fit, rows counting by their weights; `nil` unless the
  /// response is a column of flows and no fitted value is negative.
  public let commonPart: Double?
  /// Root mean square error by the mean of the response; `nil` as for `commonPart`.
  public let standardisedError: Double?
  /// Of RESET; `nil` where there is none, for the reason in `resetFault`.
  public let resetPValue: Double?
  /// Why RESET has no answer, where it was asked: a family it does not apply to, a second fit that does not exist.
  public let resetFault: Fault?

  /// `√(Σw(t − f)²/Σw) / (Σwt/Σw)`.
  static func standardisedError(_ t: [Double], _ f: [Double], _ w: [Double]) -> Double {
    let squares = Statistics.sum(t.indices.map { w[$0] * (t[$0] - f[$0]) * (t[$0] - f[$0]) })
    let total = Statistics.sum(t.indices.map { w[$0] * t[$0] })
    return (squares * Statistics.sum(w)).squareRoot() / total
  }
}

extension RegressionFit {
  /// The figures by which models are compared.
  ///
  /// - Complexity: that of another fit, for RESET.
  public func summary() -> FitSummary {
    let y = response
    let w = estimation.design.weights ?? y.map { _ in 1 }
    let reset = reset
    let isOfFlows =
      estimation.data.index(of: formula.response.name) != nil && fitted.allSatisfy { $0 >= 0 }
    return FitSummary(
      family: model, formula: formula.text, effects: formula.effects.map(\.name),
      nests: nil, nestParameter: nil, covariance: options.covariance,
      smallSample: options.smallSample,
      isCovarianceRepaired: isCovarianceRepaired, coefficients: coefficients,
      observations: observations, zeros: y.count { $0 == 0 }, logLikelihood: logLikelihood,
      aic: aic, bic: bic, pseudoR2: pseudoR2,
      commonPart: isOfFlows
        ? FlowScores.commonPart(
          y.indices.map { w[$0] * y[$0] }, w.indices.map { w[$0] * fitted[$0] })
        : nil,
      standardisedError: isOfFlows ? FitSummary.standardisedError(y, fitted, w) : nil,
      resetPValue: reset.pValue, resetFault: reset.fault)
  }

  private var reset: (pValue: Double?, fault: Fault?) {
    do {
      return (try ResetTest().result(self).pValue, nil)
    } catch let fault as Fault {
      return (nil, fault)
    } catch let faults as Faults {
      return (nil, faults.all[0])
    } catch {
      preconditionFailure("a test throws faults, not \(error)")
    }
  }

  /// Lines of the file that the fit uses, ascending, and the response in them: what two models must
  /// share for their likelihoods to be comparable.
  public var sample: (lines: [Int], response: [Double]) {
    (rows.map { estimation.data.line(of: $0) }, response)
  }
}
