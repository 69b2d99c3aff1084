import CVecMath

// Steps over blocks of up to twelve cohorts in groups of four lanes. Arrays of a block are packed by
// region, then group; arrays over all groups of a projection are read from a group on.

/// The cells of a block in surfaces whose rows are regions.
public struct BlockCells: Sendable {
  public let regions: Int
  /// Groups of the block, among those of all blocks.
  public let groups: Range<Int>
  /// Cells of a region.
  public let length: Int

  public init(regions: Int, groups: Range<Int>, length: Int) {
    precondition(
      regions >= 1 && (1...3).contains(groups.count) && groups.lowerBound >= 0,
      "a block of groups \(groups)")
    self.regions = regions
    self.groups = groups
    self.length = length
  }

  var width: Int { groups.count }
  var places: Int { regions * groups.count }
  var cells: Int { regions * length }

  func check(_ positions: [SIMD4<Int32>]) {
    precondition(groups.upperBound <= positions.count, "groups \(groups) outside their array")
    for q in groups {
      precondition(
        positions[q].min() >= 0 && Int(positions[q].max()) < length,
        "cells outside a row of \(length)")
    }
  }
}

/// Moves of a class that a block takes part in; as `agyn_term`, so five numbers in this order.
public struct BlockTerm: Sendable {
  /// Where its matrix starts among the rates.
  public let matrix: Int
  /// The first group of the block it covers, and how many.
  public let first: Int
  public let groups: Int
  /// Where its weights start, and its moving people, in groups.
  public let offset: Int
  public let slot: Int

  public init(matrix: Int, groups: Range<Int>, offset: Int, slot: Int) {
    precondition(
      matrix >= 0 && groups.lowerBound >= 0 && (1...3).contains(groups.count) && offset >= 0
        && slot >= 0, "a term of groups \(groups)")
    self.matrix = matrix
    first = groups.lowerBound
    self.groups = groups.count
    self.offset = offset
    self.slot = slot
  }

  func check(_ regions: Int, _ width: Int, rates: Int, people: Int) {
    precondition(
      first + groups <= width && matrix + regions * regions <= rates
        && slot + regions * groups <= people, "a term outside its arrays")
  }
}

/// Brings the cells of three surfaces into the arrays of a block.
public func takeCells(
  _ block: BlockCells, _ positions: [SIMD4<Int32>], _ first: [Double], _ second: [Double],
  _ third: [Double], into a: inout [SIMD4<Double>], _ b: inout [SIMD4<Double>],
  _ c: inout [SIMD4<Double>]
) {
  block.check(positions)
  precondition(
    block.cells <= min(first.count, second.count, third.count)
      && block.places <= min(a.count, b.count, c.count), "cells outside their arrays")
  agyn_take(
    block.regions, block.width, block.length, positions, block.groups.lowerBound, first, second,
    third, &a, &b, &c)
}

/// What stays the same in all passes, and a first guess; see `agyn_begin`.
///
/// - Parameters:
///   - arrivals: of the block before, with its `constant` and `leaving` still in place; read where
///     `hasBefore`, as is `exposed`, its people at start and end together.
///   - current: out-rates, replaced by the guess.
///   - leaving: set to half of the out-rates.
///   - largest: set to the largest number of persons of each lane.
/// - Returns: the largest part of an error that a pass can leave.
public func beginPasses(
  regions: Int, width: Int, _ initial: [SIMD4<Double>], _ mortality: [SIMD4<Double>],
  _ emigration: [SIMD4<Double>], hasBefore: Bool, arrivals: [SIMD4<Double>],
  exposed: [SIMD4<Double>], current: inout [SIMD4<Double>], constant: inout [SIMD4<Double>],
  inverse: inout [SIMD4<Double>], leaving: inout [SIMD4<Double>], largest: inout [SIMD4<Double>]
) -> Double {
  let places = regions * width
  precondition(
    (1...3).contains(width) && regions >= 0 && largest.count >= width
      && places <= min(initial.count, mortality.count, emigration.count)
      && places <= min(current.count, constant.count, inverse.count)
      && places <= min(arrivals.count, exposed.count, leaving.count),
    "a block outside its arrays")
  return agyn_begin(
    regions, width, initial, mortality, emigration, hasBefore ? 1 : 0, arrivals, exposed, &current,
    &constant, &inverse, &leaving, &largest)
}

