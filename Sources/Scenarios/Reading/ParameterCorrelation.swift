import Demography
import Kernel

/// How uncertain parameters of a scenario go together: the coefficients of one fitted model, say.
///
/// The normal quantiles of their uniforms are mixed by the Cholesky factor of the correlations, and every
/// parameter keeps its own distribution (a Gaussian copula). Parameters without a correlation, and the
/// first of those with one, keep their draws bit for bit. Nelsen (2006), An introduction to copulas, 2.3.
extension Reader {
  /// Reads `correlations: [{between: [wage, jobs], value: -0.4}]`.
  mutating func readCorrelations(_ node: Document?) {
    guard let node else { return }
    let before = faults.count
    var pairs: [(first: Int, second: Int, value: Double)] = []
    for item in node.items {
      closed(item, ["between", "value"])
      guard let named = required(item, "between") else { continue }
      let found = named.items.compactMap { uncertainParameter($0) }
      guard found.count == named.items.count else { continue }
      guard found.count == 2, found[0] != found[1] else {
        report("scenario.correlation-two", [:], at: named.place)
        continue
      }
      guard let value = number(item, "value", in: -0.999...0.999) else { continue }
      let (first, second) = (min(found[0], found[1]), max(found[0], found[1]))
      if pairs.contains(where: { $0.first == first && $0.second == second }) {
        report(
          "scenario.correlation-twice",
          ["first": parameters[first].name, "second": parameters[second].name], at: named.place)
      }
      pairs.append((first, second, value))
    }
    guard faults.count == before else { return }
    var matrix = Matrix.identity(parameters.count)
    for pair in pairs {
      matrix[pair.first, pair.second] = pair.value
      matrix[pair.second, pair.first] = pair.value
    }
    guard let factor = try? Cholesky(matrix).factor else {
      report("scenario.correlation-impossible", [:], at: node.place)
      return
    }
    for row in parameters.indices {
      let parts = (0...row).filter { factor[row, $0] != 0 }
      guard parts != [row] else { continue }
      parameters[row].parts = parts.map {
        Parameter.Part(name: parameters[$0].name, weight: factor[row, $0])
      }
    }
  }

  /// The place of a parameter that is drawn; `nil` after a fault.
  private mutating func uncertainParameter(_ node: Document) -> Int? {
    let name = node.text ?? ""
    guard let place = parameters.firstIndex(where: { $0.name == name }) else {
      report(
        "scenario.parameter-unknown",
        ["parameter": name, "nearest": nearest(to: name, in: parameters.map(\.name)) ?? ""],
        at: node.place)
      return nil
    }
    guard case .uncertain = parameters[place].kind else {
      report("scenario.correlation-still", ["parameter": name], at: node.place)
      return nil
    }
    return place
  }
}
