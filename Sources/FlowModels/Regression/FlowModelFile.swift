public import Demography

/// A file of `models/` (schema `agyn.model/1`): which model, of what, with which assumptions.
public struct FlowModelFile: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case odBalance(ODSpecification)
    case gravity(GravitySpecification)
  }

  public static let schema = "agyn.model/1"
  public let id: String
  public let title: Names
  public let kind: Kind

  /// Reads a model file; unknown keys are errors.
  /// - Throws: `Faults` with everything that is wrong.
  public static func read(_ document: Document) throws -> FlowModelFile {
    var reader = SpecificationReader()
    let schema = reader.text(document, "schema")
    if let schema, schema != Self.schema {
      reader.fault("model.schema", ["found": schema, "expected": Self.schema], document["schema"])
    }
    let id = reader.text(document, "id") ?? ""
    let title = reader.names(document, "title")
    let kind: Kind? =
      switch reader.text(document, "kind") {
      case "od_balance"?: .odBalance(ODSpecification(document, id: id, &reader))
      case let name? where FlowModelCatalogue.regression(named: name) != nil:
        .gravity(GravitySpecification(document, id: id, model: name, &reader))
      case let name?: reader.unknownKind(name, document["kind"])
      case nil: nil
      }
    guard reader.faults.isEmpty, let kind else { throw Faults(reader.faults) }
    return FlowModelFile(id: id, title: title, kind: kind)
  }
}

/// Reads the values of a specification and collects what is wrong with them.
struct SpecificationReader {
  private(set) var faults: [Fault] = []

  mutating func fault(_ code: String, _ arguments: [String: String], _ document: Document?) {
    faults.append(Fault(.badConfiguration, code, arguments, at: document?.place))
  }

  mutating func unknownKind(_ kind: String, _ document: Document?) -> FlowModelFile.Kind? {
    let known = FlowModelCatalogue.all.map(\.card.id)
    fault(
      "model.kind",
      [
        "found": kind, "nearest": nearest(to: kind, in: known) ?? "",
        "known": known.joined(separator: ", "),
      ], document)
    return nil
  }

  mutating func onlyKeys(_ document: Document, _ known: [String]) {
    faults += document.unknownKeys(known)
  }

  private mutating func required(_ document: Document, _ key: String) -> Document? {
    guard let value = document[key], !value.isNull else {
      fault("model.missing-key", ["key": key], document)
      return nil
    }
    return value
  }

  mutating func text(_ document: Document, _ key: String) -> String? {
    guard let value = required(document, key) else { return nil }
    guard let text = value.text else {
      fault("model.not-a-text", ["key": key], value)
      return nil
    }
    return text
  }

  mutating func number(
    _ document: Document, _ key: String, in range: ClosedRange<Double>, standard: Double? = nil
  ) -> Double {
    if let standard, document[key] == nil { return standard }
    guard let value = required(document, key) else { return range.lowerBound }
    guard let number = value.number, range.contains(number) else {
      fault(
        "model.number",
        [
          "key": key, "found": value.text ?? "", "lower": Demography.text(range.lowerBound),
          "upper": Demography.text(range.upperBound),
        ], value)
      return range.lowerBound
    }
    return number
  }

  /// `[low, high]` inside `range`; `value ± 0` where the key is absent.
  mutating func interval(
    _ document: Document, _ key: String, in range: ClosedRange<Double>, standard: Double
  ) -> ClosedRange<Double> {
    guard let value = document[key] else { return standard...standard }
    let ends = value.items.compactMap(\.number)
    guard value.items.count == 2, ends.count == 2, ends[0] <= ends[1], range.contains(ends[0]),
      range.contains(ends[1])
    else {
      fault(
        "model.interval",
        [
          "key": key, "lower": Demography.text(range.lowerBound),
          "upper": Demography.text(range.upperBound),
        ], value)
      return standard...standard
    }
    return ends[0]...ends[1]
  }

  mutating func period(_ document: Document, _ key: String) -> Period? {
    guard let text = text(document, key) else { return nil }
    guard let period = Period(text) else {
      fault("model.period", ["key": key, "found": text], document[key])
      return nil
    }
    return period
  }

  mutating func names(_ document: Document, _ key: String) -> Names {
    guard let value = required(document, key) else { return Names(kk: "", ru: "", en: "") }
    onlyKeys(value, ["kk", "ru", "en"])
    return Names(
      kk: text(value, "kk") ?? "", ru: text(value, "ru") ?? "", en: text(value, "en") ?? "")
  }
}
