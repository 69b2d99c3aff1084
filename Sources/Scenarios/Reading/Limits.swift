import Demography

/// Shares of a lever that divide the same people, so that they sum to 1 at most.
struct ShareSum: Sendable {
  /// Code of the fault when they sum to more.
  let code: String
  /// The shares with the names they have in the text of the fault.
  let parts: [(name: String, share: Quantity)]
  let place: Place

  /// The fault when the largest values sum to more than 1.
  ///
  /// - Parameter values: parameters of a setting by name; others count with the most a draw may have.
  func fault(
    _ parameters: [Parameter], _ values: [String: Double], _ kind: Fault.Kind, at place: Place
  ) -> Fault? {
    let most = parts.map { ($0.name, Self.most($0.share, parameters, values)) }
    let sum = most.reduce(0) { $0 + $1.1 }
    guard sum > 1 else { return nil }
    let texts = most.map { ($0.0, text($0.1)) } + [("sum", text(sum))]
    return Fault(kind, code, Dictionary(texts) { $1 }, at: place)
  }

  /// The most a parameter may be beside the others; `nil` where it is no part of the sum.
  func room(for parameter: String, _ parameters: [Parameter], _ values: [String: Double]) -> Double?
  {
    let others = parts.map(\.share).filter { !Self.isParameter(parameter, $0, parameters) }
    guard others.count < parts.count else { return nil }
    let rest = others.reduce(0) { $0 + Self.most($1, parameters, values) }
    return (1 - rest) / Double(parts.count - others.count)
  }

  /// Whether one of the parts is a parameter of the list.
  func holds(_ names: some Collection<String>, _ parameters: [Parameter]) -> Bool {
    names.contains { name in parts.contains { Self.isParameter(name, $0.share, parameters) } }
  }

  private static func isParameter(
    _ name: String, _ share: Quantity, _ parameters: [Parameter]
  ) -> Bool {
    guard case .parameter(let index) = share else { return false }
    return parameters[index].name == name
  }

  private static func most(
    _ share: Quantity, _ parameters: [Parameter], _ values: [String: Double]
  ) -> Double {
    switch share {
    case .fixed(let value): value
    case .parameter(let index):
      values[parameters[index].name] ?? parameters[index].attainable.upperBound
    }
  }
}

/// What the places where parameters are used allow them to be.
struct Limits: Sendable {
  let parameters: [Parameter]
  /// Values a parameter may take where it is used, by name.
  let permitted: [String: ClosedRange<Double>]
  let sums: [ShareSum]

  /// The values a parameter may be given beside those of a setting; `nil` where nothing limits it.
  func range(of name: String, beside values: [String: Double]) -> ClosedRange<Double>? {
    let bounds = parameters.first { $0.name == name }?.bounds
    guard let range = permitted[name] else { return bounds }
    let lower = max(range.lowerBound, bounds?.lowerBound ?? range.lowerBound)
    let room = sums.compactMap { $0.room(for: name, parameters, values) }.min() ?? .infinity
    return lower...max(lower, min(range.upperBound, bounds?.upperBound ?? range.upperBound, room))
  }

  /// Values of a setting that are not permitted, each by itself or together.
  func faults(_ values: [String: Double], _ kind: Fault.Kind) -> [Fault] {
    var found: [Fault] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      let bounds = parameters.first { $0.name == name }?.bounds
      for range in [bounds, permitted[name]].compactMap({ $0 }) where !range.contains(value) {
        found.append(.outOfRange(value, range, name, kind))
        break
      }
    }
    let together = sums.filter { $0.holds(values.keys, parameters) }
    return found + together.compactMap { $0.fault(parameters, values, kind, at: $0.place) }
  }
}

extension Fault {
  static func outOfRange(
    _ value: Double, _ range: ClosedRange<Double>, _ key: String, _ kind: Kind,
    at place: Place? = nil
  ) -> Fault {
    Fault(
      kind, "scenario.out-of-range",
      [
        "key": key, "value": text(value), "lower": text(range.lowerBound),
        "upper": text(range.upperBound),
      ], at: place)
  }
}

extension Reader {
  var limits: Limits { Limits(parameters: parameters, permitted: permitted, sums: sums) }

  /// Notes shares that sum to 1 at most, and reports where a draw could exceed that.
  mutating func limit(_ sum: ShareSum) {
    sums.append(sum)
    if let fault = sum.fault(parameters, [:], .badConfiguration, at: sum.place) {
      faults.append(fault)
    }
  }

  /// Reports what a variant sets and must not, each number by itself or beside others.
  mutating func check(_ set: Document, _ values: [String: Double]) {
    for sum in sums where sum.holds(values.keys, parameters) {
      if let fault = sum.fault(parameters, values, .badConfiguration, at: set.place) {
        faults.append(fault)
      }
    }
  }
}
