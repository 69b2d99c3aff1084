import Demography
import Export
import Foundation
import Testing
import Words

/// The mock run as another country's: nothing but the code and the name of the whole differ.
@Suite struct CountryTests {
  static let home = Mock.input(.en)
  static let abroad: ReportInput = {
    var input = home
    input.country = "XY"
    input.title = Names(kk: "Руритания", ru: "Руритания", en: "Ruritania")
    input.tables = home.tables.mapValues(renamed)
    input.focus.area = nil
    return input
  }()

  static func renamed(_ table: Table) -> Table {
    Table(
      table.name,
      table.columns.map { column in
        guard case .text(let cells) = column.values else { return column }
        return .init(
          column.name, unit: column.unit, .text(cells.map { $0 == "KZ" ? "XY" : $0 }))
      })
  }

  @Test func theFirstScreenAsksAboutTheCountryOfTheWorkspaceByItsName() throws {
    let html = String(decoding: Report(Self.abroad).html(bundle: nil), as: UTF8.self)
    #expect(html.contains("Ruritania: how many people in 2035"))
    #expect(html.contains("Ruritania, 2022: net migration −6,946 → −6,722"))
    #expect(!html.contains("Kazakhstan: ") && !html.contains("Kazakhstan, "))
  }

  @Test func chartsOfTheCountryAreDrawnWhateverItsCode() {
    var same = Self.home
    same.focus.area = nil
    let expected = charts(of: same)
    let found = charts(of: Self.abroad)
    #expect(found.map(\.id) == expected.map(\.id))
    #expect(found.map(\.id).contains("permit_stock") && found.map(\.id).contains("conflicts"))
    for (one, other) in zip(found, expected) {
      #expect(one.title == other.title.replacing("Kazakhstan", with: "Ruritania"))
    }
  }

  @Test func theNotebooksAreGivenTheCodeAsAParameter() throws {
    let tables = Self.abroad.tables.values.map {
      TableFile(path: "tables/\($0.name).csv", table: $0, size: 1, sha256: "unknown")
    }
    let files = NotebookExport(Self.abroad, files: tables).files()
    for (path, bytes) in files where path.hasSuffix(".ipynb") {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains(#"country = \"XY\""#) && !text.contains(#"\"KZ\""#), "\(path)")
    }
  }

  @Test func aCountryAmongTheRegionsIsNotCountedTwice() throws {
    let regions = try #require(Self.home.tables["regions"])
    let rows = (0..<regions.rowCount).map { row in
      regions.columns.map { regions.texts($0.name)[row] ?? "" }
    }
    var extra = try #require(rows.first)
    let code = try #require(regions.columns.firstIndex { $0.name == "code" })
    extra[code] = "KZ"
    var input = Self.home
    input.tables["regions"] = Mock.table("regions", regions.columns.map(\.name), rows + [extra])
    #expect(charts(of: input).map(\.id) == charts(of: Self.home).map(\.id))
    let html = String(decoding: Report(input).html(bundle: nil), as: UTF8.self)
    #expect(html.contains("Kazakhstan, 2022: net migration −6,946 → −6,722"))
  }
}
