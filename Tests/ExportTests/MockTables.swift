import Demography
import Export
import Words

/// Tables that look like those of a run: the real regions, populations of about the right size, made
/// up forecasts. Nothing in here is a result.
enum Mock {
  static let regions:
    [(
      code: String, kk: String, ru: String, en: String, tile: (Int, Int), people: Double,
      growth: Double
    )] = [
      ("KZ10@2022-06-08", "Абай облысы", "область Абай", "Abai Region", (7, 1), 604_000, -0.004),
      ("KZ11", "Ақмола облысы", "Акмолинская область", "Akmola Region", (5, 0), 787_000, 0.001),
      ("KZ15", "Ақтөбе облысы", "Актюбинская область", "Aktobe Region", (2, 1), 947_000, 0.011),
      (
        "KZ19@2022-06-08", "Алматы облысы", "Алматинская область", "Almaty Region", (6, 3),
        1_560_000, 0.019
      ),
      ("KZ23", "Атырау облысы", "Атырауская область", "Atyrau Region", (1, 2), 711_000, 0.013),
      (
        "KZ27", "Батыс Қазақстан облысы", "Западно-Казахстанская область", "West Kazakhstan Region",
        (1, 1), 694_000, 0.004
      ),
      ("KZ31", "Жамбыл облысы", "Жамбылская область", "Zhambyl Region", (5, 3), 1_223_000, 0.006),
      (
        "KZ33@2022-06-08", "Жетісу облысы", "область Жетісу", "Zhetysu Region", (7, 2), 694_000,
        -0.003
      ),
      (
        "KZ35@2022-06-08", "Қарағанды облысы", "Карагандинская область", "Karaganda Region", (5, 1),
        1_134_000, 0.001
      ),
      (
        "KZ39", "Қостанай облысы", "Костанайская область", "Kostanay Region", (3, 0), 827_000,
        -0.004
      ),
      (
        "KZ43", "Қызылорда облысы", "Кызылординская область", "Kyzylorda Region", (3, 2), 844_000,
        0.01
      ),
      (
        "KZ47", "Маңғыстау облысы", "Мангистауская область", "Mangystau Region", (1, 3), 801_000,
        0.022
      ),
      (
        "KZ55", "Павлодар облысы", "Павлодарская область", "Pavlodar Region", (6, 0), 753_000,
        -0.001
      ),
      (
        "KZ59", "Солтүстік Қазақстан облысы", "Северо-Казахстанская область",
        "North Kazakhstan Region", (4, 0), 522_000, -0.012
      ),
      (
        "KZ61@2018-06-19", "Түркістан облысы", "Туркестанская область", "Turkistan Region", (4, 3),
        2_148_000, 0.008
      ),
      ("KZ62@2022-06-08", "Ұлытау облысы", "область Ұлытау", "Ulytau Region", (4, 1), 221_000, 0.0),
      (
        "KZ63@2022-06-08", "Шығыс Қазақстан облысы", "Восточно-Казахстанская область",
        "East Kazakhstan Region", (8, 1), 726_000, -0.006
      ),
      ("KZ71", "Астана қаласы", "город Астана", "Astana City", (5, 2), 1_528_000, 0.031),
      ("KZ75", "Алматы қаласы", "город Алматы", "Almaty City", (6, 2), 2_292_000, 0.019),
      (
        "KZ79@2018-06-19", "Шымкент қаласы", "город Шымкент", "Shymkent City", (4, 4), 1_271_000,
        0.022
      ),
    ]

  static let scenarios = ["baseline", "quota-wide", "resettlement", "shock-return"]

