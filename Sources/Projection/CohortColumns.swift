/// How the cohorts of a projection lie in columns of eight, and which classes of moves each of them
/// takes part in. It depends on ages and profiles only, so it is made once for all draws.
struct CohortColumns: Sendable {
  /// A class of moves met by some columns: weights stand at `offset ..< offset + regions`.
  struct Term: Sendable {
    let classIndex: Int
    let offset: Int
  }

  /// A class of moves met by one cohort, with the weight of every region.
  struct SingleTerm: Sendable {
    let classIndex: Int
    let weights: [Double]
  }

  let regions: Int
  let ages: Int
  let classCount: Int
  /// Columns: ages 1 to the open one, men first.
  let columnCount: Int
  let blockCount: Int
  /// Terms of a block are `terms[firstTerm[b] ..< firstTerm[b + 1]]`.
  let terms: [Term]
  let firstTerm: [Int]
  /// `o[class, cohort, i] = weight · level[class]`. In the movement form the mean of both ages of the
  /// cohort, times the step; in the transition form the age at the end.
  let weights: [SIMD8<Double>]
  /// The largest number of terms in a block.
  let widestBlock: Int
  /// The rates of age 0 by sex, times the exposure of newborns and, moving, the step.
  let newbornTerms: [[SingleTerm]]

  init(_ inputs: CohortInputs) {
    let rates = inputs.internalRates
    let isMoving = inputs.form == .movement
    let stepYears = inputs.stepYears
    let shape = rates.shape
    let open = shape.openAge
    regions = shape.regions
    ages = shape.ages
    classCount = rates.classCount
    columnCount = 2 * open
    blockCount = (columnCount + 7) / 8
    var terms: [Term] = []
    var firstTerm = [0]
    var weights: [SIMD8<Double>] = []
    for block in 0..<blockCount {
      let inBlock = block * 8..<min(block * 8 + 8, columnCount)
      var classes: Set<Int> = []
      for column in inBlock {
        let age = column / open * shape.ages + column % open
        if isMoving { classes.insert(rates.classOf[age]) }
        classes.insert(rates.classOf[age + 1])
      }
      for g in classes.sorted() {
        terms.append(Term(classIndex: g, offset: weights.count))
        for region in 0..<shape.regions {
          var weight = SIMD8<Double>.zero
          for column in inBlock {
            weight[column - block * 8] =
              isMoving
              ? stepYears / 2 * Self.intensity(rates, class: g, column: column, region: region)
              : Self.intensityAtEnd(rates, class: g, column: column, region: region)
          }
          weights.append(weight)
        }
      }
      firstTerm.append(terms.count)
    }
    self.terms = terms
    self.firstTerm = firstTerm
    self.weights = weights
    widestBlock = zip(firstTerm, firstTerm.dropFirst()).map { $1 - $0 }.max() ?? 0
    newbornTerms = (0..<2).map { sex in
      [
        SingleTerm(
          classIndex: rates.classOf[sex * shape.ages],
          weights: (0..<shape.regions).map {
            inputs.newbornExposure * (isMoving ? stepYears : 1)
              * rates.profile[shape.index(sex: sex, age: 0, region: $0)]
          })
      ]
    }
  }

  /// Sum of the profile over the two ages of a cohort as far as they belong to the class.
  private static func intensity(
    _ rates: InternalRates, class g: Int, column: Int, region: Int
  ) -> Double {
    let open = rates.shape.openAge
    let sex = column / open
    let age = column % open
    let cell = rates.shape.index(sex: sex, age: age, region: region)
    let k = sex * rates.shape.ages + age
    return (rates.classOf[k] == g ? rates.profile[cell] : 0)
      + (rates.classOf[k + 1] == g ? rates.profile[cell + 1] : 0)
  }

  /// The profile at the age a cohort ends the step in, if it belongs to the class.
  private static func intensityAtEnd(
    _ rates: InternalRates, class g: Int, column: Int, region: Int
  ) -> Double {
    let open = rates.shape.openAge
    let sex = column / open
    let age = column % open + 1
    guard rates.classOf[sex * rates.shape.ages + age] == g else { return 0 }
    return rates.profile[rates.shape.index(sex: sex, age: age, region: region)]
  }

  /// The terms of one cohort alone, for cohorts whose step is split.
  func singleTerms(column: Int) -> [SingleTerm] {
    let block = column / 8
    return (firstTerm[block]..<firstTerm[block + 1]).map { t in
      SingleTerm(
        classIndex: terms[t].classIndex,
        weights: (0..<regions).map { weights[terms[t].offset + $0][column % 8] })
    }
  }
}
