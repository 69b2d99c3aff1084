/// Sums of terms that are proportional to a common factor between their bounds.
enum ClippedSum {
  /// `clip(t w, L, U)`; a term whose bounds are equal counts as a constant.
  struct Term {
    let weight: Double
    let lower: Double
    let upper: Double

    init(weight: Double, lower: Double, upper: Double) {
      self.weight = lower < upper ? weight : 0
      self.lower = lower
      self.upper = upper
    }
  }

  /// The factor `t` with `Σ clip(t w, L, U) = total`; `nil` when no cell of the line is free.
  ///
  /// The sum is piecewise linear and rising in t; between two neighbouring breakpoints it is solved
  /// directly.
  static func factor(_ line: [Term], total: Double) -> Double? {
    var constant = 0.0
    var slope = 0.0
    var active = 0
    var breakpoints: [(at: Double, slope: Double, constant: Double)] = []
    for cell in line {
      guard cell.weight > 0 else {
        constant += cell.lower
        continue
      }
      if cell.lower > 0 {
        constant += cell.lower
        breakpoints.append((cell.lower / cell.weight, cell.weight, -cell.lower))
      } else {
        slope += cell.weight
        active += 1
      }
      if cell.upper < .infinity {
        breakpoints.append((cell.upper / cell.weight, -cell.weight, cell.upper))
      }
    }
    guard active > 0 || !breakpoints.isEmpty else { return nil }
    breakpoints.sort { $0.at < $1.at }
    for point in breakpoints {
      if active > 0, constant + slope * point.at >= total { break }
      active += point.slope > 0 ? 1 : -1
      slope = active == 0 ? 0 : slope + point.slope
      constant += point.constant
    }
    guard active > 0, slope > 0 else { return breakpoints.last?.at }
    return max((total - constant) / slope, 0)
  }
}