  /// Steps of a congruential generator: the same numbers on every machine.
  struct Steps {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(UInt64(1) << 31)
    }
  }

  /// Rows of text that become a table: a column all of whose cells are numbers is real, of
  /// `true`/`false` boolean.
  static func table(_ name: String, _ columns: [String], _ rows: [[String]]) -> Table {
    Table(
      name,
      columns.enumerated().map { index, column in
        let cells = rows.map { $0[index] }
        let filled = cells.filter { !$0.isEmpty }
        let isText = ["period", "age", "VINTAGE", "TIME_PERIOD", "vintage", "previous_vintage"]
        if !filled.isEmpty, filled.allSatisfy({ $0 == "true" || $0 == "false" }) {
          return .boolean(column, cells.map { $0.isEmpty ? nil : $0 == "true" })
        }
        if !filled.isEmpty, !isText.contains(column), filled.allSatisfy({ Double($0) != nil }) {
          return .real(column, cells.map { Double($0) })
        }
        return .text(column, cells.map { $0.isEmpty ? nil : $0 })
      })
  }

  static func number(_ value: Double) -> String { Demography.text((value * 10).rounded() / 10) }

  static var run: RunCard {
    RunCard(
      id: "2025-Q1-7f3a9c", quarter: "2025-Q1",
      key: "7f3a9c41d0b2e86f1a5570cc93be2d4476d5c1a9e0834ffb9127aa60c5d13e08", asOf: "2025-10-15",
      seed: 20_250_101, draws: 1000, engineVersion: "0.1.0", previous: "2024-Q4-1b22e0",
      digests: [
        .init(name: "data/population.csv", digest: "5d1c9f"),
        .init(name: "agyn.yaml", digest: "88ab01"),
      ])
  }

  static func input(_ language: Language, tables: [String: Table] = all) -> ReportInput {
    ReportInput(
      run: run, tables: tables, language: language,
      title: Names(kk: "Қазақстан", ru: "Казахстан", en: "Kazakhstan"), country: "KZ",
      focus: Focus(area: "KZ71", against: "quota-wide"), labels: labels)
  }

  private static func names(_ kk: String, _ ru: String, _ en: String) -> Names {
    Names(kk: kk, ru: ru, en: en)
  }

  static let labels: [String: [String: Names]] = [
    "scenario": [
      "quota-wide": names("Кең квота", "Широкая квота", "Wide quota"),
      "resettlement": names(
        "Қоныс аудару және қандастар", "Переселение и кандасы", "Resettlement and kandas"),
      "shock-return": names("Күйзеліс және қайтып келу", "Шок и возвращение", "Shock and return"),
    ],
    "agency": [
      "KZ:BNS": names(
        "Ұлттық статистика бюросы", "Бюро национальной статистики", "Bureau of National Statistics"),
      "KZ:MLSPP": names("Еңбек министрлігі", "Министерство труда", "Ministry of Labour"),
      "KZ:MIA": names(
        "Ішкі істер министрлігі", "Министерство внутренних дел", "Ministry of Internal Affairs"),
      "KZ:BORDER": names("Шекара қызметі", "Пограничная служба", "Border Service"),
      "UN:DESA": names("БҰҰ ЭӘМД", "ДЭСВ ООН", "UN DESA"),
    ],
    "source": [
      "bns-net": names("ҰСБ, тіркеу", "БНС, регистрация", "BNS, registration"),
      "wpp2024": names("БҰҰ WPP 2024", "ООН, WPP 2024", "UN WPP 2024"),
      "gaskin-abel": names("Гаскин мен Абель", "Гаскин и Абель", "Gaskin & Abel"),
    ],
    "indicator": [
      "FLOW_IN": names("Келгендер", "Прибывшие", "Arrivals"),
      "FLOW_OUT": names("Кеткендер", "Выбывшие", "Departures"),
      "FLOW_OD": names(
        "Өңірлер арасындағы ағындар", "Потоки между регионами", "Flows between regions"),
      "POP": names("Халық саны", "Численность населения", "Population"),
      "PERMIT_STOCK": names("Шетелдік жұмыс күші", "Иностранная рабочая сила", "Foreign workforce"),
      "QUOTA": names("Квота", "Квота", "Quota"),
      "CROSS_IN": names("Шекарадан өткендер", "Пересечения границы", "Border crossings"),
      "PERMIT_ISSUED": names("Берілген рұқсаттар", "Выданные разрешения", "Permits issued"),
    ],
    "measure": [
      "NET": names("көші-қон айырымы", "сальдо миграции", "net migration"),
      "FLOW_IN": names("келгендер", "прибывшие", "arrivals"),
    ],
    "series": [
      "UNEMP": names("Жұмыссыздар", "Безработные", "Unemployed"),
      "INCOME": names("Жан басына шаққандағы табыс", "Доходы на душу населения", "Income per head"),
      "NATINC": names("Табиғи өсім", "Естественный прирост", "Natural increase"),
    ],
    "programme": [
      "PERMIT": names("Жұмыс беруші рұқсаты", "Разрешение работодателю", "Employer permit"),
      "ICT": names(
        "Корпоративішілік ауысу", "Внутрикорпоративный перевод", "Intra-company transfer"),
    ],
    "lever": [
      "permit_quota": names("Рұқсат квотасы", "Квота разрешений", "Permit quota"),
      "assisted_move": names("Қолдаумен қоныс аудару", "Переселение с поддержкой", "Assisted move"),
      "flow_shock": names("Ағын күйзелісі", "Шок потока", "Flow shock"),
    ],
  ]

  static let all: [String: Table] = Dictionary(
    uniqueKeysWithValues: [
      regionTable, population, pyramid, components, differences, flows, permits, series, backtest,
      gaps,
      observations, conflicts, changes, rules, sources, levers, gravity,
    ].map { ($0.name, $0) })
}
