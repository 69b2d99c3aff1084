/// The least squares line through the first `count` values, counted from 1: `intercept + slope · t`.
///
/// One more value changes it at once (Fiorucci et al. 2016, equations 13 and 14). Linear in the values,
/// so the line through shocks is that of what they add.
struct TrendLine: Hashable, Sendable {
  private(set) var count = 0
  private(set) var intercept = 0.0
  private(set) var slope = 0.0
  private var mean = 0.0

  /// Nothing seen: the line 0.
  init() {}

  init(_ values: [Double]) {
    for y in values { add(y) }
  }

  /// The line 0 of shocks after `count` values.
  init(quietFor count: Int) { self.count = count }

  mutating func add(_ y: Double) {
    let before = mean
    count += 1
    let n = Double(count)
    mean += (y - before) / n
    slope = ((n - 2) * slope + 6 * (y - before) / n) / (n + 1)
    // One value has no slope.
    if count == 1 { slope = 0 }
    intercept = mean - slope * (n + 1) / 2
  }
}
