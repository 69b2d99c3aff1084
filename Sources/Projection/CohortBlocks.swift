/// How the cohorts of a projection are grouped for the step: up to twelve that end it in ages of one
/// class of moves, in groups of four lanes. It depends on ages and profiles only, so it is made once
/// for all draws.
struct CohortBlocks: Sendable {
  /// A class of moves that lanes of a block take part in.
  struct Term: Sendable {
    let classIndex: Int
    /// The groups of the block it covers.
    let groups: Range<Int>
    /// Its weights stand at `weights[offset + region · groups.count + group]`.
    let offset: Int
    /// Where its people stand in the workspace.
    let slot: Int
  }

  struct Block: Sendable {
    /// Its groups, among those of all blocks.
    let groups: Range<Int>
    let terms: Range<Int>
  }

  let shape: CohortShape
  let classCount: Int
  /// Ages and sexes at the end of the step, by group. The last group of a block repeats its last
  /// cohort.
  let cells: [SIMD4<Int32>]
  /// By group 1 for the first lane of a cohort and 0 for repetitions.
  let counted: [SIMD4<Double>]
  /// Cohorts alive at the start of the step.
  let blocks: [Block]
  /// Cohorts born in the step.
  let newbornBlocks: [Block]
  let terms: [Term]
  /// Moves per person of a lane at level 1: in the movement form the mean of both ages of the cohort,
  /// times half the step for the mean of start and end; in Rogers' form half the step at the age of the
  /// end, for those who are there at the end; in the others the age at the end.
  let weights: [SIMD4<Double>]
  /// In Rogers' form half the step at the age of the start, for those who are there at the start.
  let startWeights: [SIMD4<Double>]
  /// Groups of a region over all terms of a block, in the widest one.
  let widestTerms: Int

  static let lanes = 4
  static let widest = 3

  init(_ inputs: CohortInputs) {
    var builder = Builder(inputs)
    blocks = builder.blocks(of: builder.cohorts(alive: true))
    newbornBlocks = builder.blocks(of: builder.cohorts(alive: false))
    shape = inputs.shape
    classCount = inputs.internalRates.classCount
    cells = builder.cells
    counted = builder.counted
    terms = builder.terms
    weights = builder.weights
    startWeights = builder.startWeights
    widestTerms =
      (blocks + newbornBlocks).map { block in
        block.terms.reduce(0) { $0 + builder.terms[$1].groups.count }
      }.max() ?? 0
  }

  /// The classes a cohort takes part in, with the weight of every region, for a cohort on its own.
  func classes(of lane: Int, group: Int, block: Block) -> [(classIndex: Int, weights: [Double])] {
    block.terms.compactMap { t in
      let term = terms[t]
      guard term.groups.contains(group) else { return nil }
      let width = term.groups.count
      return (
        term.classIndex,
        (0..<shape.regions).map {
          weights[term.offset + $0 * width + group - term.groups.lowerBound][lane]
        }
      )
    }
  }
}

extension CohortBlocks {
  /// Collects blocks while the grouping is made.
  private struct Builder {
    let inputs: CohortInputs
    let hasTwoAges: Bool
    var cells: [SIMD4<Int32>] = []
    var counted: [SIMD4<Double>] = []
    var terms: [Term] = []
    var weights: [SIMD4<Double>] = []
    var startWeights: [SIMD4<Double>] = []

    init(_ inputs: CohortInputs) {
      self.inputs = inputs
      hasTwoAges = inputs.form.hasMoveRates
    }

    /// Cohorts by the class they end the step in; those that start it in another come first.
    func cohorts(alive: Bool) -> [[Int]] {
      let ages = inputs.shape.ages
      let all = (0..<2 * ages).filter { ($0 % ages > 0) == alive }
      let byClass = Dictionary(grouping: all) { inputs.internalRates.classOf[$0] }
      return byClass.keys.sorted().map { g in
        byClass[g]!.sorted { (startClass($0), $0) < (startClass($1), $1) }
      }
    }

