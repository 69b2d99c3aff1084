import Kernel

/// The transition form: cohorts are survived, then moved once by shares of the age at the end.
extension StepWorkspace {
  /// Moves the cohorts of a block and books them.
  ///
  /// - Complexity: O(regions²) for each group of four cohorts.
  mutating func moveSurvivors(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates,
    _ ledger: inout StepLedger
  ) {
    // By the age at the end a cohort has one class.
    let term = columns.terms[block.terms.lowerBound]
    let isOverdrawn = moveBlock(
      cells(of: block, columns), columns.cells, counted: columns.counted, aged, rates.mortality,
      leaving, columns.moves[block.terms.lowerBound], weights: columns.weights, out: outLevel,
      row: term.classIndex * regions, rates: rates.level, alive: &exposed, people: &people,
      staying: &current, dead: &dead, abroad: &abroad, end: &end)
    if isOverdrawn {
      gather(block, columns, rates)
      ledger.overdrawnCells += overdrawn(block, columns, term)
    }
    countMovers(block, columns, columns.countWeights, exposed)
  }

  /// How many cells more than all would leave: no share of survivors is left at a mortality above 2.
  private func overdrawn(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ term: CohortBlocks.Term
  ) -> Int {
    let width = block.groups.count
    var count = 0
    for i in 0..<regions {
      let out = outLevel[term.classIndex * regions + i]
      for q in 0..<width {
        let place = i * width + q
        let gone = emigration[place] + columns.weights[term.offset + place] * out
        for lane in 0..<4 where columns.counted[block.groups.lowerBound + q][lane] > 0 {
          if mortality[place][lane] > 2 || gone[lane] > 1 { count += 1 }
        }
      }
    }
    return count
  }
}
