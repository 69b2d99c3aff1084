import Demography
import Ingest
import Testing

@Suite struct PeriodFormatTests {
  @Test(arguments: [
    (PeriodFormat(.yearMonth, span: .quarter), "202403", "2024-Q1"),
    (PeriodFormat(.yearMonth), "202403", "2024-03"),
    (PeriodFormat(.yearMonth, span: .year), "202412", "2024"),
    (PeriodFormat(.yearMonth, span: .yearToDate), "202409", "2024-01-01/P9M"),
    (PeriodFormat(.yearMonth, span: .yearToDate), "202412", "2024"),
    (PeriodFormat(.year), " 2024 ", "2024"),
    (PeriodFormat(.yearMonthDay), "20240229", "2024-02-29"),
    (PeriodFormat(.dayPointMonthPointYear), "1.2.2024", "2024-02-01"),
    (PeriodFormat(.dayPointMonthPointYear, span: .month), "29.02.2024", "2024-02"),
    (PeriodFormat(.monthPointYear), "02.2024", "2024-02"),
    (PeriodFormat(.yearDashQuarter), "2024-4", "2024-Q4"),
    (PeriodFormat(.yearDashMonth), "2024-3", "2024-03"),
    (PeriodFormat(.sdmx), "2024-Q2", "2024-Q2"),
  ])
  func aPeriodIsReadInItsForm(format: PeriodFormat, text: String, period: String) {
    #expect(format.period(text)?.description == period)
  }

  @Test(arguments: [
    (PeriodFormat(.yearMonth, span: .quarter), "202404"), (PeriodFormat(.yearMonth), "202413"),
    (PeriodFormat(.yearMonth), "2024"), (PeriodFormat(.year), "24"),
    (PeriodFormat(.yearMonthDay), "20230229"),
    (PeriodFormat(.yearMonth, span: .year), "202403"), (PeriodFormat(.yearDashQuarter), "2024-5"),
    (PeriodFormat(.sdmx), "2024-01-01/P99999999999999999Y"),
  ])
  func whatIsNoPeriodIsNotGuessed(format: PeriodFormat, text: String) {
    #expect(format.period(text) == nil)
  }
}