/// One pass over the destinations, three at a time, each using what the pass has found before it:
/// `current = (constant + moves) · inverse`, then `people = weights · (initial + current)`.
///
/// The sum of a lane runs over the terms, then the origins, in their order, in three parts where a term has
/// one group. Its bits depend on whether the processor has fused multiply-add, on nothing else.
/// - Parameters:
///   - chosen: the terms of the block.
///   - tolerance: squares of the changes that are small enough, by group.
///   - arrivals: left with `constant + moves`.
/// - Returns: whether all changes were small enough.
/// - Complexity: O(regions² · groups)
public func passOverBlock(
  regions: Int, width: Int, rates: [Double], terms: [BlockTerm], _ chosen: Range<Int>,
  weights: [SIMD4<Double>], initial: [SIMD4<Double>], constant: [SIMD4<Double>],
  inverse: [SIMD4<Double>], tolerance: [SIMD4<Double>], current: inout [SIMD4<Double>],
  people: inout [SIMD4<Double>], arrivals: inout [SIMD4<Double>]
) -> Bool {
  let places = regions * width
  precondition(
    (1...3).contains(width) && width <= tolerance.count && chosen.lowerBound >= 0
      && chosen.upperBound <= terms.count
      && places <= min(initial.count, constant.count, inverse.count)
      && places <= min(current.count, arrivals.count), "a block outside its arrays")
  precondition(
    !chosen.isEmpty && terms[chosen.lowerBound].groups == width, "a first term of some groups")
  for t in chosen {
    terms[t].check(regions, width, rates: rates.count, people: people.count)
    precondition(terms[t].offset + regions * terms[t].groups <= weights.count, "too few weights")
  }
  return agyn_pass(
    regions, width, rates, terms, chosen.lowerBound, chosen.count, weights, initial, constant,
    inverse, tolerance, &current, &people, &arrivals) == 0
}

/// Takes the last of three iterates on as the last two changes point, lane by lane: Aitken's step for vectors
/// (Anderson 1965, Journal of the ACM 12, 547–560, with a memory of one).
///
/// - Complexity: O(regions · groups)
public func extrapolateBlock(
  regions: Int, width: Int, _ first: [SIMD4<Double>], _ second: [SIMD4<Double>],
  current: inout [SIMD4<Double>]
) {
  precondition(
    regions >= 0 && (1...3).contains(width)
      && regions * width <= min(first.count, second.count, current.count),
    "a block outside its arrays")
  agyn_extrapolate(regions, width, first, second, &current)
}

