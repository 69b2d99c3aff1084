/// Revisions of the level that nobody has declared.
extension RegionalTotals {
  /// Steps from year to year that a revision is larger than.
  static let usualSteps = 3.0
  /// Part of the population that a revision is larger than.
  static let smallestRevision = 0.005
  /// Steps needed to tell what is usual.
  static let stepsNeeded = 5

  /// Years whose change reads like a census: the net migration rate of all regions together lies outside
  /// those of the year before and of the year after, so it did not last, by more than half a percent of the
  /// population and three usual steps, the median change of that rate from one year to the next.
  ///
  /// Net migration is what natural increase leaves of the change, in regions that know it in all years
  /// compared; where none does, the whole change is taken. Both numbers are round ones, set with the figures of
  /// three countries in view: the largest of Finland (1990–2025) and Australia (1981–2016), without revisions,
  /// is 0.20 % of the population, those of Kazakhstan are 0.88 % (2008) and 1.94 % (2021) and more than five
  /// usual steps, so that any from 0.21 to 0.88 % and up to five steps find the same years. A real shock of
  /// one year that is as large is taken for a revision.
  /// - Parameter launch: only changes that were known on 1 January of this year are looked at.
  public func revisionYears(before launch: Int) -> Set<Int> {
    let last = min(launch, lastYear) - 1
    guard last - firstYear >= Self.stepsNeeded else { return [] }
    let steps = (firstYear..<last).map { year in
      let two = migrationRates(year...year + 1)
      return abs(two[1] - two[0])
    }.sorted()
    let usual = (steps[(steps.count - 1) / 2] + steps[steps.count / 2]) / 2
    let bound = max(Self.smallestRevision, Self.usualSteps * usual)
    return Set(
      (firstYear + 1..<last).filter { year in
        let three = migrationRates(year - 1...year + 1)
        let (low, high) = (min(three[0], three[2]), max(three[0], three[2]))
        return max(three[1] - high, low - three[1]) > bound
      })
  }

  /// Net migration per person of all regions that know their natural increase in these years, or the whole
  /// change of all regions where none does.
  private func migrationRates(_ years: ClosedRange<Int>) -> [Double] {
    let known = regions.indices.filter { r in years.allSatisfy { !naturalRate(r, $0).isNaN } }
    return years.map { year in
      var (change, persons) = (0.0, 0.0)
      for r in known.isEmpty ? Array(regions.indices) : known {
        let start = population(r, year)
        let natural = known.isEmpty ? 0 : naturalRate(r, year) * start
        change += population(r, year + 1) - start - natural
        persons += start
      }
      return change / persons
    }
  }
}
