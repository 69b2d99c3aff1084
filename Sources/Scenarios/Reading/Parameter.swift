public import Demography
public import Kernel

/// A number of a scenario that may be uncertain: fixed, or drawn by its name, so that the same draw
/// gives the same value in every variant.
public struct Parameter: Sendable {
  public let name: String
  /// `nil` where the file gives none.
  public var title: Names?
  /// Whether it stands under `parameters`; otherwise it is a distribution where a number may stand.
  public var isNamed = false
  public let kind: Kind
  /// Values outside are never drawn: the distribution is cut there.
  public let bounds: ClosedRange<Double>?
  public let unit: String
  public let evidence: Evidence?
  public let place: Place
  /// The parameters whose normals make those of this one, itself among them; empty where it is drawn by
  /// itself.
  var parts: [Part] = []

  /// A parameter and how much of its normal enters.
  struct Part: Hashable, Sendable {
    let name: String
    let weight: Double
  }

  public enum Kind: Sendable {
    case fixed(Double)
    case uncertain(any Distribution, name: String)
  }

  /// The value in a draw; `nil` gives the median path.
  public func value(seed: UInt32, draw: Int?) -> Double {
    guard case .uncertain = kind, let draw else { return quantile(0.5) }
    guard !parts.isEmpty else { return quantile(Self.uniform(name, seed, draw)) }
    let z = parts.reduce(0) {
      $0 + $1.weight * normalQuantile(Self.uniform($1.name, seed, draw))
    }
    // The range of the uniforms of a draw.
    return quantile(min(max(normalCumulative(z), 0x1p-33), 1 - 0x1p-33))
  }

  private static func uniform(_ name: String, _ seed: UInt32, _ draw: Int) -> Double {
    var stream = RandomStream(
      StreamKey(seed: seed, stream: "parameter"), unit: UnitKey(name), draw: draw, time: 0)
    return stream.uniform()
  }
}

extension Parameter {
  /// The smallest and the largest value a draw may have; a fixed one has its value.
  var attainable: ClosedRange<Double> {
    switch kind {
    case .fixed(let value): return value...value
    case .uncertain(let distribution, _):
      // Uniforms of a draw are multiples of 2⁻³³ strictly between 0 and 1.
      let lower = distribution.quantile(0x1p-33)
      let upper = max(lower, distribution.upperQuantile(0x1p-33))
      guard let bounds else { return lower...upper }
      let low = min(max(lower, bounds.lowerBound), bounds.upperBound)
      return low...max(low, min(upper, bounds.upperBound))
    }
  }

  /// The value below which a draw lies with a probability; a fixed one has its value.
  func quantile(_ p: Double) -> Double {
    switch kind {
    case .fixed(let value): return value
    case .uncertain(let distribution, _):
      // A sample stands inside its bounds whole; cutting at an atom would lose it.
      guard let bounds, !distribution.support.isDiscrete else { return distribution.quantile(p) }
      let lower = distribution.cumulative(bounds.lowerBound)
      let upper = distribution.cumulative(bounds.upperBound)
      return min(
        max(distribution.quantile(lower + p * (upper - lower)), bounds.lowerBound),
        bounds.upperBound)
    }
  }
}

/// Where a number may stand in a file: a figure, or the parameter that `$name` or a distribution names.
public enum Quantity: Hashable, Sendable {
  case fixed(Double)
  case parameter(Int)

  /// - Parameter values: one value for each parameter.
  public func value(_ values: [Double]) -> Double {
    switch self {
    case .fixed(let value): value
    case .parameter(let index): values[index]
    }
  }
}

extension Reader {
  /// The named knobs of a file: `name: {value: …}` or `name: {dist: …}`.
  mutating func readParameters(_ node: Document?) {
    for entry in node?.entries ?? [] {
      let title = optionalNames(entry.value, "title")
      if parameters.contains(where: { $0.name == entry.key }) {
        report("scenario.parameter-twice", ["parameter": entry.key], at: entry.keyPlace)
      }
      if var parameter = parameter(entry.value, name: entry.key) {
        parameter.title = title
        parameter.isNamed = true
        parameters.append(parameter)
      }
    }
  }

