import Foundation
import Kernel
import Testing

@Suite struct ChainDiagnosticsTests {
  /// The chains of make_chain_references.py.
  static func chains(_ rho: Double, _ count: Int = 500) -> [[Double]] {
    (0..<4).map { c in
      var state = 1 + c * 7919
      var x = 0.0
      let values = (0..<count + 20).map { _ in
        state = (state * 1_103_515_245 + 12345) % (1 << 31)
        x = rho * x + ((Double(state) + 0.5) / 0x1p31 - 0.5)
        return x
      }
      return Array(values.dropFirst(20))
    }
  }

  static func chains(_ name: String) -> [[Double]] {
    var found = chains(name == "alternating" ? -0.5 : name == "sticky" ? 0.95 : 0.6)
    switch name {
    case "shifted": found[3] = found[3].map { $0 + 0.3 }
    case "scaled": found[2] = found[2].map { $0 * 3 }
    case "cubed": found = found.map { $0.map { $0 * $0 * $0 } }
    case "odd": found = chains(0.6, 501)
    default: break
    }
    return found
  }

  /// Against ArviZ 0.23.4; both add the same numbers in another order.
  @Test func theFiguresAreThoseOfThePeer() throws {
    let url = try #require(Bundle.module.url(forResource: "References", withExtension: nil))
      .appendingPathComponent("chain_diagnostics.csv")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    #expect(lines[0].contains("arviz 0.23.4"))
    #expect(lines.count == 9)
    for line in lines.dropFirst(2) {
      let cells = line.split(separator: ",").map(String.init)
      let expected = try cells.dropFirst().map { try #require(Double($0)) }
      let set = Self.chains(cells[0])
      let found = [
        ChainDiagnostics.rHat(set), ChainDiagnostics.bulkEffectiveCount(set),
        ChainDiagnostics.tailEffectiveCount(set), ChainDiagnostics.effectiveCount(set),
        ChainDiagnostics.monteCarloError(set),
      ]
      for (a, b) in zip(found, expected) {
        #expect(abs(a / b - 1) < 1e-9, "\(cells[0]): \(found), \(expected)")
      }
    }
  }

  /// An AR(1) chain of n draws is worth n (1 − ρ)/(1 + ρ).
  @Test(arguments: [0.0, 0.5, 0.9]) func anAutoregressionIsWorthItsFormula(rho: Double) {
    let n = 20_000
    let chains = (0..<4).map { c in
      var stream = RandomStream(
        StreamKey(seed: 3, stream: "test.ar"), unit: UnitKey(number: UInt32(c)), draw: 0, time: 0)
      var x = stream.normal() / (1 - rho * rho).squareRoot()
      return (0..<n).map { _ in
        x = rho * x + stream.normal()
        return x
      }
    }
    let expected = Double(4 * n) * (1 - rho) / (1 + rho)
    #expect(abs(ChainDiagnostics.effectiveCount(chains) / expected - 1) < 0.1)
    #expect(ChainDiagnostics.rHat(chains) < 1.005)
  }

  @Test func chainsThatDisagreeAreFound() {
    // One chain elsewhere; one chain in the same place but three times as wide.
    #expect(ChainDiagnostics.rHat(Self.chains("shifted")) > 1.05)
    #expect(ChainDiagnostics.rHat(Self.chains("scaled")) > 1.05)
    // Chains that drift: split halves disagree though whole chains do not.
    let drift = (0..<4).map { _ in (0..<400).map { Double($0) } }
    #expect(ChainDiagnostics.rHat(drift) > 1.5)
  }

  @Test func whatDoesNotVaryHasNoDiagnostics() {
    let still = [[Double]](repeating: [Double](repeating: 2, count: 100), count: 4)
    #expect(ChainDiagnostics.rHat(still).isNaN)
    #expect(ChainDiagnostics.effectiveCount(still).isNaN)
    let draws = PosteriorDraws(names: ["x"], chains: still)
    #expect(!draws.summary(0).hasMixed(chains: 4))
  }

  @Test func drawsKeepTheirPlaces() {
    let draws = PosteriorDraws(
      names: ["a", "b"], chains: [[1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12, 13, 14, 15, 16]])
    #expect(draws.count == 4 && draws.total == 8 && draws.chainCount == 2)
    #expect(draws.chains(1) == [[2, 4, 6, 8], [10, 12, 14, 16]])
    #expect(draws[4, 0] == 9 && draws[7, 1] == 16)
    #expect(draws.index(of: "b") == 1 && draws.index(of: "c") == nil)
    #expect(draws.summary(0).mean == 8)
  }
}
