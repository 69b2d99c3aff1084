import Kernel

/// Rogers' form: `(I + M[x+1]/2) n1 = (I − M[x]/2) n0`, with the rates of the age at the start for those
/// who are there at the start, and of the age at the end for those who are there at its end.
///
/// This is `n1 = L[x+1] L[x]⁻¹ n0` of the multiregional life table, because `L[x] = ½ (I + P[x]) l[x]`,
/// `I + P[x] = 2 (I + M[x]/2)⁻¹`, and `P[x]` and `M[x]` commute; so no table need be made in a step. The
/// births give `n1 = ½ (I + P[0]) B = (I + M[0]/2)⁻¹ B`. The last two groups are pooled in the life
/// table's proportion, `n1 = L[ω] (L[ω−1] + L[ω])⁻¹ n0` with `L[ω] = M[ω]⁻¹ l[ω]`, which comes to the same
/// equation with `2 M[ω] − M[ω−1]` for the rates of the end.
extension StepWorkspace {
  /// Solves a block and books it; cells that lose more than all by the middle of the step are counted
  /// as overdrawn.
  ///
  /// The iteration is that of the movement form with other weights.
  mutating func solveLifeTable(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ rates: StepRates,
    _ ledger: inout StepLedger
  ) {
    gatherLifeTable(block, columns)
    let nobody = [SIMD4<Double>](repeating: .zero, count: initial.count)
    beginLifeTable(block, columns, rates.level, &ledger)
    setPeople(block, columns, columns.weights, nobody)
    for _ in 0..<100 {
      if pass(block, columns, nobody, rates.level) { break }
    }
    bookLifeTable(block, columns, &ledger)
    countMovers(block, columns, columns.startCountWeights, initial)
    countMovers(block, columns, columns.countWeights, current)
    scatter(block, columns)
  }

  private mutating func gatherLifeTable(_ block: CohortBlocks.Block, _ columns: CohortBlocks) {
    let length = columns.shape.ageSexCount
    func gather(_ surface: [Double], _ lanes: inout [SIMD4<Double>]) {
      gatherLanes(columns.cells, block.groups, rowLength: length, from: surface, into: &lanes)
    }
    gather(aged, &initial)
    gather(lifeTable[0], &earlyMortality)
    gather(lifeTable[1], &earlyEmigration)
    gather(lifeTable[2], &mortality)
    gather(lifeTable[3], &emigration)
  }

  /// What stays the same in all passes, how small a change is to be, and a first guess.
  private mutating func beginLifeTable(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ level: [Double],
    _ ledger: inout StepLedger
  ) {
    let width = block.groups.count
    let nobody = [SIMD4<Double>](repeating: .zero, count: initial.count)
    for place in 0..<regions * width { constant[place] = .zero }
    current = nobody
    setPeople(block, columns, columns.startWeights, initial)
    for t in block.terms {
      let term = columns.terms[t]
      addMoves(
        to: 0..<regions, origins: regions, rates: level,
        matrix: term.classIndex * regions * regions, people: people, slot: term.slot,
        groups: term.groups.count, into: &constant, first: term.groups.lowerBound,
        groupsOfSums: width)
    }
    let early = outRates(block, columns, columns.startWeights)
    let late = outRates(block, columns, columns.weights)
    var kappa = 0.0
    for q in 0..<width {
      let counted = columns.counted[block.groups.lowerBound + q]
      var largest = SIMD4<Double>.zero
      for i in 0..<regions {
        let place = i * width + q
        let lost = earlyMortality[place] + earlyEmigration[place] + early[place]
        let half = mortality[place] + emigration[place] + late[place]
        constant[place] += (1 - lost) * initial[place]
        inverse[place] = 1 / (1 + half)
        current[place] = (constant[place] + late[place] * initial[place]) * inverse[place]
        largest = Self.larger(largest, initial[place])
        for lane in 0..<4 where counted[lane] > 0 {
          let share = abs(late[place][lane]) / (1 + half[lane])
          kappa = max(kappa, share)
          if lost[lane] > 1 || !(share >= 0 && share < 1) { ledger.overdrawnCells += 1 }
        }
      }
      tolerance[q] = largest
    }
    for q in 0..<width {
      let change = tolerance[q] * (1e-15 * max(1 - kappa, 0) / max(kappa, 1e-3))
      tolerance[q] = change * change
    }
  }

  /// What each cell loses to other regions, by region, then group.
  private func outRates(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ weights: [SIMD4<Double>]
  ) -> [SIMD4<Double>] {
    let width = block.groups.count
    var out = [SIMD4<Double>](repeating: .zero, count: regions * width)
    for t in block.terms {
      let term = columns.terms[t]
      for i in 0..<regions {
        let level = outLevel[term.classIndex * regions + i]
        for (k, q) in term.groups.enumerated() {
          out[i * width + q] += weights[term.offset + i * term.groups.count + k] * level
        }
      }
    }
    return out
  }

  private mutating func bookLifeTable(
    _ block: CohortBlocks.Block, _ columns: CohortBlocks, _ ledger: inout StepLedger
  ) {
    var place = 0
    for i in 0..<regions {
      var dead = SIMD4<Double>.zero
      var abroad = SIMD4<Double>.zero
      for q in block.groups {
        let (first, last) = (initial[place], current[place])
        dead += columns.counted[q] * (earlyMortality[place] * first + mortality[place] * last)
        abroad += columns.counted[q] * (earlyEmigration[place] * first + emigration[place] * last)
        for lane in 0..<4 where last[lane] < 0 && first[lane] >= 0 {
          if columns.counted[q][lane] > 0 { ledger.overdrawnCells += 1 }
        }
        place += 1
      }
      self.dead[i] += dead
      self.abroad[i] += abroad
    }
  }
}

extension CohortEngine {
  /// What a person loses to death and to emigration in both halves of a step, by the age at its end.
  func setLifeTable(_ rates: StepRates, _ workspace: inout StepWorkspace) {
    let ages = inputs.shape.ages
    let half = inputs.stepYears / 2
    for (k, surface) in [rates.mortality, rates.emigration].enumerated() {
      for base in stride(from: 0, to: inputs.shape.cellCount, by: ages) {
        // Nobody is there before birth.
        workspace.lifeTable[k][base] = 0
        workspace.lifeTable[k + 2][base] = half * surface[base]
        for cell in base + 1..<base + ages {
          workspace.lifeTable[k][cell] = half * surface[cell - 1]
          workspace.lifeTable[k + 2][cell] = half * surface[cell]
        }
        let open = base + ages - 1
        workspace.lifeTable[k + 2][open] = half * (2 * surface[open] - surface[open - 1])
      }
    }
  }
}
