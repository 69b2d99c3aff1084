import Kernel
import Testing

@Suite struct CohortSurfacesTests {
  private func wave(_ k: Int) -> Double { 1 + Double((k * 7919) % 101) / 7 }

  @Test(arguments: [2, 3, 9, 17, 101]) func cohortsAreBroughtToTheAgeOfTheEnd(ages: Int) {
    let persons = (0..<3 * 2 * ages).map(wave)
    let immigration = (0..<3 * 2 * ages).map { wave($0 + 3) }
    var aged = [Double](repeating: -1, count: persons.count)
    var sums = [Double](repeating: 0, count: 3)
    bringToEndAge(persons, immigration, early: 0.5, ages: ages, into: &aged, sums: &sums)
    for row in 0..<6 {
      let base = row * ages
      func first(_ age: Int) -> Double { persons[base + age] + 0.5 * immigration[base + age] }
      #expect(aged[base] == -1)
      for age in 1..<ages - 1 { #expect(aged[base + age] == first(age - 1)) }
      #expect(aged[base + ages - 1] == first(ages - 2) + first(ages - 1))
    }
    for region in 0..<3 {
      let plain = persons[region * 2 * ages..<(region + 1) * 2 * ages].reduce(0, +)
      #expect(abs(sums[region] / plain - 1) <= 1e-14)
    }
  }

  @Test(arguments: [3, 4, 10]) func lateImmigrantsAreAddedAndCellsBelowZeroCounted(length: Int) {
    var end = (0..<2 * length).map(wave)
    end[1] = -500
    end[2 * length - 1] = -500
    let immigration = end.indices.map { wave($0 + 3) }
    var (persons, totals, coming) = (end, [0.0, 0], [0.0, 0])
    let negative = addLateImmigrants(
      end, immigration, late: 0.5, into: &persons, totals: &totals, coming: &coming)
    #expect(negative == 2)
    for k in end.indices { #expect(persons[k] == end[k] + 0.5 * immigration[k]) }
    for region in 0..<2 {
      let cells = region * length..<(region + 1) * length
      #expect(abs(totals[region] - persons[cells].reduce(0, +)) <= 1e-12)
      #expect(abs(coming[region] / immigration[cells].reduce(0, +) - 1) <= 1e-14)
    }
  }

  @Test(arguments: [3, 6, 20]) func birthsAreThoseOfWomenAtBothEnds(ages: Int) {
    let fertility = (0..<2 * ages).map { wave($0) / 100 }
    let surfaces = (0..<3).map { s in (0..<4 * ages).map { wave($0 + 5 * s) } }
    var births = [1.0, 2]
    addBirths(
      fertility, surfaces[0], surfaces[1], surfaces[2], both: 1, ages: ages, into: &births)
    for region in 0..<2 {
      var wanted = Double(1 + region)
      for age in 1..<ages - 1 {
        let cell = (2 * region + 1) * ages + age
        let women = surfaces[0][cell] + surfaces[1][cell] + surfaces[2][cell]
        wanted += fertility[region * ages + age] * women
      }
      #expect(abs(births[region] / wanted - 1) <= 1e-14)
    }
  }

  @Test func agesAreSummedOverBothSexes() {
    let persons = (0..<3 * 2 * 23).map(wave)
    for wanted in [0..<23, 0..<15, 15..<22, 22..<23, 7..<7] {
      var sums = [Double](repeating: -1, count: 3)
      setAgeSums(of: persons, ages: 23, wanted, into: &sums)
      for region in 0..<3 {
        let plain = wanted.reduce(0) {
          $0 + persons[2 * region * 23 + $1] + persons[(2 * region + 1) * 23 + $1]
        }
        #expect(abs(sums[region] - plain) <= 1e-13 * plain)
      }
    }
  }

  @Test func rowsAndColumnsAreMultipliedByTheirFactors() {
    let values = (0..<5 * 7).map(wave)
    let factors = (0..<9).map { wave($0 + 1) }
    var (rows, columns) = (values, values)
    scaleRows(values, by: factors, 2..<7, into: &rows)
    scaleColumns(values, by: factors, 1..<8, into: &columns)
    for k in values.indices {
      #expect(rows[k] == values[k] * factors[2 + k / 7])
      #expect(columns[k] == values[k] * factors[1 + k % 7])
    }
  }

  @Test func sharesAreMovedWholeOrNotAtAll() {
    let shares = [0.25, 0.5, 0.25]
    let start: [Double] = [40, 60, 40, 1, 2, 3]
    var people = start
    #expect(moveShares(100, shares, 0..<3, cap: 0.9, from: 0, to: 3, in: &people))
    #expect(people == [15, 10, 15, 26, 52, 28])
    var fewer = start
    #expect(!moveShares(140, shares, 0..<3, cap: 0.9, from: 0, to: 3, in: &fewer))
    #expect(fewer == start)
    #expect(moveShares(140, shares, 0..<1, cap: 0.9, from: 0, to: 3, in: &fewer))
    #expect(fewer[0] == 5 && fewer[1] == 60)
    // One of many cells that has too little is enough to move nobody.
    let even = [Double](repeating: 0.1, count: 10)
    for short in 0..<10 {
      var cells = [Double](repeating: 20, count: 20)
      cells[short] = 10
      let before = cells
      #expect(!moveShares(100, even, 0..<10, cap: 0.9, from: 0, to: 10, in: &cells))
      #expect(cells == before)
    }
  }

  @Test(arguments: [1, 4, 7, 22])
  func flowsAndTheirMarginsAreThoseOfPlainLoops(n: Int) {
    let rates = (0..<2 * n * n).map { wave($0) }
    let movers = (0..<3 * n).map { wave($0 + 2) }
    for isFirst in [true, false] {
      var flows = [Double](repeating: 0.25, count: 3 * n * n)
      var arrivals = [Double](repeating: 1, count: n)
      bookFlows(
        rates: rates, matrix: n * n, movers: movers, row: 2 * n, isFirst: isFirst, into: &flows,
        table: 2 * n * n, arrivals: &arrivals)
      for j in 0..<n {
        var row = 1.0
        for i in 0..<n {
          let moved = rates[n * n + j * n + i] * movers[2 * n + i]
          // Fused or not, one rounding apart.
          #expect(
            abs(flows[(2 * n + j) * n + i] - (isFirst ? moved : 0.25 + moved)) <= 1e-13 * moved)
          row += moved
        }
        #expect(abs(arrivals[j] / row - 1) <= 1e-14)
      }
      #expect(flows[..<(2 * n * n)].allSatisfy { $0 == 0.25 })
    }
  }
}
