import Export
import Testing
import Words

@Suite struct NumberFormatTests {
  @Test func thousandsAreGroupedAsTheLanguageDoes() {
    #expect(NumberFormat(.en).whole(1_234_567) == "1,234,567")
    #expect(NumberFormat(.ru).whole(1_234_567) == "1\u{202F}234\u{202F}567")
    #expect(NumberFormat(.kk).whole(-45_000) == "\u{2212}45\u{202F}000")
    #expect(NumberFormat(.kk).whole(999) == "999")
  }

  @Test func decimalsRoundHalfAwayFromZeroAndKeepTheirZeros() {
    #expect(NumberFormat(.en).decimal(2.5, 0) == "3")
    #expect(NumberFormat(.ru).decimal(1.05, 2) == "1,05")
    #expect(NumberFormat(.en).decimal(0.004, 2) == "0.00")
    #expect(NumberFormat(.en).decimal(-0.004, 2) == "0.00")
    #expect(NumberFormat(.en).decimal(.nan, 2) == "–")
  }

  @Test func signsArePlusAndATrueMinusAndZeroHasNone() {
    #expect(NumberFormat(.en).signed(1200) == "+1,200")
    #expect(NumberFormat(.en).signed(-31) == "\u{2212}31")
    #expect(NumberFormat(.en).signed(0) == "0")
    #expect(NumberFormat(.ru).signedPercent(-0.0358) == "\u{2212}3,6\u{202F}%")
    #expect(NumberFormat(.en).percent(0.8) == "80%")
  }

  @Test func largeNumbersKeepThreeDigitsAndAWord() {
    #expect(NumberFormat(.en).short(2_012_345) == "2.01\u{A0}m")
    #expect(NumberFormat(.ru).short(2_012_345) == "2,01\u{A0}млн")
    #expect(NumberFormat(.kk).short(31_000, isSigned: true) == "+31,0\u{A0}мың")
    #expect(NumberFormat(.en).short(4_321) == "4,321")
    #expect(NumberFormat(.en).short(999_999) == "1.00\u{A0}m")
  }

  @Test func aNumberTooSmallForPlacesIsNotShownAsZero() {
    #expect(NumberFormat(.en).cell(6.661e-13) == "6.66e\u{2212}13")
    #expect(NumberFormat(.ru).cell(-0.000051) == "\u{2212}5,10e\u{2212}5")
    #expect(NumberFormat(.en).cell(9.999e-9) == "1.00e\u{2212}8")
    #expect(NumberFormat(.en).cell(2.5e14) == "2.50e14")
    #expect(NumberFormat(.en).cell(0) == "0")
  }
}
