import Demography
import Foundation
import Runs
import Testing
import Words

/// The acceptance tests of the bundled figures, through the same doors a person uses.
@Suite(.serialized) struct AcceptanceTests {
  /// A copy of the bundled workspace in a folder of its own.
  static func workspace(_ change: (URL) throws -> Void = { _ in }) throws -> Workspace {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("agyn-acceptance-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["agyn.yaml", "data", "models", "scenarios"] {
      try FileManager.default.copyItem(
        at: SourceTree.root.appendingPathComponent(name),
        to: folder.appendingPathComponent(name))
    }
    try change(folder)
    return try Workspace(at: folder)
  }

  static func rules(_ summary: DataDesk.RuleSummary) -> [String: (
    failed: Double, notEvaluated: Double
  )] {
    var outcomes: [String: (failed: Double, notEvaluated: Double)] = [:]
    let failed = summary.rules.numbers("failed")
    let missing = summary.rules.numbers("not_evaluated")
    for (row, id) in summary.rules.texts("id").enumerated() {
      outcomes[id ?? ""] = (failed[row] ?? .nan, missing[row] ?? .nan)
    }
    return outcomes
  }

  @Test func theMarginsCloseInAllFourteenPeriods() throws {
    let summary = try DataDesk(Self.workspace()).rules(asOf: nil, words: Wordbook(.en))
    let types = summary.rules.texts("type")
    let evaluated = summary.rules.numbers("evaluated")
    let failed = summary.rules.numbers("failed")
    let closed = try #require(types.firstIndex(of: "closed_system"))
    #expect(evaluated[closed] == 14)
    #expect(failed[closed] == 0)
    for (row, type) in types.enumerated() where type == "identity" {
      #expect((evaluated[row] ?? 0) > 0)
    }
  }

  @Test func theReleaseOfTheDayIsRead() throws {
    let desk = DataDesk(try Self.workspace())
    for (day, value) in [("2023-03-01", -6946.0), ("2024-03-01", -6722.0)] {
      let table = try desk.observations(
        [
          "MEASURE=NET", "SCOPE=EXTERNAL", "REF_AREA=KZ", "SOURCE_ID=bns_external_ytd",
          "TIME_PERIOD=2022",
        ],
        asOf: day)
      #expect(table.numbers("OBS_VALUE") == [value], "as of \(day)")
    }
  }

  @Test func aRowWhoseLicenceForbidsItDoesNotLeaveAndTheLicenceIsNamed() throws {
    // An invented row of a source that may not be exported, marked TEST.
    let workspace = try Self.workspace { folder in
      let rows = """
        MEASURE,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS,ESTIMATE_KIND,REPORTER,SOURCE_ID,VINTAGE,NOTE
        CROSS_IN,KZ,2024-Q1,123,A,OBSERVED,KZ:BORDER,iom_border_quarterly,2024-05-01,TEST: an invented figure

        """
      try Data(rows.utf8).write(to: folder.appendingPathComponent("data/test_border.csv"))
    }
    let desk = DataDesk(workspace)
    #expect(try desk.observations(["SOURCE_ID=iom_border_quarterly"], asOf: nil).rowCount == 1)
    do {
      _ = try desk.observations(["SOURCE_ID=iom_border_quarterly"], asOf: nil, leaves: true)
      Issue.record("the row left")
    } catch let faults as Faults {
      #expect(faults.all.map(\.code) == ["licence.forbids"])
      let text = FaultText(Wordbook(.en))(faults.all)
      #expect(text.contains(faults.all[0].arguments["licence"] ?? "?"))
      #expect(text.contains("iom_border_quarterly"))
    }
  }

  @Test func theStoreMayBeDeletedWithoutLoss() throws {
    let workspace = try Self.workspace()
    let desk = DataDesk(workspace)
    let before = try desk.observations(["MEASURE=NET"], asOf: nil)
    try FileManager.default.removeItem(
      at: workspace.files.root.appendingPathComponent(".agyn"))
    #expect(try desk.observations(["MEASURE=NET"], asOf: nil) == before)
    #expect(before.rowCount > 50)
  }
}
