extension CohortBlocks {
  /// Collects blocks while the grouping is made.
  struct Builder {
    let inputs: CohortInputs
    let hasTwoAges: Bool
    var cells: [SIMD4<Int32>] = []
    var counted: [SIMD4<Double>] = []
    var terms: [Term] = []
    var weights: [SIMD4<Double>] = []
    var startWeights: [SIMD4<Double>] = []
    let streams: [Stream]
    var counts: [SIMD2<Int32>] = []
    var countWeights: [SIMD4<Double>] = []
    var startCountWeights: [SIMD4<Double>] = []

    init(_ inputs: CohortInputs) {
      self.inputs = inputs
      hasTwoAges = inputs.form.hasMoveRates
      let rates = inputs.internalRates
      let met = zip(rates.classOf, rates.countedIn).map {
        Stream(classIndex: $0, countedIn: $1)
      }
      streams = Set(met).sorted { ($0.countedIn, $0.classIndex) < ($1.countedIn, $1.classIndex) }
    }

    /// Cohorts by the class they end the step in; those that start it in another come first, then four
    /// ages of one sex after four of the other, so that the cells of a group stand side by side and
    /// cohorts of a block are alike.
    func cohorts(alive: Bool) -> [[Int]] {
      let ages = inputs.shape.ages
      let all = (0..<2 * ages).filter { ($0 % ages > 0) == alive }
      let byClass = Dictionary(grouping: all) { inputs.internalRates.classOf[$0] }
      return byClass.keys.sorted().map { g in
        byClass[g]!.sorted { (startClass($0), four($0), $0) < (startClass($1), four($1), $1) }
      }
    }

    private func four(_ cell: Int) -> Int { (cell % inputs.shape.ages - 1) / CohortBlocks.lanes }

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
      let classOf = inputs.internalRates.classOf
      let end = classOf[cohorts[0]]
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
              weight[lane] = self.weight(padded[q * lanes + lane], region) { classOf[$0] == g }
            }
            weights.append(weight)
            if inputs.form == .rogersLifetable {
              var start = SIMD4<Double>.zero
              for lane in 0..<lanes {
                start[lane] = startWeight(padded[q * lanes + lane], region) { classOf[$0] == g }
              }
              startWeights.append(start)
            }
          }
        }
      }
      let firstCount = counts.count
      for q in 0..<count {
        addCounts(
          Array(padded[q * lanes..<(q + 1) * lanes]), group: q, isFirst: counted[firstGroup + q])
      }
      return Block(
        groups: firstGroup..<cells.count, terms: firstTerm..<terms.count,
        counts: firstCount..<counts.count)
    }

    /// The streams that lanes of a group take part in, with the weights of their own ages.
    private mutating func addCounts(_ lanes: [Int], group: Int, isFirst: SIMD4<Double>) {
      let rates = inputs.internalRates
      let ages =
        lanes + (hasTwoAges ? lanes.filter { $0 % inputs.shape.ages > 0 }.map { $0 - 1 } : [])
      for (s, stream) in streams.enumerated() {
        func isOwn(_ k: Int) -> Bool {
          rates.classOf[k] == stream.classIndex && rates.countedIn[k] == stream.countedIn
        }
        guard ages.contains(where: isOwn) else { continue }
        counts.append(SIMD2(Int32(s), Int32(group)))
        for region in 0..<inputs.shape.regions {
          var (end, start) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
          for lane in 0..<CohortBlocks.lanes {
            end[lane] = weight(lanes[lane], region, of: isOwn)
            start[lane] = startWeight(lanes[lane], region, of: isOwn)
          }
          countWeights.append(end * isFirst)
          if inputs.form == .rogersLifetable { startCountWeights.append(start * isFirst) }
        }
      }
    }

    /// The weight of a cohort by the ages that belong to what is asked for.
    private func weight(_ k: Int, _ region: Int, of isOwn: (Int) -> Bool) -> Double {
      let atEnd = profile(k, region, isOwn)
      let age = k % inputs.shape.ages
      switch inputs.form {
      case .movement:
        // Half for the mean of the persons at start and end.
        let exposure = inputs.stepYears / 2
        guard age > 0 else { return inputs.newbornExposure * exposure * atEnd }
        return exposure * (profile(k - 1, region, isOwn) + atEnd) / 2
      case .transition: return age > 0 ? atEnd : inputs.newbornExposure * atEnd
      case .prospective: return atEnd
      case .rogersLifetable:
        // The open group pools the last two; see `StepWorkspace.solveLifeTable`.
        guard age == inputs.shape.openAge else { return inputs.stepYears / 2 * atEnd }
        return inputs.stepYears / 2 * (2 * atEnd - profile(k - 1, region, isOwn))
      }
    }

    private func startWeight(_ k: Int, _ region: Int, of isOwn: (Int) -> Bool) -> Double {
      k % inputs.shape.ages > 0 ? inputs.stepYears / 2 * profile(k - 1, region, isOwn) : 0
    }

    /// Relative intensity of an age where it belongs to what is asked for.
    private func profile(_ k: Int, _ region: Int, _ isOwn: (Int) -> Bool) -> Double {
      isOwn(k) ? inputs.internalRates.profile[region * inputs.shape.ageSexCount + k] : 0
    }
  }
}
