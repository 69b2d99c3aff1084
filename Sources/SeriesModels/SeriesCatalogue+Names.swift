import Demography

extension SeriesCatalogue {
  /// The model a name stands for: an id of the catalogue, `ets(A,Ad,N)`, `ces(partial)`, `tbats(7,30.5)`,
  /// `arima(0,1,1)(0,1,1)` with `+mean` or `+drift` where it has a constant, `css:` before such a one for its
  /// conditional sum of squares, `stl(model)` and `mstl(7,365,model)` for one on what the seasons leave, and
  /// before any of them `log:`, `boxcox:`, `boxcox(0.3):`, `logit:` or `logit(100):` for a model on that scale; and
  /// before that `bootstrap:`, `student:` or `laplace:` for errors to come of that shape.
  ///
  /// - Throws: `.unknownModel`, `.badModel`.
  public static func model(named name: String) throws(SeriesError) -> any SeriesModel {
    if let colon = name.firstIndex(of: ":"),
      let shape = ErrorShape(rawValue: name[..<colon].lowercased()), shape != .normal
    {
      let inner = try model(named: String(name[name.index(after: colon)...]))
      guard !(inner is ShapedModel) else { throw .badModel(name, part: inner.name) }
      return ShapedModel(inner, shape)
    }
    if let transformed = try transformed(name) { return transformed }
    if let model = all.first(where: { $0.card.id == name }) { return model }
    let lower = name.lowercased()
    if lower.hasPrefix("ets(") || lower.hasPrefix("ets:") {
      let part = String(name.dropFirst(4)).filter { $0 != ")" }
      guard let form = ETSForm(part) else { throw .badModel(name, part: part) }
      return ETSModel(form: form)
    }
    if lower.hasPrefix("stl(") || lower.hasPrefix("mstl(") {
      return try decomposed(name, isMultiple: lower.hasPrefix("m"))
    }
    if lower.hasPrefix("ces(") {
      let part = String(lower.dropFirst(4)).filter { $0 != ")" }
      guard let form = ComplexSmoothingForm(rawValue: part) else {
        throw .badModel(name, part: part)
      }
      return ComplexSmoothingModel(form: form)
    }
    if lower.hasPrefix("tbats(") { return TBATSModel(periods: try lengths(lower, of: name)) }
    if lower == "auto-arima(exhaustive)" { return AutoARIMAModel(isExhaustive: true) }
    if lower.hasPrefix("css:arima(") {
      return ConditionalARIMAModel(order: try order(String(lower.dropFirst(4)), of: name))
    }
    if lower.hasPrefix("arima(") { return ARIMAModel(order: try order(lower, of: name)) }
    throw .unknownModel(name, nearest: nearest(to: name, in: all.map(\.card.id)) ?? "")
  }

  /// `log:`, `boxcox:` or `logit:`, the last two with a number in parentheses or without, before a model that has
  /// none of them; `nil` for another name.
  private static func transformed(_ name: String) throws(SeriesError) -> (any SeriesModel)? {
    guard let colon = name.firstIndex(of: ":") else { return nil }
    let before = name[..<colon].lowercased()
    let kind = String(before.prefix { $0 != "(" })
    guard ["log", "boxcox", "logit"].contains(kind) else { return nil }
    let inner = try model(named: String(name[name.index(after: colon)...]))
    guard inner.innerOfScale == nil, !(inner is ShapedModel) else {
      throw .badModel(name, part: inner.name)
    }
    let argument = before.dropFirst(kind.count)
    var number: Double?
    if !argument.isEmpty {
      number = Double(argument.dropFirst().dropLast())
      guard argument.hasSuffix(")"), number != nil else {
        throw .badModel(name, part: String(argument))
      }
    }
    switch kind {
    case "log" where number == nil: return LogTransformed(inner)
    case "boxcox" where (0...1).contains(number ?? 0):
      return TransformedModel(inner, .boxCox(number))
    case "logit" where (number ?? 1) > 0 && (number ?? 1).isFinite:
      return TransformedModel(inner, .logit(limit: number ?? 1))
    default: throw .badModel(name, part: String(argument))
    }
  }

  /// `stl(model)` or `mstl(season,…,model)`, where the model may be left out.
  private static func decomposed(
    _ name: String, isMultiple: Bool
  ) throws(SeriesError) -> DecomposedModel {
    guard name.hasSuffix(")") else { throw .badModel(name, part: name) }
    var rest = name.drop { $0 != "(" }.dropFirst().dropLast()
    var seasons: [Int] = []
    while isMultiple, let first = rest.split(separator: ",").first,
      let season = Int(first.filter { $0 != " " })
    {
      guard season > (seasons.last ?? 1), season <= 10_000 else {
        throw .badModel(name, part: String(first))
      }
      seasons.append(season)
      rest = rest.dropFirst(first.count + 1)
    }
    guard isMultiple != seasons.isEmpty else { throw .badModel(name, part: String(rest)) }
    let inner = rest.drop(while: \.isWhitespace)
    return DecomposedModel(
      seasons: isMultiple ? seasons : nil,
      inner: inner.isEmpty ? AutoETSModel() : try model(named: String(inner)))
  }

  /// Lengths of the seasons of `tbats(7,30.5)`.
  private static func lengths(_ text: String, of name: String) throws(SeriesError) -> [Double] {
    let part = String(text.dropFirst(6)).filter { $0 != ")" && $0 != " " }
    let all = part.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let lengths = all.compactMap { $0 }.filter { $0 > 1 && $0 < 1e6 }
    guard lengths.count == all.count, name.hasSuffix(")") else { throw .badModel(name, part: part) }
    return lengths
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
      let cells = numbers.split(separator: ",", omittingEmptySubsequences: false)
      let group = cells.compactMap { Int($0.filter { $0 != " " }) }
      guard group.count == 3, cells.count == 3, group.allSatisfy({ (0...12).contains($0) }),
        part.contains(")")
      else {
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
