import Demography
import Formats
import Foundation
import Scenarios
import Testing
import Words

/// Every broken file is refused with the line and column of the fault and a sentence that helps.
@Suite struct BrokenFilesTests {
  static let all =
    BrokenFile.ofForm + BrokenFile.ofLevers + BrokenFile.ofTheWhole + BrokenFile.ofIndicators
    + BrokenFile.ofSettings + BrokenFile.ofSlips

  private static let programme = """
    temporary: [{id: work, stock: 100, term_quarters: 4, max_terms: 1, renewal: 0.5}]
    """

  private func said(_ file: BrokenFile) throws -> [String] {
    let baseline = try ToyCountry.baseline(extra: Self.programme)
    return Self.faults(file, baseline).map(Self.line)
  }

  private static func faults(_ file: BrokenFile, _ baseline: Baseline) -> [Fault] {
    do throws(Faults) {
      let document = try readYAML(Array(file.text.utf8), file: "broken.yaml")
      _ = try Scenario(document, baseline: baseline, regions: ToyCountry.regions)
      return []
    } catch {
      return error.all
    }
  }

  private static func line(_ fault: Fault) -> String {
    let book = Wordbook(.en)
    let place = fault.place.map { "\($0.line):\($0.column ?? 0) " } ?? ""
    let what = book("fault.\(fault.code).what", fault.arguments)
    return "\(place)\(what) | \(book.hint(fault.code, fault.arguments) ?? "⟨no hint⟩")"
  }

  @Test(arguments: all) func aBrokenFileIsRefusedWithItsPlaceAndAWayOut(
    file: BrokenFile
  ) throws {
    let found = try said(file)
    if ProcessInfo.processInfo.environment["AGYN_SAID"] != nil {
      print("SAID\t\(file.name)\t\(found.joined(separator: "\t"))")
    }
    #expect(found == file.said)
    let holes = found.filter {
      $0.range(of: "⟨|\\{[a-z_]+\\}", options: .regularExpression) != nil
    }
    #expect(holes.isEmpty)
  }

  @Test func thereAreFortyAndNoNameStandsTwice() {
    #expect(Self.all.count >= 40)
    #expect(Set(Self.all.map(\.name)).count == Self.all.count)
  }

  @Test func whatIsNotBrokenInTheSoundPartsPasses() throws {
    #expect(try said(BrokenFile("sound", after: "")).isEmpty)
  }
}
