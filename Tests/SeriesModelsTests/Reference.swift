import Demography
import Foundation
import SeriesModels

/// The restated series of `References/series.csv`, by name.
enum Reference {
  static let series: [String: TimeSeries] = {
    guard let file = Bundle.module.url(forResource: "References", withExtension: nil),
      let text = try? String(
        contentsOf: file.appendingPathComponent("series.csv"), encoding: .utf8),
      let all = try? readSeries(grid(text, file: "series.csv"), season: nil)
    else { return [:] }
    return Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
  }()

  /// - Precondition: the series is in the file.
  static func named(_ id: String) -> TimeSeries {
    guard let found = series[id] else { preconditionFailure("no reference series \(id)") }
    return found
  }

  /// A comma-separated text as a reader of files would hand it on.
  static func grid(_ text: String, file: String) -> TextGrid {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.element.isEmpty }
    return TextGrid(
      file: file,
      rows: lines.map { number, line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var columns: [Int] = []
        var column = 1
        for cell in cells {
          columns.append(column)
          column += cell.count + 1
        }
        return TextGrid.Row(line: number + 1, cells: cells, columns: columns)
      })
  }
}
