import Demography
import FlowModels
import Formats
import Foundation
import SeriesModels

/// A plain file named on the command line, outside any workspace.
enum UserFile {
  /// Refuses to write over a file that is read, or twice to one file.
  ///
  /// - Throws: `paths.input`.
  static func refuse(
    writing written: [(option: String, file: String?)], reading read: [String?]
  ) throws {
    func place(_ path: String) -> String {
      URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
    var taken = Set(read.compactMap { $0 }.map(place))
    for (option, file) in written {
      guard let file else { continue }
      guard taken.insert(place(file)).inserted else {
        throw Fault(.usage, "paths.input", ["option": option, "file": file])
      }
    }
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Fault(.missingInput, "file.missing", ["path": path])
    }
    return [UInt8](data)
  }

  /// A file of flows, Parquet or delimited, read column by column; what is wrong with a delimited one
  /// is told by the reader of grids.
  static func flows(_ path: String) throws -> FlowData {
    if path.lowercased().hasSuffix(".parquet") {
      return FlowData(try Formats.readParquet(bytes(path), file: path))
    }
    if let table = Formats.readColumns(path: path) { return FlowData(table) }
    return try FlowData(grid: grid(path))
  }

  /// The series of a table of `unique_id`, `ds` and `y` alone; `nil` where it has other columns or there is
  /// anything wrong with it, which `readSeries` of the grid then tells.
  static func series(_ path: String, season: Int?) -> [TimeSeries]? {
    let table = Formats.readColumns(path: path) { title in
      switch seriesColumn(title) {
      case "y": .numbers
      case nil: .any
      default: .words
      }
    }
    return table.flatMap { readSeries($0, season: season) }
  }

  /// A delimited file, or a Parquet one, as a grid of texts.
  static func grid(_ path: String) throws -> TextGrid {
    guard path.lowercased().hasSuffix(".parquet") else {
      return try Formats.readDelimited(bytes(path), file: path)
    }
    return grid(of: FlowData(try Formats.readParquet(bytes(path), file: path)))
  }

  /// The rows of a table read by columns as texts, numbers with all their digits; rows count from 1, the
  /// names of the columns stand before them.
  private static func grid(of data: FlowData) -> TextGrid {
    let places = Array(data.columnNames.indices.map { $0 + 1 })
    let header = TextGrid.Row(line: 1, cells: data.columnNames, columns: places)
    return TextGrid(
      file: data.file,
      rows: [header]
        + (0..<data.count).map { row in
          TextGrid.Row(line: data.line(of: row), cells: data.texts(row: row), columns: places)
        })
  }
}

/// Seconds that a step took on the wall clock.
func seconds<Value>(_ body: () throws -> Value) rethrows -> (Value, Double) {
  let start = DispatchTime.now().uptimeNanoseconds
  let value = try body()
  return (value, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
}