/// Closes a solution, books deaths and emigrants, and brings the end to its surface; see `agyn_finish`.
///
/// Everybody who moves, as `people` has it, arrives, and is taken off where they leave, so that the
/// account of a region closes whatever error `current` has left; the error of the end is smaller.
/// - Parameters:
///   - counted: 1 or 0 by lane, over all groups.
///   - leaving: half of the out-rates, as `beginPasses` left it; so is `constant`.
///   - both: set to the sum of start and `current`, whose moves are booked.
///   - dead: by region and lane, added to; so is `abroad`.
///   - unlessBelowZero: book nothing where a cell would end below zero in a lane that nobody was below
///     zero in: `current` is then too high in it.
/// - Returns: whether it was booked.
/// - Complexity: O(regions² · groups)
@discardableResult
public func finishBlock(
  _ block: BlockCells, _ positions: [SIMD4<Int32>], counted: [SIMD4<Double>], rates: [Double],
  terms: [BlockTerm], _ chosen: Range<Int>, initial: [SIMD4<Double>], current: [SIMD4<Double>],
  mortality: [SIMD4<Double>], emigration: [SIMD4<Double>], leaving: [SIMD4<Double>],
  constant: [SIMD4<Double>], people: [SIMD4<Double>], arrivals: inout [SIMD4<Double>],
  both: inout [SIMD4<Double>], dead: inout [SIMD4<Double>], abroad: inout [SIMD4<Double>],
  end: inout [Double], unlessBelowZero: Bool = false
) -> Bool {
  block.check(positions)
  precondition(
    block.groups.upperBound <= counted.count && block.places <= min(initial.count, current.count)
      && block.places <= min(mortality.count, emigration.count, leaving.count)
      && block.places <= min(constant.count, arrivals.count, both.count)
      && block.regions <= min(dead.count, abroad.count) && block.cells <= end.count
      && chosen.lowerBound >= 0 && chosen.upperBound <= terms.count, "a block outside its arrays")
  for t in chosen {
    terms[t].check(block.regions, block.width, rates: rates.count, people: people.count)
  }
  return agyn_finish(
    block.regions, block.width, block.length, positions, counted, block.groups.lowerBound, rates,
    terms, chosen.lowerBound, chosen.count, initial, current, mortality, emigration, leaving,
    constant, people, &arrivals, &both, &dead, &abroad, &end, unlessBelowZero ? 1 : 0) == 0
}

/// Survives the cohorts of a block and moves them once; see `agyn_move_shares_of_block`.
///
/// - Parameters:
///   - term: covers all groups.
///   - row: where the out-rates of the term start.
///   - alive: set to the survivors; `people` and `staying` are room for the same number of groups.
///   - dead: by region and lane, added to; so is `abroad`.
/// - Returns: whether some would lose more than all.
public func moveBlock(
  _ block: BlockCells, _ positions: [SIMD4<Int32>], counted: [SIMD4<Double>], _ persons: [Double],
  _ mortality: [Double], _ emigration: [Double], _ term: BlockTerm, weights: [SIMD4<Double>],
  out: [Double], row: Int, rates: [Double], alive: inout [SIMD4<Double>],
  people: inout [SIMD4<Double>], staying: inout [SIMD4<Double>], dead: inout [SIMD4<Double>],
  abroad: inout [SIMD4<Double>], end: inout [Double]
) -> Bool {
  block.check(positions)
  let n = block.regions
  precondition(
    block.groups.upperBound <= counted.count && term.groups == block.width
      && term.offset + block.places <= weights.count && term.matrix + n * n <= rates.count
      && row >= 0 && row + n <= out.count, "a term outside its arrays")
  precondition(
    block.cells <= min(persons.count, mortality.count, emigration.count, end.count)
      && block.places <= min(alive.count, people.count, staying.count)
      && n <= min(dead.count, abroad.count), "a block outside its arrays")
  return agyn_move_shares_of_block(
    n, block.width, block.length, positions, counted, block.groups.lowerBound, persons, mortality,
    emigration, weights, term.offset, out, row, rates, term.matrix, &alive, &people, &staying,
    &dead, &abroad, &end) != 0
}

/// Adds exposed people of a block to movers by region: items name whose movers they are and a group of
/// the block.
///
/// - Parameters:
///   - weights: `regions` groups for each item.
///   - movers: `regions` numbers for each name.
public func countExposed(
  regions: Int, width: Int, _ items: [SIMD2<Int32>], _ chosen: Range<Int>,
  weights: [SIMD4<Double>], exposed: [SIMD4<Double>], into movers: inout [Double]
) {
  precondition(
    chosen.lowerBound >= 0 && chosen.upperBound <= items.count
      && chosen.upperBound * regions <= weights.count && regions * width <= exposed.count,
    "items outside their arrays")
  for k in chosen {
    precondition(
      items[k].x >= 0 && (Int(items[k].x) + 1) * regions <= movers.count && items[k].y >= 0
        && items[k].y < width, "item \(items[k])")
  }
  agyn_count(
    regions, width, items, chosen.lowerBound, chosen.count, weights, exposed, &movers)
}
