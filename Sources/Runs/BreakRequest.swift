import Projection
import Words

/// What `--breaks` asks: years, `auto` to find them, `none`.
struct BreakRequest {
  let choice: Hindcast.Breaks
  let years: Set<Int>

  /// - Throws: `option.wrong` for what is neither a word nor a list of years.
  init(_ text: String) throws {
    switch text {
    case "auto": (choice, years) = (.found, [])
    case "none", "": (choice, years) = (.none, [])
    default:
      let named = try ProjectionDesk.years(text, option: "--breaks")
      (choice, years) = (.declared, Set(named))
    }
  }

  /// The totals with what was found in all their years among the breaks, for outcomes on the level of a
  /// launch; forecasts use only what was found before their launch.
  func declared(in totals: RegionalTotals) -> RegionalTotals {
    choice == .found ? totals.withBreaks(totals.revisionYears(before: totals.lastYear)) : totals
  }

  /// The breaks in words.
  func said(_ totals: RegionalTotals, _ words: Wordbook) -> String {
    let list = totals.breaks.sorted().map(String.init).joined(separator: ", ")
    if list.isEmpty {
      return words(choice == .found ? "hindcast.breaks.none-found" : "hindcast.breaks.none")
    }
    return choice == .found ? words("hindcast.breaks.found", ["years": list]) : list
  }
}
