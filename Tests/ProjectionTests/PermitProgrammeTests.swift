import Projection
import Testing

/// Golden case gc18.
@Suite struct PermitProgrammeTests {
  private func run(
    _ programme: PermitProgramme, quarters: Int, wanted: Double,
    quota: (Int) -> Double? = { _ in nil }
  ) -> (stock: PermitStock, accounts: [PermitStock.Quarter]) {
    var stock = PermitStock(programme)
    var accounts: [PermitStock.Quarter] = []
    for quarter in 1...quarters {
      let before = stock.total
      let account = stock.advance(programme, wanted: wanted, quota: quota(quarter))
      let expected =
        before - account.earlyExit - account.expiring + account.renewed + account.admitted
      #expect(abs(stock.total - expected) < 1e-8)
      accounts.append(account)
    }
    return (stock, accounts)
  }

  @Test func aConstantInflowFillsThreeTermsToItsSteadyState() {
    let programme = PermitProgramme(termQuarters: 4, maxTerms: 3, renewal: 0.4)
    let end = run(programme, quarters: 40, wanted: 1000)
    #expect(abs(end.stock.total / 6240 - 1) <= 1e-9)
    #expect(abs(programme.steadyStock(inflow: 1000).total / 6240 - 1) <= 1e-12)
  }

  @Test func earlyExitsLowerTheSteadyState() {
    let programme = PermitProgramme(termQuarters: 4, maxTerms: 3, renewal: 0.4, earlyExit: 0.02)
    let end = run(programme, quarters: 60, wanted: 1000)
    #expect(abs(end.stock.total / 5842.0651391401 - 1) <= 1e-9)
    #expect(abs(programme.steadyStock(inflow: 1000).total / end.stock.total - 1) <= 1e-12)
  }

  @Test func overstayIsAShareOfThoseNeitherRenewedNorMadePermanent() {
    let programme = PermitProgramme(
      termQuarters: 4, maxTerms: 3, renewal: 0.4, earlyExit: 0.02, toPermanent: 0.05,
      overstay: 0.10, overstayLeave: 0.25, regularise: 0.05)
    let end = run(programme, quarters: 60, wanted: 1000)
    let fifth = end.accounts[4]
    let expected = [922.36816, 368.947264, 46.118408, 50.7302488, 456.5722392]
    let ours = [
      fifth.expiring, fifth.renewed, fifth.toPermanent, fifth.toOverstay, fifth.left,
    ]
    #expect(worstRelative(ours, expected) <= 1e-9)
    #expect(abs(end.stock.overstayers / 271.2490959583383 - 1) <= 1e-9)
    let permanent = end.accounts.map(\.toPermanent).reduce(0, +)
    #expect(abs(permanent / 3768.7556133992243 - 1) <= 1e-9)
  }

  @Test func aQuotaCutLeavesDemandUnmetAndTheStockSmaller() {
    let programme = PermitProgramme(
      termQuarters: 4, maxTerms: 3, renewal: 0.4, earlyExit: 0.02, overstay: 0.10)
    let end = run(programme, quarters: 40, wanted: 900) { $0 <= 20 ? 1000 : 600 }
    #expect(end.accounts[19].unmet == 0)
    #expect(end.accounts[20].unmet == 300)
    #expect(abs(end.stock.total / 3505.2390834841035 - 1) <= 1e-9)
    #expect(abs(end.stock.overstayers / 214.88011739998893 - 1) <= 1e-9)
  }

  /// Every quarter of three runs, all entries of its account; the file prints fifteen digits.
  @Test(arguments: ["A", "B", "C"]) func everyQuarterIsThatOfTheReference(_ name: String) throws {
    let rows = try ReferenceTable("permit_paths").rows.filter { $0["run"] == name }
    let programme = PermitProgramme(
      termQuarters: 4, maxTerms: 3, renewal: 0.4, earlyExit: name == "A" ? 0 : 0.02,
      toPermanent: name == "B" ? 0.05 : 0, overstay: name == "A" ? 0 : 0.10, overstayLeave: 0.25,
      regularise: name == "B" ? 0.05 : 0)
    var stock = PermitStock(programme)
    var permanent = 0.0
    #expect(rows.count == (name == "B" ? 60 : 40))
    for (k, row) in rows.enumerated() {
      let quota: Double? = name == "C" ? (k < 20 ? 1000 : 600) : nil
      let account = stock.advance(programme, wanted: name == "C" ? 900 : 1000, quota: quota)
      permanent += account.toPermanent
      let ours = [
        account.admitted, account.unmet, account.earlyExit, account.expiring, account.renewed,
        account.toPermanent, account.toOverstay, account.left, stock.total, stock.overstayers,
        permanent, account.regularised,
      ]
      let expected = [
        "admitted", "unmet", "early_exit", "expiring", "renewed", "to_permanent", "to_overstay",
        "left", "stock", "overstayers", "permanent_so_far", "regularised",
      ].map { Double(row[$0] ?? "") ?? .nan }
      #expect(row["quarter"] == "\(k + 1)")
      #expect(worstRelative(ours, expected) <= 1e-12, "\(name) \(k + 1)")
    }
  }

  @Test func otherTermsLoseNobody() {
    let long = PermitProgramme(termQuarters: 4, maxTerms: 3, renewal: 0.5, earlyExit: 0.02)
    let short = PermitProgramme(termQuarters: 2, maxTerms: 1, renewal: 0.5)
    var stock = long.steadyStock(inflow: 100)
    let before = stock.total
    stock.relay(from: long, to: short)
    #expect(stock.cells.count == 2)
    #expect(abs(stock.total - before) <= 1e-12 * before)
    // The first quarter of all three terms, then the rest, which expires next.
    let cells = long.steadyStock(inflow: 100).cells
    #expect(abs(stock.cells[0] - (cells[0] + cells[4] + cells[8])) <= 1e-12 * before)
    stock.relay(from: short, to: long)
    #expect(abs(stock.total - before) <= 1e-12 * before)
    // Laying out for the same terms changes no bit.
    var same = long.steadyStock(inflow: 100)
    same.relay(from: long, to: long)
    #expect(same == long.steadyStock(inflow: 100))
  }
}
