import Kernel

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

  /// Moves that are counted together and have one matrix of rates.
  struct Stream: Hashable, Sendable {
    let classIndex: Int
    let countedIn: Int
  }

  struct Block: Sendable {
    /// Its groups, among those of all blocks.
    let groups: Range<Int>
    let terms: Range<Int>
    /// Its items among `counts`.
    let counts: Range<Int>
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
  /// The same as kernels read them.
  let moves: [BlockTerm]
  /// Moves per person of a lane at level 1: in the movement form the mean of both ages of the cohort,
  /// times half the step for the mean of start and end; in Rogers' form half the step at the age of the
  /// end, for those who are there at the end; in the others the age at the end.
  let weights: [SIMD4<Double>]
  /// In Rogers' form half the step at the age of the start, for those who are there at the start.
  let startWeights: [SIMD4<Double>]
  /// Groups of a region over all terms of a block, in the widest one.
  let widestTerms: Int
  /// Streams by the group they are counted in, then class.
  let streams: [Stream]
  /// A stream and a group of the block whose moves belong to it.
  let counts: [SIMD2<Int32>]
  /// `weights` of each item by region, of the ages of its stream alone, 0 for repetitions.
  let countWeights: [SIMD4<Double>]
  /// The same of `startWeights`.
  let startCountWeights: [SIMD4<Double>]

  static let lanes = 4
  static let widest = 3

  init(_ inputs: CohortInputs) {
    var builder = Builder(inputs)
    blocks = builder.blocks(of: builder.cohorts(alive: true))
    newbornBlocks = builder.blocks(of: builder.cohorts(alive: false))
    let (n, terms) = (inputs.shape.regions, builder.terms)
    shape = inputs.shape
    classCount = inputs.internalRates.classCount
    cells = builder.cells
    counted = builder.counted
    self.terms = terms
    moves = terms.map {
      BlockTerm(
        matrix: $0.classIndex * n * n, groups: $0.groups, offset: $0.offset, slot: $0.slot)
    }
    weights = builder.weights
    startWeights = builder.startWeights
    streams = builder.streams
    counts = builder.counts
    countWeights = builder.countWeights
    startCountWeights = builder.startCountWeights
    widestTerms =
      (blocks + newbornBlocks).map { block in
        block.terms.reduce(0) { $0 + terms[$1].groups.count }
      }.max() ?? 0
  }

  /// The streams a cohort takes part in, with the weight of every region, for a cohort on its own.
  func streams(of lane: Int, group: Int, block: Block) -> [(stream: Int, weights: [Double])] {
    let n = shape.regions
    return block.counts.compactMap { k in
      guard Int(counts[k].y) == group else { return nil }
      let own = (0..<n).map { countWeights[k * n + $0][lane] }
      return own.contains { $0 != 0 } ? (Int(counts[k].x), own) : nil
    }
  }
}
