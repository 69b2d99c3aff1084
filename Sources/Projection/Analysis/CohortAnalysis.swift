public import Demography
import Kernel

/// What the rates of a projection mean by themselves: life tables, stable populations of every region
/// as if closed, and the regions together with their moves.
///
/// Age groups are as wide as a step, a year or five. Women bear daughters; men have life tables only.
public struct CohortAnalysis: Sendable {
  private let inputs: CohortInputs
  private let rates: [Double]
  private let regions: [String]

  /// - Parameters:
  ///   - deathRates: deaths per person and year, a surface.
  ///   - regions: names, in the order of the shape.
  public init(_ inputs: CohortInputs, deathRates: [Double], regions: [String]) {
    precondition(
      deathRates.count == inputs.shape.cellCount && regions.count == inputs.shape.regions,
      "\(deathRates.count) death rates, \(regions.count) regions")
    self.inputs = inputs
    rates = deathRates
    self.regions = regions
  }

  private var ages: Int { inputs.shape.ages }
  private var width: Double { inputs.stepYears }
  /// First age of each group, in years.
  private var firstAges: [Double] { (0..<ages).map { Double($0) * width } }

  /// The life table of one sex of a region; those who die at age 0 lived 0.1 of a year, at later single
  /// years and in wider groups half of the time.
  /// - Throws: `outOfRange` as `LifeTable` does.
  public func lifeTable(region: Int, sex: Sex) throws(ProjectionError) -> LifeTable {
    let start = inputs.shape.index(sex: sex.rawValue, age: 0, region: region)
    return try LifeTable(
      ages: firstAges, rates: Array(rates[start..<start + ages]),
      meanYearsLived: (0..<ages).map { $0 == 0 && width == 1 ? 0.1 : width / 2 }, radix: 1)
  }

  /// `life_table`: one row a region, sex and first age of a group.
  public func lifeTables() throws(ProjectionError) -> Table {
    var names: [String] = []
    var sexes: [String] = []
    var tables: [LifeTable] = []
    for (r, name) in regions.enumerated() {
      for sex in [Sex.male, .female] {
        names.append(name)
        sexes.append(sex.code)
        tables.append(try lifeTable(region: r, sex: sex))
      }
    }
    func each(_ values: [String]) -> [String] {
      values.flatMap { [String](repeating: $0, count: ages) }
    }
    func column(_ name: String, _ path: KeyPath<LifeTable, [Double]>) -> Table.Column {
      .real(name, tables.flatMap { $0[keyPath: path] })
    }
    return Table(
      "life_table",
      [
        .text("region", each(names)), .text("sex", each(sexes)),
        .integer("age", tables.flatMap { _ in firstAges.map { Int($0) } }),
        column("rate", \.rates), column("probability", \.probabilities),
        column("survivors", \.survivors), column("deaths", \.deaths),
        column("person_years", \.personYears), column("years_to_come", \.yearsToCome),
        column("expectation", \.expectation),
      ])
  }

  /// `stable_population`: what the rates of each region lead to without migration.
  ///
  /// Expectation of life of both sexes, daughters per woman, mean age of mothers, rate of growth, birth
  /// rate, share of the old, damping ratio (per step), and the momentum of today's women. NaN (missing) where the
  /// schedules have no births.
  /// - Throws: `outOfRange` as `LifeTable` and `Renewal` do; `KernelError` where eigenvalues cannot be
  ///   computed.
  public func stableTable() throws -> Table {
    let rows = try regions.indices.map { try stable($0) }
    func column(_ name: String, _ value: (Row) -> Double) -> Table.Column {
      .real(name, rows.map(value))
    }
    return Table(
      "stable_population",
      [
        .text("region", regions), column("expectation_men", \.men),
        column("expectation_women", \.women),
        column("net_reproduction", \.renewal.netReproduction),
        column("mean_age_of_mothers", \.renewal.meanAgeOfMothers),
        column("intrinsic_rate", \.renewal.rate), column("birth_rate", \.renewal.birthRate),
        column("share_65_plus", \.old), column("damping_ratio", \.damping),
        column("momentum", \.momentum),
      ])
  }

  private struct Row {
    let men: Double
    let women: Double
    let renewal: Renewal
    let old: Double
    let damping: Double
    let momentum: Double
  }

  private func stable(_ region: Int) throws -> Row {
    let men = try lifeTable(region: region, sex: .male)
    let women = try lifeTable(region: region, sex: .female)
    let fertility = Array(inputs.fertility[region * ages..<(region + 1) * ages])
    let maternity = fertility.map { $0 / (1 + inputs.sexRatioAtBirth) }
    let middles = (0..<ages).map { age in
      firstAges[age] + (age == ages - 1 ? women.expectation[age] : width / 2)
    }
    let renewal = try Renewal(
      ages: middles, personYears: women.personYears, maternity: maternity)
    let leslie = LeslieModel(
      personYears: women.personYears, fertility: fertility,
      sexRatioAtBirth: inputs.sexRatioAtBirth)
    let start = inputs.shape.index(sex: Sex.female.rawValue, age: 0, region: region)
    let people = Array(inputs.population[start..<start + ages])
    return Row(
      men: men.expectation[0], women: women.expectation[0], renewal: renewal,
      old: zip(firstAges, renewal.shares).reduce(0) { $0 + ($1.0 >= 65 ? $1.1 : 0) },
      damping: try StableAnalysis(leslie.matrix, stepYears: width).dampingRatio,
      momentum: Momentum(
        ages: middles, population: people, total: people.reduce(0, +),
        personYears: women.personYears, maternity: maternity, expectation: women.expectation[0]
      ).factor)
  }

  /// Whether the moves are rates of movement, of which a multiregional life table is made.
  public var hasMoveRates: Bool { inputs.form.hasMoveRates }

  /// The life table of women who move between the regions; those who emigrate are not followed.
  ///
  /// - Throws: `ProjectionError.notMovementRates` where the moves are shares of survivors, which are
  ///   no rates; `KernelError.singular` where nobody leaves the open group.
  public func multiregional() throws -> MultiregionalLifeTable {
    guard hasMoveRates else { throw ProjectionError.notMovementRates }
    let n = regions.count
    let sex = Sex.female.rawValue
    func byAge(_ value: (_ age: Int, _ region: Int) -> Double) -> [[Double]] {
      (0..<ages).map { age in (0..<n).map { value(age, $0) } }
    }
    return try MultiregionalLifeTable(
      width: width,
      deathRates: byAge { age, r in rates[inputs.shape.index(sex: sex, age: age, region: r)] },
      birthRates: byAge { age, r in
        inputs.fertility[r * ages + age] / (1 + inputs.sexRatioAtBirth)
      },
      moveRates: (0..<ages).map { age in
        var moves = Matrix(rows: n, columns: n)
        for j in 0..<n {
          for i in 0..<n where i != j {
            moves[j, i] = inputs.internalRates.rate(sex: sex, age: age, from: i, to: j)
          }
        }
        return moves
      })
  }

  /// `multiregional_expectation`: years of life of women by region of birth and of residence.
  public func expectationTable(_ table: MultiregionalLifeTable) -> Table {
    let n = regions.count
    let pairs = (0..<n).flatMap { birth in (0..<n).map { (birth, $0) } }
    return Table(
      "multiregional_expectation",
      [
        .text("origin", pairs.map { regions[$0.0] }),
        .text("region", pairs.map { regions[$0.1] }),
        .real("years", pairs.map { table.expectation[$0.1, $0.0] }),
      ])
  }
}
