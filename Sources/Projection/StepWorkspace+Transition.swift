/// The transition form: cohorts are survived, then moved once by shares of the age at the end.
extension StepWorkspace {
  /// Moves all cohorts but the newborns and books them.
  ///
  /// - Complexity: O(regions² · ages) for each class that a block of eight ages takes part in.
  mutating func moveSurvivors(
    _ columns: CohortColumns, _ level: [Double], _ ledger: inout StepLedger
  ) {
    prepareOutLevels(columns, level)
    for block in 0..<blocks {
      let terms = columns.firstTerm[block]..<columns.firstTerm[block + 1]
      leave(block, terms, columns, &ledger)
      Self.arrive(block, terms, columns, level, moving: moving, final: &final)
    }
    bookFlows(columns, level, &ledger)
  }

  /// Deaths, emigrants and those who move out of each region; stayers are left in `final`.
  private mutating func leave(
    _ block: Int, _ terms: Range<Int>, _ columns: CohortColumns, _ ledger: inout StepLedger
  ) {
    let n = regions
    for i in 0..<n {
      let place = i * blocks + block
      let m = mortality[place]
      let survivors = initial[place] * (2 - m) / (2 + m)
      ledger.deaths[i] += (initial[place] - survivors).sum()
      ledger.emigration[i] += (survivors * emigration[place]).sum()
      var leaving = emigration[place]
      var slot = i
      for t in terms {
        let term = columns.terms[t]
        let weight = columns.weights[term.offset + i]
        leaving += weight * outLevel[term.classIndex * n + i]
        let movable = weight * survivors
        moving[slot] = movable
        movers[term.classIndex * n + i] += movable.sum()
        slot += n
      }
      if any(leaving .> 1) { ledger.overdrawnCells += 1 }
      final[place] = survivors * (1 - leaving)
    }
  }

  /// Arrivals in all regions, two destinations at a time.
  private static func arrive(
    _ block: Int, _ terms: Range<Int>, _ columns: CohortColumns, _ level: [Double],
    moving: [SIMD8<Double>], final: inout [SIMD8<Double>]
  ) {
    let n = columns.regions
    let rates = level.span
    let people = moving.span
    var j = 0
    while j < n {
      // With an odd number of regions the last one stands alone.
      let other = min(j + 1, n - 1)
      var first = SIMD8<Double>.zero
      var second = SIMD8<Double>.zero
      var slot = 0
      for t in terms {
        let base = columns.terms[t].classIndex * n
        let a = (base + j) * n
        let b = (base + other) * n
        for i in 0..<n {
          let leaving = people[slot + i]
          first += rates[a + i] * leaving
          second += rates[b + i] * leaving
        }
        slot += n
      }
      final[j * columns.blockCount + block] += first
      if other > j { final[other * columns.blockCount + block] += second }
      j += 2
    }
  }

  private func bookFlows(_ columns: CohortColumns, _ level: [Double], _ ledger: inout StepLedger) {
    let n = regions
    for g in 0..<columns.classCount {
      for j in 0..<n {
        for i in 0..<n {
          let place = (g * n + j) * n + i
          let moved = level[place] * movers[g * n + i]
          ledger.flows[place] += moved
          ledger.internalOut[i] += moved
          ledger.internalIn[j] += moved
        }
      }
    }
  }

  /// The same for the newborns of one sex, whose start, mortality and emigration stand in `single`.
  mutating func moveNewborns(
    _ terms: [CohortColumns.SingleTerm], _ level: [Double], _ ledger: inout StepLedger
  ) {
    let n = regions
    for i in 0..<n {
      let m = single[i].mortality
      let survivors = single[i].start * (2 - m) / (2 + m)
      ledger.deaths[i] += single[i].start - survivors
      ledger.emigration[i] += survivors * single[i].emigration
      var leaving = single[i].emigration
      for term in terms { leaving += term.weights[i] * outLevel[term.classIndex * n + i] }
      if leaving > 1 { ledger.overdrawnCells += 1 }
      single[i].exposure = survivors
      single[i].end = survivors * (1 - leaving)
    }
    for term in terms {
      for j in 0..<n {
        for i in 0..<n {
          let place = (term.classIndex * n + j) * n + i
          let moved = level[place] * term.weights[i] * single[i].exposure
          guard moved != 0 else { continue }
          single[j].end += moved
          ledger.flows[place] += moved
          ledger.internalOut[i] += moved
          ledger.internalIn[j] += moved
        }
      }
    }
  }
}