    /// The class of the age before where it counts and differs, above all classes where not.
    private func startClass(_ cell: Int) -> Int {
      let classOf = inputs.internalRates.classOf
      guard hasTwoAges, cell % inputs.shape.ages > 0, classOf[cell - 1] != classOf[cell] else {
        return Int.max
      }
      return classOf[cell - 1]
    }

    mutating func blocks(of cohorts: [[Int]]) -> [Block] {
      var blocks: [Block] = []
      let width = CohortBlocks.lanes * CohortBlocks.widest
      for cohort in cohorts {
        for start in stride(from: 0, to: cohort.count, by: width) {
          blocks.append(block(of: Array(cohort[start..<min(start + width, cohort.count)])))
        }
      }
      return blocks
    }

    private mutating func block(of cohorts: [Int]) -> Block {
      let lanes = CohortBlocks.lanes
      let count = (cohorts.count + lanes - 1) / lanes
      let repeated = count * lanes - cohorts.count
      let padded = cohorts + [Int](repeating: cohorts[cohorts.count - 1], count: repeated)
      let firstGroup = cells.count
      for q in 0..<count {
        var group = SIMD4<Int32>.zero
        var isFirst = SIMD4<Double>.zero
        for lane in 0..<lanes {
          group[lane] = Int32(padded[q * lanes + lane])
          isFirst[lane] = q * lanes + lane < cohorts.count ? 1 : 0
        }
        cells.append(group)
        counted.append(isFirst)
      }
      let firstTerm = terms.count
      let end = inputs.internalRates.classOf[cohorts[0]]
      var slot = 0
      for g in [end] + Set(cohorts.map(startClass)).subtracting([Int.max]).sorted() {
        let met = padded.indices.filter { g == end || startClass(padded[$0]) == g }
        let range = met[0] / lanes..<met[met.count - 1] / lanes + 1
        terms.append(Term(classIndex: g, groups: range, offset: weights.count, slot: slot))
        slot += range.count * inputs.shape.regions
        for region in 0..<inputs.shape.regions {
          for q in range {
            var weight = SIMD4<Double>.zero
            for lane in 0..<lanes {
              weight[lane] = self.weight(padded[q * lanes + lane], class: g, region: region)
            }
            weights.append(weight)
            if inputs.form == .rogersLifetable {
              var start = SIMD4<Double>.zero
              for lane in 0..<lanes {
                start[lane] = startWeight(padded[q * lanes + lane], class: g, region: region)
              }
              startWeights.append(start)
            }
          }
        }
      }
      return Block(groups: firstGroup..<cells.count, terms: firstTerm..<terms.count)
    }

    private func weight(_ k: Int, class g: Int, region: Int) -> Double {
      let atEnd = profile(k, g, region)
      let age = k % inputs.shape.ages
      switch inputs.form {
      case .movement:
        // Half for the mean of the persons at start and end.
        let exposure = inputs.stepYears / 2
        guard age > 0 else { return inputs.newbornExposure * exposure * atEnd }
        return exposure * (profile(k - 1, g, region) + atEnd) / 2
      case .transition: return age > 0 ? atEnd : inputs.newbornExposure * atEnd
      case .prospective: return atEnd
      case .rogersLifetable:
        // The open group pools the last two; see `StepWorkspace.solveLifeTable`.
        guard age == inputs.shape.openAge else { return inputs.stepYears / 2 * atEnd }
        return inputs.stepYears / 2 * (2 * atEnd - profile(k - 1, g, region))
      }
    }

    private func startWeight(_ k: Int, class g: Int, region: Int) -> Double {
      k % inputs.shape.ages > 0 ? inputs.stepYears / 2 * profile(k - 1, g, region) : 0
    }

    /// Relative intensity of an age where it belongs to a class.
    private func profile(_ k: Int, _ g: Int, _ region: Int) -> Double {
      let rates = inputs.internalRates
      return rates.classOf[k] == g ? rates.profile[region * inputs.shape.ageSexCount + k] : 0
    }
  }
}
