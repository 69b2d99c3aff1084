public import Demography

extension Scenario.Lever {
  /// `levers`: what each lever is and what its numbers rest on. The source stands in the language of the
  /// file, in English where the file gives several, which then have columns of their own.
  public static func table(_ levers: [(scenario: String, lever: Scenario.Lever)]) -> Table {
    let evidence = levers.map(\.lever.evidence)
    return Table(
      "levers",
      [
        .text("scenario", levers.map(\.scenario)), .text("lever", levers.map(\.lever.id)),
        .text("kind", levers.map(\.lever.kind)),
        .text("quality", evidence.map { ($0?.quality ?? .assumed).rawValue }),
        .text("source", evidence.map { $0?.source ?? "" }),
        .text("source_ru", evidence.map { $0?.sourceNames?.ru }),
        .text("source_kk", evidence.map { $0?.sourceNames?.kk }),
        .boolean("assumed", levers.map(\.lever.isAssumed)),
      ])
  }
}
