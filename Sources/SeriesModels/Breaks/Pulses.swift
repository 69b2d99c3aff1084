import Glibc
import Kernel

/// Single values beyond what the course of a series, its memory and normal noise bring.
///
/// Goals in order: 1 of series without any such value no more than a stated share has one found; 2 several do not
/// hide each other; 3 one of five standard deviations is found.
///
/// The generalised extreme studentised deviate test (Rosner 1983, Technometrics 25) on additive outliers of an
/// autoregression (Fox 1972, JRSS B 34; Chang, Tiao and Chen 1988, Technometrics 30): with L what turns the series
/// into unit noise, the pulse at t has the column `L e_t`, and its t statistic beside the columns of the course and the
/// pulses set aside before is `d / √((S − d²) / f)`, `d = (L e_t)ᵀ M L y / ‖M L e_t‖`, S the squares that M leaves. The
/// largest is set aside, the memory is estimated anew without it, and so on; as many are outliers as the last
/// statistic above its Bonferroni bound `t_f(size / 2m)` counts.
struct PulseSearch {
  /// In the order in which they were found.
  let places: [Int]

  /// - Parameters:
  ///   - values: none missing.
  ///   - course: columns of the deterministic part, each as long as the values; they are not dependent.
  ///   - size: chance of any outlier where there is none.
  ///   - scale: differences below this are rounding.
  /// - Complexity: O(n · k²) for each of at most k = min(n / 10, 50) candidates
  init(_ values: [Double], course: [[Double]], size: Double, scale: Double) {
    let n = values.count
    var aside: [Int] = []
    var chosen = 0
    var memory = BurgAutoregression(coefficients: [])
    for step in 0..<max(1, min(n / 10, 50)) {
      let before = WhitenedCourse(values, course: course, pulses: aside, memory: memory)
      guard step > 0 || before.squares > 0, let next = before.largest() else { break }
      let trial = WhitenedCourse(
        values, course: course, pulses: aside + [next.place], memory: memory)
      memory = BurgAutoregression(trial.errors, most: max(1, min(4, n / 100)), mayForget: true)
      let after = WhitenedCourse(values, course: course, pulses: aside, memory: memory)
      guard let statistic = after.statistic(of: next.place) else { break }
      aside.append(next.place)
      let degrees = Double(after.freedom - 1)
      let bound = StudentT(degrees: degrees).upperQuantile(size / Double(2 * (n - step)))
      if statistic > bound { chosen = aside.count }
      // What is left is rounding: the rest follows the course exactly.
      if trial.squares <= Double(n) * scale * scale { break }
    }
    places = Array(aside.prefix(chosen))
  }
}
