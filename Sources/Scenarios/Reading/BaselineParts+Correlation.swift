import Demography
import Projection

extension BaselineParts {
  /// Reads `correlations: [{between: [emigration, immigration], value: -0.3}]`.
  mutating func readCorrelations(_ node: Document?, _ reader: inout Reader) {
    guard let node else { return }
    let before = reader.faults.count
    var pairs: [ComponentCorrelation.Pair] = []
    for item in node.items {
      reader.closed(item, ["between", "value"])
      guard let named = reader.required(item, "between") else { continue }
      let components = named.items.compactMap { component($0, &reader) }
      guard components.count == named.items.count else { continue }
      guard components.count == 2, components[0] != components[1] else {
        reader.report("baseline.correlation-two", [:], at: named.place)
        continue
      }
      // At 1 the numbers of one component would be those of the other.
      guard let value = reader.number(item, "value", in: -0.999...0.999) else { continue }
      let pair = ComponentCorrelation.Pair(
        first: components[0], second: components[1], value: value)
      if pairs.contains(where: { Set([$0.first, $0.second]) == Set(components) }) {
        reader.report(
          "baseline.correlation-twice",
          ["first": components[0].rawValue, "second": components[1].rawValue], at: named.place)
      }
      pairs.append(pair)
    }
    guard reader.faults.count == before else { return }
    if let found = ComponentCorrelation(pairs) {
      correlation = found
    } else {
      reader.report("baseline.correlation-impossible", [:], at: node.place)
    }
  }

  /// A component with a deviation; `nil` after a fault.
  private func component(_ node: Document, _ reader: inout Reader) -> Baseline.Component? {
    let known = Baseline.Component.allCases.map(\.rawValue)
    guard let component = node.text.flatMap({ Baseline.Component(rawValue: $0) }) else {
      reader.report(
        "scenario.not-permitted",
        [
          "key": "between", "value": node.text ?? "", "permitted": known.joined(separator: ", "),
          "nearest": nearest(to: node.text ?? "", in: known) ?? "",
        ], at: node.place)
      return nil
    }
    guard let deviation = deviations[component], deviation.sd > 0 else {
      reader.report(
        "baseline.correlation-still", ["component": component.rawValue], at: node.place)
      return nil
    }
    return component
  }
}
