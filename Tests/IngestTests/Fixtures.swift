import Demography
import Formats
import Ingest

/// Grids, lists and registries from text, for the tests of this target.
enum Fixture {
  static func grid(_ text: String, file: String = "a.csv") throws(Faults) -> TextGrid {
    try readDelimited(
      Array(text.utf8), file: file, dialect: Dialect(allowsRaggedRows: true))
  }

  static func registry(_ yaml: String) throws(Faults) -> SourceRegistry {
    try readSourceRegistry(try readYAML(Array(yaml.utf8), file: "sources.yaml"))
  }

  /// Regions of Kazakhstan as far as the tests need them, with the two ambiguous aliases.
  static func regions() throws(Faults) -> Codelist {
    try readCodelist(
      try grid(
        """
        code,kato,name_kk,name_ru,name_en,valid_from,valid_to
        KZ75,75,Алматы қаласы,г. Алматы,Almaty city,,
        KZ19@2022-06-08,19,Алматы облысы,Алматинская область,Almaty Region,2022-06-08,
        KZ19@2018-06-19,19,Алматы облысы,Алматинская область,Almaty Region,2018-06-19,2022-06-08
        KZ33,33,Жетісу облысы,область Жетісу,Zhetysu,2022-06-08,
        KZ51,51,Оңтүстік Қазақстан облысы,Южно-Казахстанская область,South Kazakhstan,,2018-06-19
        KZ61,61,Түркістан облысы,Туркестанская область,Turkistan,2018-06-19,
        """), id: "regions",
      aliases: try grid(
        """
        alias,code
        Алматы,KZ75
        Алматы,KZ19@2022-06-08
        almaty-city,KZ75
        19,KZ19@2022-06-08
        19,KZ19@2018-06-19
        """))
  }

  static let head = """
    schema: agyn.sources/1
    geo_vintages: {KZ-ADM1-2018: 2018-06-19, KZ-ADM1-2022: 2022-06-08}
    sources:
      - id: bns
        agency: "KZ:BNS"
        title: {kk: а, ru: б, en: c}
        licence: {id: BNS-CITE, may_export: true, attribution: "Bureau of National Statistics"}

    """

  static func mapped(
    _ reader: String, file text: String, extra: String = "", name: String = "a.csv"
  ) throws(Faults) -> IngestResult {
    let registry = try registry(head + extra + "    reader:\n" + reader)
    return ingest(
      .grids([(name: "1", grid: try grid(text, file: name))]), from: registry.sources[0],
      registry: registry, codelists: Codelists([try regions()]), vintage: Instant("2025-02-01"))
  }
}
