import Demography
import FlowModels
import Kernel
import Testing

struct NetBalancingTests {
  private let lists: NumberLists

  init() throws { lists = try NumberLists("contingency") }

  /// Golden G04d.
  @Test func netMigrationIsMetAsMigestDoes() throws {
    let seed = try lists("d", "seed")
    let net = try lists("d", "net")
    let fit = try NetBalancing.fit(seed: seed, net: net)
    #expect(try relativeDistance(fit.values, lists("d", "fit")) < 1e-9)
    let total = try NetBalancing.fit(seed: seed, net: net, total: 200)
    #expect(try relativeDistance(total.values, lists("d", "fit200")) < 1e-9)
    #expect(abs(total.values.reduce(0, +) - 200) < 1e-9)
    var closed = seed
    for i in 0..<4 { closed[5 * i] = 0 }
    let empty = try NetBalancing.fit(seed: closed, net: net)
    #expect(try relativeDistance(empty.values, lists("d", "closed")) < 1e-9)
    let slow = try NetBalancing.fit(seed: lists("d", "seed2"), net: lists("d", "net2"))
    #expect(try relativeDistance(slow.values, lists("d", "fit2")) < 1e-9)
    print(
      "G04d", try relativeDistance(fit.values, lists("d", "fit")),
      try relativeDistance(slow.values, lists("d", "fit2")), fit.steps, total.steps, slow.steps)
  }

  @Test func flowsAreTheSeedTimesAQuotientOfFactors() throws {
    let seed = try lists("d", "seed")
    let fit = try NetBalancing.fit(seed: seed, net: lists("d", "net"), total: 500)
    for cell in seed.indices {
      let product = fit.scale * seed[cell] * fit.factors[cell % 4] / fit.factors[cell / 4]
      #expect(abs(fit.values[cell] - product) < 1e-10 * product)
    }
  }