  private static let common = ["title", "unit", "bounds", "note", "evidence"]

  private mutating func parameter(_ node: Document, name: String) -> Parameter? {
    let bounds = self.bounds(node)
    let unit = node["unit"]?.text ?? "1"
    let evidence = evidence(node)
    if node["dist"] == nil {
      closed(node, ["value"] + Self.common)
      guard let value = number(node, "value", in: -1e15...1e15) else { return nil }
      if let bounds, !bounds.contains(value) {
        reportRange(value, bounds, "value", at: node["value"]?.place ?? node.place)
      }
      return Parameter(
        name: name, kind: .fixed(value), bounds: bounds, unit: unit,
        evidence: evidence, place: node.place)
    }
    guard let family = choice(node, "dist", DistributionFamily.names) else { return nil }
    guard let distribution = distribution(node, family, bounds) else { return nil }
    return Parameter(
      name: name, kind: .uncertain(distribution, name: family), bounds: bounds, unit: unit,
      evidence: evidence, place: node.place)
  }

  /// A sample given as it is: `values: [12, 15, 20]`, each as likely as the others.
  private mutating func sample(
    _ node: Document, _ bounds: ClosedRange<Double>?
  ) -> (any Distribution)? {
    guard let list = required(node, "values") else { return nil }
    var values: [Double] = []
    for item in list.items {
      guard let value = item.number, value.isFinite else {
        reportNoNumber("values", item)
        continue
      }
      if let bounds, !bounds.contains(value) {
        reportRange(value, bounds, "values", at: item.place)
      }
      values.append(value)
    }
    guard !values.isEmpty else { return nil }
    return Empirical(values)
  }

  mutating func bounds(_ node: Document) -> ClosedRange<Double>? {
    guard let value = node["bounds"] else { return nil }
    let ends = value.items.compactMap(\.number)
    guard ends.count == 2, value.items.count == 2, ends[0] <= ends[1] else {
      report("scenario.bounds", [:], at: value.place)
      return nil
    }
    return ends[0]...ends[1]
  }

  /// Three significant digits, below the number.
  private static func rounded(down value: Double) -> Double {
    let scale = power(10, 2 - decimalLog(value).rounded(.down))
    let part = (value * scale).rounded(.down)
    return (part == value * scale ? part - 1 : part) / scale
  }

  private mutating func distribution(
    _ node: Document, _ family: String, _ bounds: ClosedRange<Double>?
  ) -> (any Distribution)? {
    let any = -1e15...1e15
    let positive = 1e-12...1e15
    closed(node, ["dist"] + Self.common + DistributionFamily.keys(family, node))
    switch family {
    case "normal":
      guard let mean = number(node, "mean", in: any), let sd = number(node, "sd", in: positive)
      else { return nil }
      return Normal(mean: mean, standardDeviation: sd)
    case "lognormal":
      guard let median = number(node, "median", in: positive),
        let p90 = number(node, "p90", in: median.nextUp...1e15)
      else { return nil }
      return DistributionFamily.lognormal(median: median, p90: p90)
    case "beta":
      guard let mean = number(node, "mean", in: 1e-9...(1 - 1e-9)),
        let sd = number(node, "sd", in: 1e-9...Self.rounded(down: (mean * (1 - mean)).squareRoot()))
      else { return nil }
      let size = mean * (1 - mean) / (sd * sd) - 1
      return Beta(a: mean * size, b: (1 - mean) * size)
    case "gamma":
      guard let mean = number(node, "mean", in: positive), let sd = number(node, "sd", in: positive)
      else { return nil }
      return Gamma(shape: mean * mean / (sd * sd), rate: mean / (sd * sd))
    case "uniform":
      guard let lower = number(node, "lower", in: any),
        let upper = number(node, "upper", in: lower.nextUp...1e15)
      else { return nil }
      return Uniform(lower: lower, upper: upper)
    case "empirical":
      return sample(node, bounds)
    default:
      guard let lower = number(node, "lower", in: any),
        let upper = number(node, "upper", in: lower.nextUp...1e15),
        let mode = number(node, "mode", in: lower...upper)
      else { return nil }
      return Triangular(lower: lower, mode: mode, upper: upper)
    }
  }

