import Demography
import Kernel

/// Coefficients of a driver that come from a fitted model of flows: eq. 7 of the projection.
///
/// The coefficients of one fit are drawn together: normal, with the covariance of the fit by the Cholesky
/// factor of their correlations. A draw is keyed by the file and the name of the term, so that levers,
/// variants and scenarios with the same fit see the same coefficients whichever of them they use.
struct FittedResponse {
  /// The power of the driver at the destination, and at the origin; `nil` for none.
  let destination: Quantity?
  let origin: Quantity?
}

extension Reader {
  /// Reads `fit: {file, digest, origin, destination}`; `nil` after a fault.
  mutating func fittedResponse(_ node: Document) -> FittedResponse? {
    closed(node, ["file", "digest", "origin", "destination"])
    guard let file = text(node, "file") else { return nil }
    let place = node["file"]?.place ?? node.place
    guard let known = fits[file] else {
      report("scenario.fit-missing", ["file": file], at: place)
      return nil
    }
    guard let model = known else {
      report("scenario.fit-unread", ["file": file], at: place)
      return nil
    }
    guard
      isPinned(
        node, file, digest: model.digest, unpinned: "scenario.fit-unpinned",
        other: "scenario.fit-digest"), isOfLogs(node, model, file)
    else { return nil }
    if node["origin"] == nil && node["destination"] == nil {
      report("scenario.fit-no-term", ["known": model.terms.joined(separator: ", ")], at: node.place)
      return nil
    }
    let before = faults.count
    let destination = coefficient(node, "destination", model, file)
    let origin = coefficient(node, "origin", model, file)
    return faults.count == before ? FittedResponse(destination: destination, origin: origin) : nil
  }

  /// Whether the model explains the logarithm of flows, so that its coefficients are powers.
  private mutating func isOfLogs(_ node: Document, _ model: FittedModel, _ file: String) -> Bool {
    let response = model.formula.split(separator: "~")[0].filter { $0 != " " }
    if Self.linear.contains(model.family) == response.hasPrefix("log(") { return true }
    report(
      "scenario.fit-linear", ["file": file, "family": model.family, "formula": model.formula],
      at: node["file"]?.place ?? node.place)
    return false
  }

  /// Families whose link is the identity.
  private static let linear: Set<String> = ["gaussian", "gaussian-mixed", "gaussian-mixed-ml"]

  /// The parameter of one term; `nil` where the file names none, or after a fault.
  private mutating func coefficient(
    _ node: Document, _ key: String, _ model: FittedModel, _ file: String
  ) -> Quantity? {
    guard let value = node[key], let term = text(node, key) else { return nil }
    // A constant is no power of anything.
    let known = model.terms.filter { $0 != "(Intercept)" }
    guard known.contains(term), let k = model.terms.firstIndex(of: term) else {
      report(
        "scenario.fit-term",
        [
          "term": term, "file": file, "known": known.joined(separator: ", "),
          "nearest": nearest(to: term, in: known) ?? "",
        ], at: value.place)
      return nil
    }
    if !term.hasPrefix("log(") { warn("scenario.fit-level", ["term": term], at: value.place) }
    let name = file + ":" + term
    if let index = parameters.firstIndex(where: { $0.name == name }) { return .parameter(index) }
    guard let parts = parts(model, k, file) else {
      report("scenario.fit-covariance", ["file": file], at: node["file"]?.place ?? node.place)
      return nil
    }
    let n = model.terms.count
    let spread = Normal(
      mean: model.estimates[k], standardDeviation: model.covariance[k * n + k].squareRoot())
    var parameter = Parameter(
      name: name, kind: .uncertain(spread, name: "normal"), bounds: nil, unit: "1", evidence: nil,
      place: value.place)
    parameter.parts = parts
    parameters.append(parameter)
    use(parameters.count - 1, -50...50, name, at: value.place)
    return .parameter(parameters.count - 1)
  }

  /// How the normal of a term is made of those of the terms up to it; `nil` without a covariance of full
  /// rank.
  private func parts(_ model: FittedModel, _ k: Int, _ file: String) -> [Parameter.Part]? {
    let n = model.terms.count
    guard model.covariance.count == n * n else { return nil }
    let spread = (0..<n).map { model.covariance[$0 * n + $0].squareRoot() }
    guard spread.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    var correlation = Matrix.identity(n)
    for a in 0..<n {
      for b in 0..<n where a != b {
        correlation[a, b] = model.covariance[a * n + b] / (spread[a] * spread[b])
      }
    }
    guard let factor = try? Cholesky(correlation).factor else { return nil }
    return (0...k).filter { factor[k, $0] != 0 }.map {
      Parameter.Part(name: file + ":" + model.terms[$0], weight: factor[k, $0])
    }
  }
}
