import Demography
import Digests
import Export
import FlowModels
import Foundation

/// A fit as `flows fit --save` writes it and `flows compare` reads it again.
struct FitRecord: Codable {
  struct Term: Codable {
    let term: String
    let estimate: Double
    let standardError: Double?
    let pValue: Double?

    enum CodingKeys: String, CodingKey {
      case term, estimate
      case standardError = "std_error"
      case pValue = "p_value"
    }
  }

  static let schema = "agyn.fit/1"

  let schema: String
  let file: String
  let family: String
  let formula: String
  let effects: [String]
  /// Column of the nests, and their λ; `nil` without nests and in a record of an earlier version.
  let nests: String?
  let nestParameter: Term?
  let covariance: String
  let smallSample: String
  let coefficients: [Term]
  /// Of the coefficients, row by row in their order; `nil` in a record of an earlier version.
  let covarianceMatrix: [[Double]]?
  let observations: Int
  let zeros: Int
  let logLikelihood: Double?
  let aic: Double?
  let bic: Double?
  let pseudoR2: Double?
  let commonPart: Double?
  let standardisedError: Double?
  let resetPValue: Double?
  /// Of the lines that were used and of the response in them.
  let lines: String
  let response: String

  enum CodingKeys: String, CodingKey {
    case schema, file, family, formula, effects, nests, covariance, coefficients, observations,
      zeros, aic,
      bic, lines, response
    case nestParameter = "nest_parameter"
    case covarianceMatrix = "covariance_matrix"
    case smallSample = "small_sample"
    case logLikelihood = "log_likelihood"
    case pseudoR2 = "pseudo_r2"
    case commonPart = "cpc"
    case standardisedError = "srmse"
    case resetPValue = "reset_p_value"
  }

  /// - Parameter summary: of the fit.
  init(_ fit: any FlowFit, _ summary: FitSummary, file: String) {
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    schema = Self.schema
    self.file = file
    family = summary.family
    formula = summary.formula
    effects = summary.effects
    nests = summary.nests
    nestParameter = summary.nestParameter.map {
      Term(
        term: $0.name, estimate: $0.estimate, standardError: finite($0.standardError), pValue: nil)
    }
    covariance = summary.covariance.text
    smallSample = summary.smallSample.rawValue
    coefficients = summary.coefficients.map {
      Term(
        term: $0.term, estimate: $0.estimate, standardError: finite($0.standardError),
        pValue: finite($0.pValue))
    }
    let (matrix, order) = (fit.covariance.matrix, summary.coefficients.count)
    covarianceMatrix =
      matrix.count == order * order && matrix.allSatisfy(\.isFinite)
      ? (0..<order).map { Array(matrix[$0 * order..<($0 + 1) * order]) } : nil
    observations = summary.observations
    zeros = summary.zeros
    logLikelihood = finite(summary.logLikelihood)
    aic = finite(summary.aic)
    bic = finite(summary.bic)
    pseudoR2 = finite(summary.pseudoR2)
    commonPart = finite(summary.commonPart)
    standardisedError = finite(summary.standardisedError)
    resetPValue = finite(summary.resetPValue)
    let sample = fit.sample
    lines = SHA256.hex(Array(sample.lines.map { "\($0)" }.joined(separator: ",").utf8))
    response = SHA256.hex(Array(sample.response.map { text($0) }.joined(separator: ",").utf8))
  }

  /// - Throws: `compare.no-record` for a file that is none, `file.missing`.
  static func read(_ path: String) throws -> FitRecord {
    let bytes = try UserFile.bytes(path)
    guard let record = try? JSONDecoder().decode(FitRecord.self, from: Data(bytes)),
      record.schema == schema
    else { throw Fault(.badData, "compare.no-record", ["path": path]) }
    return record
  }

  var json: JSON {
    .members([
      ("schema", .string(schema)), ("file", .string(file)), ("family", .string(family)),
      ("formula", .string(formula)), ("effects", .array(effects.map { .string($0) })),
      ("nests", nests.map { .string($0) } ?? .null),
      ("nest_parameter", nestParameter.map { Self.json($0) } ?? .null),
      ("covariance", .string(covariance)), ("small_sample", .string(smallSample)),
      (
        "coefficients",
        .array(coefficients.map { Self.json($0) })
      ),
      (
        "covariance_matrix",
        covarianceMatrix.map { rows in
          .array(rows.map { row in .array(row.map { .finite($0) }) })
        } ?? .null
      ),
      ("observations", .integer(observations)), ("zeros", .integer(zeros)),
      ("log_likelihood", .finite(logLikelihood)), ("aic", .finite(aic)), ("bic", .finite(bic)),
      ("pseudo_r2", .finite(pseudoR2)), ("cpc", .finite(commonPart)),
      ("srmse", .finite(standardisedError)), ("reset_p_value", .finite(resetPValue)),
      ("lines", .string(lines)), ("response", .string(response)),
    ])
  }

  private static func json(_ term: Term) -> JSON {
    .members([
      ("term", .string(term.term)), ("estimate", .finite(term.estimate)),
      ("std_error", .finite(term.standardError)), ("p_value", .finite(term.pValue)),
    ])
  }

  /// The column of the table of models.
  /// - Parameter hasNests: whether a model of the table has nests.
  func column(hasNests: Bool) -> ModelTable.Model {
    func number(_ value: Double?, _ places: Int) -> ModelTable.Fact {
      value.map { .number($0, places: places) } ?? .none
    }
    return ModelTable.Model(
      name: family,
      terms: (coefficients + (nestParameter.map { [$0] } ?? [])).map {
        .init(
          name: $0.term, estimate: $0.estimate, standardError: $0.standardError ?? .nan,
          pValue: $0.pValue ?? .nan)
      },
      lines: [
        .init("effects", effects.isEmpty ? .none : .text(effects.joined(separator: " + ")))
      ] + (hasNests ? [.init("nests", nests.map { .text($0) } ?? .none)] : []) + [
        .init("errors", .text(covariance)), .init("observations", .count(observations)),
        .init("zeros", .count(zeros)), .init("log_likelihood", number(logLikelihood, 2)),
        .init("aic", number(aic, 1)), .init("bic", number(bic, 1)),
        .init("pseudo_r2", number(pseudoR2, 4)), .init("cpc", number(commonPart, 4)),
        .init("srmse", number(standardisedError, 4)), .init("reset", number(resetPValue, 4)),
      ])
  }
}
