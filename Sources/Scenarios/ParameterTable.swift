public import Demography

extension Parameter {
  /// Whether its value is assumed; without evidence it stands with the lever that uses it.
  public var isAssumed: Bool { evidence?.quality == .assumed }

  /// `parameters`: the named knobs, their middle and the range that is looked at, and what they rest on.
  /// Evidence is missing where the file gives none.
  public static func table(_ parameters: [(scenario: String, parameter: Parameter)]) -> Table {
    let named = parameters.filter(\.parameter.isNamed)
    let all = named.map(\.parameter)
    let evidence = all.map(\.evidence)
    return Table(
      "parameters",
      [
        .text("scenario", named.map(\.scenario)), .text("parameter", all.map(\.name)),
        .text("unit", all.map(\.unit)), .real("low", all.map { $0.quantile(0.1) }),
        .real("median", all.map { $0.quantile(0.5) }), .real("high", all.map { $0.quantile(0.9) }),
        .text("quality", evidence.map { $0?.quality.rawValue }),
        .text("source", evidence.map { $0?.source }),
        .text("source_ru", evidence.map { $0?.sourceNames?.ru }),
        .text("source_kk", evidence.map { $0?.sourceNames?.kk }),
        .boolean("assumed", all.map(\.isAssumed)),
      ])
  }
}
