import Demography

extension SeriesCatalogue {
  /// The model a name stands for: an id of the catalogue, `ets(A,Ad,N)`, `arima(0,1,1)(0,1,1)` with
  /// `+mean` or `+drift` where it has a constant, and `log:` before any of them for logarithms.
  ///
  /// - Throws: `.unknownModel`, `.badModel`.
  public static func model(named name: String) throws(SeriesError) -> any SeriesModel {
    if name.hasPrefix("log:") {
      return LogTransformed(try model(named: String(name.dropFirst(4))))
    }
    if let model = all.first(where: { $0.card.id == name }) { return model }
    let lower = name.lowercased()
    if lower.hasPrefix("ets(") || lower.hasPrefix("ets:") {
      let part = String(name.dropFirst(4)).filter { $0 != ")" }
      guard let form = ETSForm(part) else { throw .badModel(name, part: part) }
      return ETSModel(form: form)
    }
    if lower.hasPrefix("arima(") { return ARIMAModel(order: try order(lower, of: name)) }
    throw .unknownModel(name, nearest: nearest(to: name, in: all.map(\.card.id)) ?? "")
  }

  private static func order(_ text: String, of name: String) throws(SeriesError) -> ARIMAOrder {
    var rest = text.dropFirst(5)
    var hasConstant = false
    for suffix in ["+mean", "+drift", "+constant"] where rest.hasSuffix(suffix) {
      hasConstant = true
      rest = rest.dropLast(suffix.count)
    }
    var groups: [[Int]] = []
    for part in rest.split(separator: "(") {
      let numbers = part.drop(while: \.isWhitespace).split(separator: ")").first ?? ""
      let group = numbers.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
      guard group.count == 3, group.allSatisfy({ (0...12).contains($0) }), part.contains(")") else {
        throw .badModel(name, part: String(part))
      }
      groups.append(group)
    }
    guard (1...2).contains(groups.count), rest.hasSuffix(")") else {
      throw .badModel(name, part: String(rest))
    }
    let seasonal = groups.count == 2 ? (groups[1][0], groups[1][1], groups[1][2]) : (0, 0, 0)
    guard !hasConstant || groups[0][1] + seasonal.1 <= 1 else {
      throw .badModel(name, part: "+drift")
    }
    return ARIMAOrder(
      groups[0][0], groups[0][1], groups[0][2], seasonal: seasonal, hasConstant: hasConstant)
  }
}
