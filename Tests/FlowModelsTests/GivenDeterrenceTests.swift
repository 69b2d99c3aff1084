import Demography
import FlowModels
import Testing

/// Deterrences that a user gives, as functions and as tables.
struct GivenDeterrenceTests {
  private func faults(_ text: String) -> [String] {
    do {
      _ = try Deterrence.functions(text)
      return []
    } catch let faults as Faults {
      return faults.all.map(\.code)
    } catch {
      return ["\(error)"]
    }
  }

  @Test func functionsOfCostAreTerms() throws {
    let given = try Deterrence.functions("log(cost), sqrt(cost) / 2, cost^2")
    #expect(given.terms.count == 3)
    let found = given.basis(9)
    let expected = [2.1972245773362196, 1.5, 81]
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-15) }
    #expect(faults("distance") == ["interaction.deterrence-term"])
    #expect(faults("cost, cost") == ["flows.name-twice"])
    #expect(faults("3, log(cost)") == ["interaction.deterrence-term"])
    #expect(faults("cost +").count == 1)
    #expect(faults("cost,").count == 1)
  }

  /// Between its rows the logarithm of a table is a line; beyond them it has no value.
  @Test func tablesHoldBetweenTheirEnds() throws {
    let file = "cost,value\n10,1\n20,0.5\n60,0.25\n"
    let table = try Deterrence.table(grid: SharedData.grid(text: file))
    let half = -0.6931471805599453
    #expect(abs(table.basis(15)[0] - half / 2) < 1e-15)
    #expect(abs(table.basis(50)[0] - 1.75 * half) < 1e-15)
    #expect(table.basis(10) == [0])
    #expect(abs(table.basis(60)[0] - 2 * half) < 1e-15)
    #expect(table.basis(9.9)[0].isNaN)
    #expect(table.basis(60.1)[0].isNaN)
    let error = #expect(throws: Faults.self) {
      try Deterrence.table(grid: SharedData.grid(text: "cost,value\n10,1\n10,0\n"))
    }
    #expect(error?.all.map(\.code) == ["interaction.table-value", "interaction.table-order"])
    let short = #expect(throws: Faults.self) {
      try Deterrence.table(grid: SharedData.grid(text: "cost,value\n10,1\n"))
    }
    #expect(short?.all.map(\.code) == ["interaction.table-short"])
  }

  /// A pair at whose cost the table says nothing is a fault, not a flow of some other size.
  @Test func pairsBeyondATableAreTold() throws {
    let table = try Deterrence.table(
      grid: SharedData.grid(text: "cost,value\n10,1\n20,0.5\n"))
    let pairs = try InteractionTable(
      origins: ["A", "B"], destinations: ["A", "B"], costs: [0, 15, 25, 0], diagonal: .closed)
    let error = #expect(throws: Faults.self) {
      try InteractionFlows(
        InteractionSpecification(.production, table, destinationExponent: .fixed(1)), pairs,
        InteractionParameters(deterrence: [1]),
        margins: InteractionMargins(origins: [5, 6]),
        masses: InteractionMasses(destinations: [1, 2]))
    }
    #expect(error?.all.map(\.code) == ["interaction.no-deterrence"])
    #expect(error?.all.first?.arguments["origin"] == "A")
    #expect(error?.all.first?.arguments["cost"] == "25")
  }
}