  /// A figure, `$name`, or a distribution that has no other name than its place.
  ///
  /// - Parameter name: what the nameless distribution is keyed by: `flood.magnitude`.
  mutating func quantity(
    _ node: Document, _ key: String, name: String, in range: ClosedRange<Double>,
    standard: Double? = nil
  ) -> Quantity? {
    guard let value = node[key] else {
      if standard == nil { reportMissing(key, in: node) }
      return standard.map { .fixed($0) }
    }
    return quantity(value, name: name, in: range)
  }

  mutating func quantity(
    _ value: Document, name: String, in range: ClosedRange<Double>
  ) -> Quantity? {
    if case .map = value.content {
      guard let parameter = parameter(value, name: name) else { return nil }
      parameters.append(parameter)
      use(parameters.count - 1, range, name, at: value.place)
      return .parameter(parameters.count - 1)
    }
    if let text = value.text, text.hasPrefix("$") {
      let wanted = String(text.dropFirst())
      if let index = parameters.firstIndex(where: { $0.name == wanted }) {
        use(index, range, name, at: value.place)
        return .parameter(index)
      }
      report(
        "scenario.parameter-unknown",
        ["parameter": wanted, "nearest": nearest(to: wanted, in: parameters.map(\.name)) ?? ""],
        at: value.place)
      return nil
    }
    guard let number = value.number, number.isFinite else {
      reportNoNumber(name, value)
      return nil
    }
    guard range.contains(number) else {
      reportRange(number, range, name, at: value.place)
      return nil
    }
    return .fixed(number)
  }
}

extension Reader {
  /// Four significant digits, enough for a message.
  private static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return Demography.text(value) }
    let scale = power(10, 3 - decimalLog(abs(value)).rounded(.down))
    return Demography.text((value * scale).rounded() / scale)
  }

  /// Notes where a parameter is used, and reports when a draw could leave what is permitted there.
  mutating func use(
    _ index: Int, _ range: ClosedRange<Double>, _ key: String, at place: Place
  ) {
    let parameter = parameters[index]
    let known = permitted[parameter.name]
    let lower = max(range.lowerBound, known?.lowerBound ?? range.lowerBound)
    permitted[parameter.name] =
      lower...max(lower, min(range.upperBound, known?.upperBound ?? range.upperBound))
    let values = parameter.attainable
    guard values.lowerBound < range.lowerBound || values.upperBound > range.upperBound else {
      return
    }
    report(
      "scenario.parameter-range",
      [
        "parameter": parameter.name, "key": key, "low": Self.short(values.lowerBound),
        "high": Self.short(values.upperBound), "lower": Demography.text(range.lowerBound),
        "upper": Demography.text(range.upperBound),
      ], at: place)
  }
}

/// The distributions a parameter may have, with the keys that give them.
enum DistributionFamily {
  static let names = ["normal", "lognormal", "beta", "gamma", "uniform", "triangular", "empirical"]

  static func keys(_ family: String, _ node: Document) -> [String] {
    switch family {
    case "lognormal": ["median", "p90"]
    case "uniform": ["lower", "upper"]
    case "triangular": ["lower", "mode", "upper"]
    case "empirical": ["values"]
    default: ["mean", "sd"]
    }
  }

  /// From the median and the value that nine in ten stay below.
  static func lognormal(median: Double, p90: Double) -> LogNormal {
    LogNormal(
      logMean: naturalLog(median),
      logStandardDeviation: naturalLog(p90 / median) / normalQuantile(0.9))
  }
}
