import Demography
import Formats
import Foundation
import SeriesModels

/// What a calendar tells of every period of a series, past and future, as a user asks for it.
public struct CalendarRequest: Sendable {
  static let workingDays = "working-days"

  /// `working-days`, a moving feast, or a name of the table of holidays.
  let columns: [String]
  /// A table `date,holiday[,works]`.
  let holidays: String?

  public init(columns: [String], holidays: String?) {
    self.columns = columns
    self.holidays = holidays
  }

  /// Names that need no table.
  public static let known = [workingDays] + MovingFeast.allCases.map(\.rawValue)

  /// - Throws: `Faults` of the table; `calendar.unknown` for a column that neither it nor `known` has.
  func calendar() throws -> CalendarColumns {
    let calendar = try holidays.map { try Self.read(UserFile.grid($0)) } ?? WorkingCalendar()
    let names = calendar.names
    var found: [CalendarColumns.Entry] = []
    var faults: [Fault] = []
    if columns.isEmpty {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--calendar", "value": "", "form": Self.known.joined(separator: ",")])
    }
    for name in columns {
      if name == Self.workingDays {
        found.append((name, .workingDays))
      } else if names.contains(name) {
        found.append((name, .named(name)))
      } else if let feast = MovingFeast(rawValue: name) {
        found.append((name, .feast(feast)))
      } else {
        let all = Self.known + names
        faults.append(
          Fault(
            .usage, "calendar.unknown",
            [
              "name": name, "nearest": nearest(to: name, in: all) ?? all[0],
              "known": all.joined(separator: ", "),
            ]))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return CalendarColumns(calendar: calendar, columns: found)
  }

  /// - Throws: all `Faults` of the table together: `series.column`, `series.cells`, `calendar.date`,
  ///   `calendar.twice`, `calendar.works`.
  static func read(_ grid: TextGrid) throws -> WorkingCalendar {
    let titles = (grid.rows.first?.cells ?? []).map {
      $0.trimmingCharacters(in: .whitespaces).lowercased()
    }
    guard let date = titles.firstIndex(of: "date"), let name = titles.firstIndex(of: "holiday")
    else {
      throw Faults(
        Fault(
          .badData, "series.column",
          [
            "column": titles.contains("date") ? "holiday" : "date",
            "needed": "date, holiday", "found": titles.joined(separator: ", "),
          ], at: Place(file: grid.file, line: grid.rows.first?.line ?? 1)))
    }
    let works = titles.firstIndex(of: "works")
    var holidays: [Day: String] = [:]
    var worked: Set<Day> = []
    var faults: [Fault] = []
    for row in grid.rows.indices.dropFirst() {
      let cells = grid.rows[row].cells.map { $0.trimmingCharacters(in: .whitespaces) }
      if cells.allSatisfy(\.isEmpty) { continue }
      func fail(_ code: String, _ arguments: [String: String], column: Int) {
        faults.append(
          Fault(.badData, code, arguments, at: grid.place(row: row, column: column)))
      }
      let needed = max(date, name, works ?? 0) + 1
      guard cells.count >= needed else {
        fail(
          "series.cells", ["found": "\(cells.count)", "needed": "\(needed)"], column: 0)
        continue
      }
      guard let day = Day(cells[date]) else {
        fail("calendar.date", ["text": cells[date]], column: date)
        continue
      }
      guard holidays[day] == nil, !worked.contains(day) else {
        fail("calendar.twice", ["date": "\(day)"], column: date)
        continue
      }
      switch works.map({ cells[$0] }) ?? "" {
      case "", "0", "no": holidays[day] = cells[name]
      case "1", "yes": worked.insert(day)
      case let other: fail("calendar.works", ["text": other], column: works ?? 0)
      }
    }
    if faults.isEmpty, holidays.isEmpty, worked.isEmpty {
      faults.append(
        Fault(
          .badData, "table.empty", at: Place(file: grid.file, line: grid.rows.first?.line ?? 1)))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return WorkingCalendar(holidays: holidays, worked: worked)
  }
}

/// A calendar and what is asked of it.
struct CalendarColumns: Sendable {
  typealias Entry = (name: String, column: WorkingCalendar.Column)
  let calendar: WorkingCalendar
  let columns: [Entry]

  /// From the first step of a series, `ahead` steps beyond its last; missing where its dates do not say which days
  /// they are for.
  func drivers(of series: TimeSeries, ahead: Int) -> [Driver] {
    let stretches = (0..<(series.count + ahead)).map { series.stretch($0) }
    return columns.map { entry in
      Driver(
        entry.name,
        stretches.map { stretch in
          stretch.map { calendar.value(entry.column, in: $0) } ?? .nan
        })
    }
  }

  /// Refuses series whose dates do not say which days they are for.
  /// - Throws: `Faults` with `calendar.dates` of each.
  func refuse(_ series: [TimeSeries]) throws {
    let faults = series.filter { $0.count > 0 && $0.stretch(0) == nil }.map {
      Fault(.badData, "calendar.dates", ["series": $0.id, "date": "\($0.period(0))"])
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}
