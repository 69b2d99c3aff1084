import Kernel

/// The prospective form: probabilities on the cohort of 1 January, by the age it reaches.
///
/// With death q, emigration e, moves c to other regions and immigrants I, half of the year on average
/// is spent in the new place: `deaths = n (q − (e + c) q / 2) + A q / 2 + I q⁺ / 2`, with A who move in and
/// q⁺ of the next age; `end = n − deaths − n e − n c + A + I`. Newborns and immigrants of their age spend
/// two thirds; newborns who move in die in no other place than where they were born.
extension StepWorkspace {
  /// Takes the cohorts of a block through the step and books them.
  ///
  /// - Complexity: O(regions²) for each group of four cohorts.
  mutating func moveCohorts(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates,
    _ ledger: inout StepLedger
  ) {
    gather(block, columns, rates)
    // The dead among immigrants stand where the other forms keep what stays the same in all passes.
    gatherLanes(
      columns.cells, block.groups, rowLength: columns.shape.ageSexCount, from: deadArrivals,
      into: &constant)
    let term = columns.terms[block.terms.lowerBound]
    let width = block.groups.count
    let isNewborn = columns.cells[block.groups.lowerBound][0] % Int32(columns.shape.ages) == 0
    let away = isNewborn ? 2.0 / 3 : 0.5
    let joined = isNewborn ? 0 : 0.5
    for i in 0..<regions {
      let out = outLevel[term.classIndex * regions + i]
      var dead = SIMD4<Double>.zero
      var abroad = SIMD4<Double>.zero
      for q in 0..<width {
        let place = i * width + q
        let counted = columns.counted[block.groups.lowerBound + q]
        people[place] = columns.weights[term.offset + place] * initial[place]
        let emigrants = emigration[place] * initial[place]
        let gone = emigrants + out * people[place]
        let deaths = mortality[place] * (initial[place] - away * gone) + constant[place]
        current[place] = initial[place] - deaths - gone
        arrivals[place] = .zero
        dead += counted * deaths
        abroad += counted * emigrants
      }
      self.dead[i] += dead
      self.abroad[i] += abroad
    }
    countMovers(block, columns, columns.countWeights, initial)
    addMoves(
      to: 0..<regions, origins: regions, rates: rates.level,
      matrix: term.classIndex * regions * regions, people: people, slot: 0, groups: width,
      into: &arrivals, first: 0, groupsOfSums: width)
    for i in 0..<regions {
      var dead = SIMD4<Double>.zero
      for q in 0..<width {
        let place = i * width + q
        let deaths = joined * mortality[place] * arrivals[place]
        current[place] += arrivals[place] - deaths
        dead += columns.counted[block.groups.lowerBound + q] * deaths
      }
      self.dead[i] += dead
    }
    scatter(block, columns)
  }
}

extension CohortEngine {
  /// Immigrants who die in the step: half of a year at the next age, newborns two thirds of theirs.
  func setDeadArrivals(_ rates: StepRates, _ workspace: inout StepWorkspace) {
    let ages = inputs.shape.ages
    for base in stride(from: 0, to: inputs.shape.cellCount, by: ages) {
      workspace.deadArrivals[base] = rates.mortality[base] * rates.immigration[base] * 2 / 3
      for cell in base + 1..<base + ages {
        let next = min(cell + 1, base + ages - 1)
        workspace.deadArrivals[cell] = rates.mortality[next] * rates.immigration[cell] / 2
      }
    }
  }
}
