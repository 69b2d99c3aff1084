import Demography
import Testing

@Suite struct PeriodTests {
  @Test(arguments: [
    "2024", "2024-Q1", "2024-Q4", "2024-03", "2024-12", "2024-02-29", "2025-01-01/P9M",
    "2021-01-01/P8M", "2024-03-01/P10D", "0001", "1999-Q3",
  ])
  func textReadsBackAsItself(_ text: String) {
    #expect(Period(text)?.description == text)
  }

  @Test(arguments: [
    "", "24", "2024-Q5", "2024-Q0", "2024-13", "2024-00", "2024-02-30", "2023-02-29", "2024-1",
    "2024-Q1-1", "Q1-2024", "2024/P", "2024-01-02/P3M", "2024-01-01/P0M", "2024-01-01/PXM", "abcd",
    "2024-", "-2024", "2024-Q1x", "2024-01-01/", "2024--1",
  ])
  func nonsenseIsRefused(_ text: String) {
    #expect(Period(text) == nil)
  }

  @Test func aSpanOfACalendarUnitReadsAsThatUnit() {
    #expect(Period("2024-01-01/P12M") == .year(2024))
    #expect(Period("2024-04-01/P3M") == .quarter(2024, 2))
    #expect(Period("2024-01-01/P1Y") == .year(2024))
  }

  @Test func periodsFollowEachOtherWithoutHoles() {
    var period = Period.month(1999, 11)
    for _ in 0..<400 {
      #expect(period.endDay == period.next.firstDay)
      #expect(period < period.next)
      period = period.next
    }
    #expect(period.description == "2033-03")
  }

  @Test func aYearContainsItsQuartersAndMonthsAndNoOthers() {
    for quarter in 1...4 { #expect(Period.year(2024).contains(.quarter(2024, quarter))) }
    #expect(!Period.year(2024).contains(.month(2025, 1)))
    #expect(Period.quarter(2024, 1).contains(.day(Day(year: 2024, month: 3, day: 31))))
  }
}

@Suite struct DayTests {
  @Test func everyDayOfFourCenturiesReadsBack() {
    var number = Day(year: 1700, month: 1, day: 1).number
    let end = Day(year: 2100, month: 12, day: 31).number
    while number <= end {
      let day = Day(number: number)
      #expect(Day(day.description) == day)
      number += 97
    }
  }

  @Test func knownDaysHaveKnownNumbers() {
    #expect(Day(year: 1970, month: 1, day: 1).number == 0)
    #expect(Day(year: 2000, month: 3, day: 1).number == 11_017)
    #expect(Day("2024-02-29")?.number == 19_782)
  }

  @Test func instantsReadBack() {
    let text = "2025-10-15T23:59:58Z"
    #expect(Instant(text)?.description == text)
    #expect(Instant("2025-10-15")?.description == "2025-10-15T00:00:00Z")
    #expect(Instant("2025-10-15T24:00:00Z") == nil)
    #expect(Instant("2025-10-15 23:59:58") == nil)
  }
}
