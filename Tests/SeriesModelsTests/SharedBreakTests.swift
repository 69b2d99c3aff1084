import Foundation
import Kernel
import SeriesModels
import Testing

/// Breaks against R's strucchange 1.5-3, from the shared golden files.
@Suite struct SharedBreakTests {
  @Test func partitionsAndTestsAreThoseOfStrucchange() throws {
    guard let used = try Golden.expected("series_used"),
      let golden = try Golden.expected("r_strucchange")
    else { return }
    for name in golden.keys where !name.hasPrefix("v_") {
      let entry = golden[name]
      let values =
        name == "logUKDriver"
        ? Reference.named("UKDriverDeaths").values.map { log($0) } : used[name].numbers("y")
      try #require(!values.isEmpty, "\(name)")
      let breaks = try LevelBreaks(values)
      for (m, expected) in entry.numbers("rss_by_m").enumerated() {
        #expect(relativeDifference(breaks.sums[m], expected) < 1e-9, "\(name) \(m)")
        let criterion = entry.numbers("bic_by_m")[m]
        #expect(relativeDifference(breaks.criterion[m], criterion) < 1e-9, "\(name) \(m)")
      }
      #expect(breaks.chosen.map { Double($0 + 1) } == entry.numbers("chosen"), "\(name)")

      let supremum = try SupremumTest(values)
      #expect(relativeDifference(supremum.statistic, entry.number("supF")) < 1e-9, "\(name)")
      #expect(supremum.place + 1 == Int(entry.number("supF_argmax")), "\(name)")
      // Theirs is Hansen's (1997) response surface, ours the limit itself.
      #expect(abs(supremum.pValue - entry.number("supF_p")) < 1e-4, "\(name)")

      let sums = try CumulativeSumTest(values)
      #expect(relativeDifference(sums.statistic, entry.number("olscusum_stat")) < 1e-9, "\(name)")
      #expect(relativeDifference(sums.pValue, entry.number("olscusum_p")) < 1e-6, "\(name)")
    }
  }
}
