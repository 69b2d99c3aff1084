import Export
import Foundation
import Testing
import Words

@Suite struct ReportTests {
  /// Where the reports of the mock run are put for `Tools/check_report.py` and for the eye:
  /// `AGYN_REPORT_OUT`, or a folder of the system's temporary directory.
  static let folder = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["AGYN_REPORT_OUT"]
      ?? NSTemporaryDirectory() + "agyn-export-tests")

  static let bundle: [UInt8]? = {
    let path = ProcessInfo.processInfo.environment["AGYN_VEGA_BUNDLE"] ?? ""
    return FileManager.default.contents(atPath: path).map(Array.init)
  }()

  @Test(arguments: Language.allCases)
  func theReportOfAMockRunIsWrittenInEveryLanguage(_ language: Language) throws {
    let html = Report(Mock.input(language)).html(bundle: Self.bundle)
    try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    try Data(html).write(to: Self.folder.appending(path: "report.\(language.rawValue).html"))
    for chart in charts(of: Mock.input(language)) {
      let folder = Self.folder.appending(path: "charts.\(language.rawValue)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(chart.bytes).write(to: folder.appending(path: chart.file))
    }
    let text = String(decoding: html, as: UTF8.self)
    #expect(!text.contains("⟨"), "a key without a text")
  }
}