  @Test func netMigrationThatDoesNotAddUpIsNamed() throws {
    // Areas 0 and 1 exchange with each other only, and so do 2 and 3.
    let seed: [Double] = [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0]
    let error = #expect(throws: NetBalancingError.notZero([0, 1], 2)) {
      try NetBalancing.fit(seed: seed, net: [5, -3, -4, 2])
    }
    #expect(
      error?.fault(areas: ["A", "B", "C", "D"]).description == "net.not-zero(areas: A, B, sum: 2)")
    let fit = try NetBalancing.fit(seed: seed, net: [5, -5, -4, 4])
    #expect(abs(fit.values[1] - fit.values[4] - 5) < 1e-9)
  }

  /// Nobody can enter area 0: from 0 to 1 and on to 2 leads the only way.
  @Test func aGainWithoutAWayInIsProvedImpossible() {
    let chain: [Double] = [0, 0, 0, 10, 0, 0, 0, 5, 0]
    let gain = NetBalancingError.noWayIn([0], 5)
    #expect(throws: gain) { try NetTransport.fit(seed: chain, net: [5, -5, 0]) }
    #expect(throws: gain) { try NetBalancing.fit(seed: chain, net: [5, -5, 0]) }
    #expect(throws: gain) { try NetBalancing.fit(seed: [0, 0, 1, 0], net: [5, -5]) }
    // Nobody can leave area 2; that is one area, and two have no way in.
    let loss = NetBalancingError.noWayOut([2], 4)
    #expect(throws: loss) { try NetTransport.fit(seed: chain, net: [2, 2, -4]) }
    #expect(throws: loss) { try NetBalancing.fit(seed: chain, net: [2, 2, -4]) }
    #expect(
      gain.fault(areas: ["A", "B", "C"]).description == "net.no-way-in(areas: A, persons: 5)")
  }

  /// Area 2 has no way out and a net of 0, so that both flows to it have to vanish: a table, but no product.
  @Test func aTableOnTheBorderIsFound() throws {
    let seed: [Double] = [0, 0, 0, 10, 0, 0, 10, 5, 0]
    let net: [Double] = [-7, 7, 0]
    let table = try NetTransport.fit(seed: seed, net: net)
    #expect(table.values == [0, 0, 0, 7, 0, 0, 0, 0, 0])
    // Its share of 1e-13 is what the divergence leaves.
    let near = try NetBalancing.fit(seed: seed, net: net)
    #expect(abs(near.values[3] - 7) < 1e-9 && near.values[6] + near.values[7] < 1e-9)
  }

  @Test func aSearchAtItsLimitDoesNotClaimThatNoTableExists() {
    let fault = NetBalancingError.unfinished(paths: 280, 0, -5).fault(areas: ["A"])
    #expect(fault.description == "net.unfinished(area: A, gap: -5, paths: 280)")
    #expect(fault.kind == .incomplete)
  }

  /// Nets of 5 need five moves at least.
  @Test func aTotalBelowTheNetsIsNamed() {
    var found: NetBalancingError?
    do throws(NetBalancingError) {
      _ = try NetBalancing.fit(seed: [0, 3, 3, 0], net: [5, -5], total: 3)
    } catch { found = error }
    guard case .totalNotMet(_, let gap) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(gap > 0)
  }

  /// Costs of the optimum by HiGHS (SciPy 1.17.1), and the proof of it: no change of one cell is cheaper than
  /// the prices of its areas say.
  @Test(arguments: ["cost", "plain"])
  func theLeastChangeIsThatOfALinearProgram(_ name: String) throws {
    let lists = try NumberLists("net-transport")
    let (seed, net) = try (lists("transport", "seed"), lists("transport", "net"))
    let costs = try name == "cost" ? lists("transport", "costs") : seed.map { _ in 1 }
    let fit = try NetTransport.fit(seed: seed, net: net, cost: costs)
    let expected = try lists("transport", name)[0]
    #expect(abs(fit.cost / expected - 1) < 1e-9)
    #expect(fit.largestResidual < 1e-8)
    let n = net.count
    for cell in seed.indices where seed[cell] > 0 && cell % n != cell / n {
      let (from, to) = (fit.prices[cell % n], fit.prices[cell / n])
      // One more costs at least what it is worth; where there are more already, exactly that.
      #expect(costs[cell] + from - to >= -1e-9 || fit.values[cell] < seed[cell])
      if fit.values[cell] > seed[cell] + 1e-9 { #expect(abs(costs[cell] + from - to) < 1e-9) }
      // One fewer saves nothing more, where some are left.
      if fit.values[cell] < seed[cell] - 1e-9 {
        #expect(from - to - costs[cell] >= -1e-9)
        if fit.values[cell] > 1e-9 { #expect(abs(from - to - costs[cell]) < 1e-9) }
      }
    }
    for cell in seed.indices where seed[cell] == 0 { #expect(fit.values[cell] == 0) }
    #expect(fit.values.allSatisfy { $0 >= 0 })
  }

  /// Prices prove that no table moves fewer: no cell costs less than it is worth, and used ones cost just that.
  @Test func theLeastMovementIsProvedByPrices() throws {
    let n = 7
    var stream = RandomStream(seed: 3, stream: "test.movement", unit: "", draw: 0, time: 0)
    for open in [1.0, 0.55] {
      // A ring keeps everybody connected.
      let seed = (0..<n * n).map { cell -> Double in
        let isRing = (cell / n - cell % n + n) % n == 1
        return stream.uniform() < open || isRing ? 10 * stream.uniform() + 0.1 : 0
      }
      let draws = (0..<n).map { _ in 100 * stream.normal() }
      let mean = draws.reduce(0, +) / Double(n)
      let net = draws.map { $0 - mean }
      for isWeighted in [false, true] {
        let cost = seed.map { _ in isWeighted ? 1 + 5 * stream.uniform() : 1 }
        let fit = try NetTransport.fit(seed: seed, net: net, cost: cost, criterion: .movement)
        #expect(fit.largestResidual < 1e-9)
        var spent = 0.0
        for cell in seed.indices where cell % n != cell / n {
          let worth = cost[cell] + fit.prices[cell % n] - fit.prices[cell / n]
          #expect(fit.values[cell] >= 0 && (seed[cell] > 0 || fit.values[cell] == 0))
          if seed[cell] > 0 { #expect(worth >= -1e-9) }
          if fit.values[cell] > 1e-9 { #expect(abs(worth) < 1e-9) }
          spent += cost[cell] * fit.values[cell]
        }
        #expect(abs(spent / fit.cost - 1) < 1e-12)
        for area in 0..<n { #expect(fit.values[area * n + area] == seed[area * n + area]) }
        // Where everybody may move anywhere, nobody moves twice.
        if open == 1, !isWeighted {
          #expect(abs(fit.cost / (0.5 * net.reduce(0) { $0 + abs($1) }) - 1) < 1e-12)
        }
        let change = try NetTransport.fit(seed: seed, net: net, cost: cost)
        #expect(change.values != fit.values)
      }
    }
  }

  @Test func nothingChangesWhereTheNetsAreThoseOfTheSeed() throws {
    let seed: [Double] = [0, 5, 3, 7, 0, 2, 4, 6, 0]
    // Origins are fastest: area 0 gains 5 + 3 and loses 7 + 4.
    let same = try NetTransport.fit(seed: seed, net: [-3, -2, 5])
    #expect(same.values == seed && same.cost == 0 && same.steps == 0)
    // One person more in area 2 and one fewer in area 0 is one more on that way, or one fewer back.
    let one = try NetTransport.fit(seed: seed, net: [-4, -2, 6])
    #expect(abs(one.cost - 1) < 1e-12 && one.largestResidual < 1e-12)
    #expect(throws: NetBalancingError.noWayIn([0], 5)) {
      try NetTransport.fit(seed: [0, 0, 1, 0], net: [5, -5])
    }
  }

  /// Areas 0 and 1, and 2 and 3, exchange with each other only, and 4 with nobody.
  @Test func netMigrationIsRescaledInEachPart() throws {
    var seed = [Double](repeating: 0, count: 25)
    for (i, j) in [(0, 1), (1, 0), (2, 3), (3, 2)] { seed[5 * j + i] = 10 }
    let net: [Double] = [5, -3, 4, -2, 0]
    let parts = try NetBalancing.parts(seed: seed, net: net)
    #expect(parts == [[0, 1], [2, 3], [4]])
    for way in NetRescaling.allCases {
      let found = try way.rescaled(net, over: parts)
      #expect(found == [4, -4, 3, -3, 0])
      #expect(try NetBalancing.fit(seed: seed, net: found).largestResidual < 1e-9)
      #expect(try NetTransport.fit(seed: seed, net: found).largestResidual < 1e-9)
    }
    #expect(throws: NetBalancingError.noRescaling([2, 3], 6)) {
      try NetRescaling.noSwitches.rescaled([5, -3, 4, 2, 0], over: parts)
    }
    // Large figures with a small difference add up to 0 as well as it needs.
    let close = try NetRescaling.switches.rescaled([1e9, 1e9 + 1, 0, 0, 0], over: parts)
    #expect(try NetBalancing.fit(seed: seed, net: close).largestResidual < 1e-9)
  }

  /// Golden G04f.
  @Test func netMigrationIsRescaledAsMigestDoes() throws {
    let net = try lists("f", "net")
    for way in NetRescaling.allCases {
      let found = try #require(way.rescaled(net))
      #expect(try relativeDistance(found, lists("f", way.rawValue)) < 1e-12)
      #expect(abs(found.reduce(0, +)) < 1e-9)
    }
    #expect(NetRescaling.noSwitches.rescaled([1, 2, 0]) == nil)
  }
}
