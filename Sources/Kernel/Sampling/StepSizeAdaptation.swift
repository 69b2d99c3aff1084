import Glibc

/// Finds the step at which a sampler accepts the share of proposals that was asked for.
///
/// Dual averaging: M. D. Hoffman and A. Gelman, The No-U-Turn Sampler, Journal of Machine Learning
/// Research 15 (2014), section 3.2, with their constants γ = 0.05, t₀ = 10, κ = 0.75.
struct StepSizeAdaptation {
  private let target: Double
  private var centre: Double
  private var count = 0.0
  private var shortfall = 0.0
  private var logMean = 0.0

  init(target: Double, from step: Double) {
    self.target = target
    centre = Glibc.log(10 * step)
  }

  /// The averaged step, for use after the adaptation.
  var result: Double { Glibc.exp(logMean) }

  /// The step to try next, after one that was accepted with probability `acceptance`.
  mutating func next(after acceptance: Double) -> Double {
    count += 1
    let rate = 1 / (count + 10)
    shortfall = (1 - rate) * shortfall + rate * (target - acceptance)
    let step = centre - shortfall * count.squareRoot() / 0.05
    let weight = pow(count, -0.75)
    logMean = weight * step + (1 - weight) * logMean
    return Glibc.exp(step)
  }
}

/// When, during the warm-up, the variances of the parameters are learnt.
///
/// As in Stan (Carpenter et al. 2017, Journal of Statistical Software 76): a first stretch of 75
/// iterations for the step alone, then windows of 25, 50, 100 … each of which starts from nothing, and a
/// last stretch of 50 for the step. A short warm-up is split 15, 75 and 10 per cent.
struct WarmupSchedule {
  /// First iteration that counts for a variance, and the iterations after which a window closes.
  let start: Int
  let ends: Set<Int>

  init(_ warmup: Int) {
    var (first, base, last) = (75, 25, 50)
    if warmup < first + base + last {
      (first, last) = (warmup * 15 / 100, warmup / 10)
      base = warmup - first - last
    }
    start = first
    var ends: Set<Int> = []
    var begin = first
    var length = base
    while begin < warmup - last {
      // A window that would leave less than the next one behind it takes the rest too.
      let rest = warmup - last - begin
      let taken = rest < length + 2 * length ? rest : length
      begin += taken
      ends.insert(begin - 1)
      length *= 2
    }
    self.ends = ends
  }

  func counts(_ iteration: Int) -> Bool {
    iteration >= start && iteration <= (ends.max() ?? -1)
  }
}

/// Variances of all parameters in one pass (Welford 1962), drawn towards 10⁻³ as if five more draws had
/// said so.
struct RunningVariances {
  private var count = 0.0
  private var means: [Double]
  private var squares: [Double]

  init(dimension: Int) {
    means = [Double](repeating: 0, count: dimension)
    squares = means
  }

  mutating func add(_ x: [Double]) {
    count += 1
    for k in means.indices {
      let distance = x[k] - means[k]
      means[k] += distance / count
      squares[k] += distance * (x[k] - means[k])
    }
  }

  var shrunken: [Double] {
    squares.map { square in
      let variance = count > 1 ? square / (count - 1) : 1
      return (count * variance + 5 * 1e-3) / (count + 5)
    }
  }
}
