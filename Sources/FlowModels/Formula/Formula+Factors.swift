import Demography

extension Formula {
  /// A column of texts whose levels become regressors each.
  struct Factor: Hashable, Sendable {
    struct Reference: Hashable, Sendable {
      let value: String
      let place: Place
    }

    let column: String
    let place: Place
    /// Name of what each level is multiplied by; `nil` for the levels alone.
    let variable: String?
    /// Levels left out.
    let references: [Reference]
  }

  /// The formula with every `i(…)` replaced by one term for each level that occurs in the data.
  ///
  /// Levels are in the order of numbers where all are numbers, otherwise of texts. Without a reference
  /// the first level of `i(factor)` is left out where there is an intercept or a fixed effect, which
  /// its levels add up to; of `i(factor, x)` none is.
  ///
  /// - Throws: `Faults`: no such column, a reference that is no level.
  func expanded(_ data: FlowData) throws -> Formula {
    guard terms.contains(where: { $0.factor != nil }) else { return self }
    var copy = self
    copy.terms = []
    for term in terms {
      guard let factor = term.factor else {
        copy.terms.append(term)
        continue
      }
      copy.factors.append(factor)
      copy.terms += try levels(of: factor, data).map { level in
        let indicator = Expression.level(factor.column, level, factor.place)
        let ofLevel = "\(factor.column)::\(level)"
        return Term(
          name: factor.variable.map { "\(ofLevel):\($0)" } ?? ofLevel,
          expression: factor.variable == nil
            ? indicator : .binary(.multiply, indicator, term.expression),
          place: term.place)
      }
    }
    return copy
  }

  /// A fault for every slope and weight that a family does not know.
  func refused(by family: String, slopes: Bool, weights: Bool) -> [Fault] {
    let found =
      (slopes ? [] : effects.compactMap(\.slope)) + (weights ? [] : self.weights.map { [$0] } ?? [])
    return found.map { term in
      Fault(
        .usage, "formula.family", ["found": term.name, "family": family], at: term.place)
    }
  }

  private func levels(of factor: Factor, _ data: FlowData) throws -> [String] {
    let (codes, words) = data.coded(try data.index(of: factor.column, namedAt: factor.place))
    var occurs = [Bool](repeating: false, count: words.count)
    for code in codes { occurs[Int(code)] = true }
    let found = words.indices.filter { occurs[$0] && !words[$0].isEmpty }.map { words[$0] }
    let numbers = found.compactMap { Double($0) }
    let ordered =
      numbers.count == found.count
      ? found.indices.sorted { numbers[$0] < numbers[$1] }.map { found[$0] } : found
    var leftOut = Set<String>()
    var faults: [Fault] = []
    for reference in factor.references {
      let isNamed = { (level: String) in
        level == reference.value
          || (Double(reference.value) != nil && Double(level) == Double(reference.value))
      }
      if let level = ordered.first(where: isNamed) {
        leftOut.insert(level)
      } else {
        faults.append(
          Fault(
            .usage, "formula.reference",
            [
              "found": reference.value, "column": factor.column,
              "nearest": nearest(to: reference.value, in: ordered) ?? "",
              "known": ordered.prefix(20).joined(separator: ", "),
            ], at: reference.place))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    if factor.references.isEmpty, factor.variable == nil, hasIntercept || !effects.isEmpty,
      let first = ordered.first
    {
      leftOut.insert(first)
    }
    return ordered.filter { !leftOut.contains($0) }
  }
}

extension FlowData {
  /// What expressions read of the data: columns of numbers by name, and 1 or 0 by `column::level`; NaN
  /// where missing.
  /// - Throws: `Faults` of all columns together.
  func inputs(of expressions: [Expression]) throws -> [String: [Double]] {
    var columns: [String: [Double]] = [:]
    var faults: [Fault] = []
    for expression in expressions {
      for (name, place) in expression.columns where columns[name] == nil {
        do {
          columns[name] = try numbers(try index(of: name, namedAt: place))
        } catch let found as Faults {
          columns[name] = []
          faults += found.all
        }
      }
      for level in expression.levels where columns[level.key] == nil {
        do {
          columns[level.key] = indicator(
            try index(of: level.column, namedAt: level.place), level.value)
        } catch let found as Faults {
          columns[level.key] = []
          faults += found.all
        }
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return columns
  }

  private func indicator(_ column: Int, _ level: String) -> [Double] {
    let (codes, words) = coded(column)
    let value = words.map { word in word.isEmpty ? Double.nan : word == level ? 1 : 0 }
    return codes.map { value[Int($0)] }
  }
}
