public import Demography
import Kernel

/// What the rates of a projection mean by themselves: life tables, stable populations of every region
/// as if closed, and the regions together with their moves.
///
/// Age groups are as wide as a step, a year or five. Women bear daughters; men have life tables only.
public struct CohortAnalysis: Sendable {
  let inputs: CohortInputs
  private let rates: [Double]
  let regions: [String]

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

  var ages: Int { inputs.shape.ages }
  var width: Double { inputs.stepYears }
  /// First age of each group, in years.
  var firstAges: [Double] { (0..<ages).map { Double($0) * width } }

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
  /// - Throws: `outOfRange` as `LifeTable` does.
  public func lifeTables() throws(ProjectionError) -> Table {
    try lifeTables("life_table") { table throws(ProjectionError) in table }
  }

  /// `life_table_abridged`: the same by the groups 0, 1-4, 5-9 and so on to the open group; `nil` where
  /// the ages are no single years.
  public func abridgedLifeTables() throws(ProjectionError) -> Table? {
    guard width == 1, ages > 6 else { return nil }
    let open = Double(ages - 1)
    let starts = [0, 1] + stride(from: 5, to: open, by: 5) + [open]
    return try lifeTables("life_table_abridged") { table throws(ProjectionError) in
      try table.grouped(from: starts)
    }
  }

  private func lifeTables(
    _ title: String, _ form: (LifeTable) throws(ProjectionError) -> LifeTable
  ) throws(ProjectionError) -> Table {
    var names: [String] = []
    var sexes: [String] = []
    var tables: [LifeTable] = []
    for (r, name) in regions.enumerated() {
      for sex in [Sex.male, .female] {
        let table = try form(lifeTable(region: r, sex: sex))
        tables.append(table)
        names += [String](repeating: name, count: table.ages.count)
        sexes += [String](repeating: sex.code, count: table.ages.count)
      }
    }
    func column(_ name: String, _ path: KeyPath<LifeTable, [Double]>) -> Table.Column {
      .real(name, tables.flatMap { $0[keyPath: path] })
    }
    return Table(
      title,
      [
        .text("region", names), .text("sex", sexes),
        .integer("age", tables.flatMap { $0.ages.map { Int($0) } }),
        column("rate", \.rates), column("mean_years_lived", \.meanYearsLived),
        column("probability", \.probabilities), column("survivors", \.survivors),
        column("deaths", \.deaths), column("person_years", \.personYears),
        column("years_to_come", \.yearsToCome), column("expectation", \.expectation),
      ])
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
}
