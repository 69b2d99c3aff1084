import Kernel
import Testing

@Suite struct ArrayTests {
  @Test func vectorExponentialsKeepWithinFourUnits() {
    var stream = RandomStream(seed: 5, stream: "vector", unit: "", draw: 0, time: 0)
    let x = (0..<1_003).map { _ in 1_400 * stream.uniform() - 700 }
    for (value, back) in zip(x, log(exp(x))) {
      // 4 ulp of eˣ move its logarithm by 4·2⁻⁵², and 4 ulp are added.
      #expect(abs(back - value) <= 4 * 0x1p-52 + 4 * value.ulp)
    }
  }

  @Test func vectorFunctionsKnowTheSpecialValues() {
    let e = exp([0, -.infinity, .infinity, .nan, 710, -746, 1])
    #expect(e[0] == 1)
    #expect(e[1] == 0)
    #expect(e[2] == .infinity)
    #expect(e[3].isNaN)
    #expect(e[4] == .infinity)
    #expect(e[5] == 0)
    #expect(abs(e[6] - 2.71828182845904523536) <= 4 * 2.7.ulp)
    let l = log([1, 0, .infinity, -1, .nan, Double.leastNonzeroMagnitude])
    #expect(l[0] == 0)
    #expect(l[1] == -.infinity)
    #expect(l[2] == .infinity)
    #expect(l[3].isNaN)
    #expect(l[4].isNaN)
    #expect(abs(l[5] + 744.44007192138126231) < 1e-12)
  }

  @Test func aValueHasTheSameBitsWhereverItStands() {
    let values = (0..<23).map { Double($0) * 0.37 - 3 }
    let whole = exp(values)
    for start in 0..<9 {
      for end in start..<values.count {
        #expect(exp(Array(values[start..<end])) == Array(whole[start..<end]))
      }
    }
    let logs = log(whole)
    for k in whole.indices { #expect(log([whole[k]])[0] == logs[k]) }
  }

  @Test func spansAreFilledInPlace() {
    let x = [1.0, 2, 3, 4, 5]
    var y = [Double](repeating: 0, count: 5)
    do {
      var target = y.mutableSpan
      exp(x.span, into: &target)
    }
    #expect(y == exp(x))
  }

  @Test(arguments: [1, 2, 3, 8]) func threadsChangeNoBit(threads: Int) {
    func filled(_ limit: Int?) -> [Double] {
      parallelFill(slabs: 37, length: 11, threads: limit) { k, slab in
        var stream = RandomStream(seed: 1, stream: "fill", unit: "", draw: k, time: 0)
        for i in slab.indices { slab[i] = stream.normal() * Double(k) }
      }
    }
    #expect(filled(threads) == filled(nil))
    let products = parallelMap(20) { k in randomMatrix(30, 30, "p\(k)").gram() }
    let limited = parallelMap(20, threads: threads) { k in randomMatrix(30, 30, "p\(k)").gram() }
    #expect(products == limited)
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 7, 8, 9, 30])
  func columnsStandSideBySideForAnyNumberOfThreads(threads: Int, columns: Int) {
    let table = parallelColumns(rows: 5, columns: columns, threads: threads) { k, column in
      for p in 0..<4 { column[p] += Double(100 * p + k) }
    }
    var wanted: [Double] = []
    for p in 0..<5 {
      for k in 0..<columns { wanted.append(p < 4 ? Double(100 * p + k) : 0) }
    }
    #expect(table == wanted)
  }

  @Test func theLowestFailureIsTheOneReported() {
    for _ in 0..<20 {
      #expect(throws: KernelError.singular(at: 3)) {
        try parallelMap(16) { (k) throws(KernelError) -> Int in
          if k >= 3 { throw .singular(at: k) }
          return k
        }
      }
    }
    #expect(parallelMap(0) { $0 } == [])
    #expect(parallelFill(slabs: 3, length: 0) { _, _ in } == [])
  }

  @Test(arguments: [1, 2, 24, 25, 100, 1000, 4097])
  func quantilesNeedNoWholeSort(count: Int) {
    let mixed = (0..<count).map { Double(($0 * 7919) % 1009) - 500 }
    let few = (0..<count).map { Double(($0 * 31) % 4) }
    let up = (0..<count).map(Double.init)
    let organ = (0..<count).map { Double(min($0, count - $0)) }
    let levels = [0.975, 0, 0.025, 0.1, 0.5, 0.9, 1, 0.5]
    for list in [
      mixed, few, up, Array(up.reversed()), organ, mixed.map { $0 > 0 ? .infinity : $0 },
    ] {
      let sorted = list.sorted()
      let expected = levels.map { Statistics.quantile(sorted: sorted, $0) }
      #expect(Statistics.quantiles(list, levels) == expected)
    }
  }

  @Test func quantilesAreThoseOfR() {
    let x = [7.0, 1, 3, 12, 5]
    // R 4: quantile(c(7, 1, 3, 12, 5), c(0, .1, .25, .5, .9, 1))
    #expect(Statistics.quantiles(x, [0, 0.25, 0.5, 1]) == [1, 3, 5, 12])
    #expect(abs(Statistics.quantile(x, 0.1) - 1.8) < 1e-15)
    #expect(abs(Statistics.quantile(x, 0.9) - 10) < 1e-14)
    #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
    #expect(Statistics.medianAbsoluteDeviation(x) == 2)
    #expect(Statistics.median([]).isNaN)
    #expect(Statistics.quantile([1, .nan], 0.5).isNaN)
  }

  @Test func sumsKeepWhatPlainAdditionLoses() {
    #expect(Statistics.sum([1, 1e100, 1, -1e100]) == 2)
    #expect(Statistics.sum([.infinity, 1]) == .infinity)
    #expect(Statistics.mean([1, 2, 3, 4]) == 2.5)
    #expect(abs(Statistics.variance([1e9 + 1, 1e9 + 2, 1e9 + 3]) - 1) < 1e-15)
    #expect(Statistics.variance([1]).isNaN)
    #expect(abs(Statistics.correlation([1, 2, 3], [2, 4, 6]) - 1) < 1e-15)
  }
}
