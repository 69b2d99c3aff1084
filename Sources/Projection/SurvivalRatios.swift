/// Survival ratios of single years of age from death rates.
///
/// The person-years lived at age 0 are `a0 = 0.1` of a year by those who die, at other ages one half;
/// `q = m / (1 + (1 − a) m)`; the open group lives `l / max(m, 0.3)` years, so that a rate of almost
/// nobody makes no immortals. Ratio 0 counts from birth; the last stands for the last two groups.
///
/// - Parameter deathRates: deaths per person-year at ages 0, 1, …, open; at least three, none negative.
/// - Returns: as many ratios, each between 0 and 1.
public func survivalRatios(deathRates: [Double]) -> [Double] {
  precondition(deathRates.count >= 3, "\(deathRates.count) death rates")
  let open = deathRates.count - 1
  var lived = [Double](repeating: 0, count: open + 1)
  var alive = 1.0
  for x in 0..<open {
    let a = x == 0 ? 0.1 : 0.5
    let q = min(1, deathRates[x] / (1 + (1 - a) * deathRates[x]))
    let next = alive * (1 - q)
    lived[x] = next + a * (alive - next)
    alive = next
  }
  lived[open] = alive / max(deathRates[open], 0.3)
  var ratios = [Double](repeating: 0, count: open + 1)
  ratios[0] = min(1, lived[0])
  for x in 1..<open { ratios[x] = lived[x - 1] > 0 ? lived[x] / lived[x - 1] : 0 }
  let lastTwo = lived[open - 1] + lived[open]
  ratios[open] = lastTwo > 0 ? lived[open] / lastTwo : 0
  return ratios
}
