import Demography
import SeriesModels
import Testing

@Suite struct SeriesReaderTests {
  private func faults(_ text: String) -> [Fault] {
    do {
      _ = try readSeries(Reference.grid(text, file: "in.csv"), season: nil)
      return []
    } catch let faults as Faults {
      return faults.all
    } catch {
      return []
    }
  }

  @Test func columnsAndRowsMayStandInAnyOrder() throws {
    let text = "y,ds,unique_id\n3,2024-Q3,b\n1,2024-Q1,b\n,2024-Q2,b\n7,2024-05,a\n8,2024-06,a\n"
    let all = try readSeries(Reference.grid(text, file: "in.csv"), season: nil)
    #expect(all.map(\.id) == ["a", "b"])
    #expect(all[0].season == 12)
    #expect(all[1].season == 4)
    #expect(all[1].values[0] == 1 && all[1].values[1].isNaN && all[1].values[2] == 3)
    #expect(all[1].period(3) == .quarter(2024, 4))
  }

  @Test func everyFaultIsNamedWithItsPlace() {
    let found = faults(
      "unique_id,ds,y\na,2024-01,1\na,2024-01,2\na,2024-13,3\na,2024-02,x1\nb,2024-01-01\n")
    #expect(
      found.map(\.description) == [
        "series.duplicate(period: 2024-01, series: a) in.csv:3:3",
        "series.period(text: 2024-13) in.csv:4:3", "series.number(text: x1) in.csv:5:11",
        "series.cells(found: 2, needed: 3) in.csv:6:1",
      ])
  }

  @Test func aMissingColumnIsNamed() {
    #expect(
      faults("id,ds,y\na,2024,1\n").map(\.description)
        == [
          "series.column(column: unique_id, found: id, ds, y, needed: unique_id, ds, y) in.csv:1:1"
        ])
    #expect(faults("unique_id,ds,y\n").map(\.code) == ["series.table"])
  }

  @Test func mixedFrequenciesAreIrregular() {
    #expect(
      faults("unique_id,ds,y\na,2023,1\na,2024-Q1,2\n").map(\.code) == ["series.irregular"])
    #expect(
      faults("unique_id,ds,y\na,2023-01-01,1\na,2023-01-04,2\na,2023-06-20,2\n").map(\.code)
        == ["series.irregular"])
  }

  @Test func stocksAtADateKeepTheirDay() throws {
    let points: [(Period, Double?)] = [
      (.day(Day(year: 2023, month: 1, day: 1)), 5), (.day(Day(year: 2024, month: 1, day: 1)), 6),
      (.day(Day(year: 2025, month: 1, day: 1)), 7),
    ]
    let series = try TimeSeries(id: "a", points: points, season: nil)
    #expect(series.count == 3)
    #expect(series.season == 1)
    #expect("\(series.period(4))" == "2027-01-01")
    let ends: [(Period, Double?)] = [
      (.day(Day(year: 2024, month: 2, day: 29)), 5), (.day(Day(year: 2024, month: 3, day: 31)), 6),
      (.day(Day(year: 2024, month: 4, day: 30)), 6),
    ]
    let monthly = try TimeSeries(id: "b", points: ends, season: nil)
    #expect("\(monthly.period(3))" == "2024-05-31")
  }

  /// A month asks for the value of its one date; a year of monthly dates asks for none.
  @Test func aMonthFindsTheOneDateInIt() throws {
    let points: [(Period, Double?)] = (1...12).map {
      (.day(Day(year: 2020, month: $0, day: 1)), Double($0))
    }
    let series = try TimeSeries(id: "a", points: points, season: nil)
    #expect(series.step(in: .month(2020, 3)) == 2)
    #expect(series.step(in: .day(Day(year: 2020, month: 3, day: 1))) == 2)
    #expect(series.step(in: .year(2020)) == nil && series.step(in: .month(2021, 1)) == nil)
    #expect(series.step(of: .month(2020, 3)) == nil)
  }

  /// The same cells as columns: texts of identity and date, and numbers.
  private func columns(_ grid: TextGrid) -> ColumnTable {
    let titles = grid.rows[0].cells
    return ColumnTable(
      file: grid.file,
      columns: titles.enumerated().map { place, title in
        let cells = grid.rows.dropFirst().map { $0.cells[place] }
        return title.lowercased() == "y"
          ? .numbers(title, cells.map { Double($0) ?? .nan }) : .texts(title, cells)
      })
  }

  @Test(arguments: [
    "y,ds,Unique_ID\n3,2024-Q3,b\n1,2024-Q1,b\n,2024-Q2,b\n7,2024-05,a\n8,2024-06,a\n",
    "unique_id,ds,y\nb,2024-03,3\nb,2024-01,1\na,2024-01,5\na,2024-03,7\nc,2024-03,4\nc,2024-01,\n",
    "unique_id,ds,y\n,2024-01-31,1\n,2024-02-29,NA\n,2024-04-30,2\nx,2020,2\nx,2022,5\n",
  ])
  func columnsGiveTheSeriesOfTheirCells(_ text: String) throws {
    let grid = Reference.grid(text, file: "in.csv")
    for season in [nil, 6] {
      let expected = try readSeries(grid, season: season)
      let found = try #require(readSeries(columns(grid), season: season))
      #expect(found.map(\.id) == expected.map(\.id))
      #expect(found.map(\.clock) == expected.map(\.clock))
      #expect(found.map(\.season) == expected.map(\.season))
      for (a, b) in zip(found, expected) {
        #expect(a.values.map(\.bitPattern) == b.values.map(\.bitPattern))
      }
    }
  }

  @Test(arguments: [
    "unique_id,ds,y\na,2024-01,1\na,2024-01,2\n", "unique_id,ds,y\na,2024-13,3\n",
    "unique_id,ds,y\na,2023,1\na,2024-Q1,2\n", "id,ds,y\na,2024,1\n",
    "unique_id,ds,y,x\na,2024,1,2\n", "unique_id,ds,y\n",
  ])
  func columnsAtFaultOrWithOthersAreLeftToTheReaderOfCells(_ text: String) {
    #expect(readSeries(columns(Reference.grid(text, file: "in.csv")), season: nil) == nil)
  }

  @Test func anyBytesGiveSeriesOrFaults() {
    // A small generator of broken tables: every outcome must be series or faults, never a crash.
    var state: UInt64 = 7
    func next(_ n: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % n
    }
    let cells = [
      "a", "", "2024", "2024-Q1", "2024-02-30", "1e400", "-5", "NaN", "unique_id", "ds", "y", "∞",
      "9999-12", "0000", "2024-01-01/P8M", "2024-01-01", "1970-01-05", "inf",
    ]
    var outcomes = 0
    for _ in 0..<2_000 {
      var text = next(3) == 0 ? "" : "unique_id,ds,y\n"
      for _ in 0..<next(6) {
        text += (0..<(1 + next(4))).map { _ in cells[next(cells.count)] }.joined(separator: ",")
        text += "\n"
      }
      do {
        let all = try readSeries(Reference.grid(text, file: "x"), season: nil)
        outcomes += all.allSatisfy { !$0.values.contains { $0.isInfinite } } ? 1 : 0
      } catch {
        outcomes += error is Faults ? 1 : 0
      }
    }
    #expect(outcomes == 2_000)
  }
}
