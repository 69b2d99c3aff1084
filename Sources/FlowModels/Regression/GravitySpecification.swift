import Demography

/// A gravity model of an estimated OD table: which formula, which standard errors.
///
/// It describes a modelled table; its coefficients say how the estimate falls with distance, not what
/// was observed.
public struct GravitySpecification: Hashable, Sendable {
  public let id: String
  /// Id of the regression's card.
  public let model: String
  /// Id of the OD model whose table is described.
  public let table: String
  public let formula: Formula?
  public let options: RegressionOptions

  init(_ document: Document, id: String, model: String, _ reader: inout SpecificationReader) {
    self.id = id
    self.model = model
    reader.onlyKeys(
      document,
      ["schema", "id", "kind", "title", "table", "formula", "covariance", "small_sample", "level"])
    table = reader.text(document, "table") ?? ""
    formula = reader.parsed(document, "formula") { try Formula.parse($0) }
    let covariance = reader.parsed(document, "covariance") { try Covariance.parse($0) }
    let rule = reader.text(document, "small_sample") ?? ""
    if SmallSample(rawValue: rule) == nil {
      reader.fault(
        "model.choice",
        [
          "key": "small_sample", "found": rule,
          "known": SmallSample.allCases.map(\.rawValue).joined(separator: ", "),
        ], document["small_sample"])
    }
    options = RegressionOptions(
      covariance: covariance ?? .hetero, smallSample: SmallSample(rawValue: rule) ?? .fixest,
      level: reader.number(document, "level", in: 0.5...0.999, standard: 0.95))
  }
}

extension SpecificationReader {
  /// A value with a grammar of its own; its faults are placed in the file.
  mutating func parsed<T>(
    _ document: Document, _ key: String, _ parse: (String) throws -> T
  ) -> T? {
    guard let text = text(document, key) else { return nil }
    do {
      return try parse(text)
    } catch let found as Faults {
      for one in found.all { fault(one.code, one.arguments, document[key]) }
    } catch {
      fault("model.not-a-text", ["key": key], document[key])
    }
    return nil
  }
}
