import Kernel

/// Series of no break with the memory of residuals (the sieve of Bühlmann 1997, Bernoulli 3).
struct Sieve {
  let autoregression: BurgAutoregression
  private let errors: [Double]
  private let count: Int
  private let key: StreamKey
  private let unit: UnitKey
  private let time: Int

  /// - Parameters:
  ///   - residuals: what the course fitted to a series leaves. The memory is estimated from it, in made series as in
  ///     the own one, so that neither breaks pass for memory nor memory for breaks.
  ///   - time: tells sieves of one series apart.
  init(
    _ level: [Double], key: StreamKey, unit: UnitKey, time: Int = 0,
    residuals: ([Double]) -> [Double]
  ) {
    count = level.count
    self.key = key
    self.unit = unit
    self.time = time
    let own = residuals(level)
    let plain = BurgAutoregression(own, most: max(1, min(4, count / 100)))
    var stream = RandomStream(key, unit: unit, draw: 0, time: time + 1)
    autoregression = plain.withoutBias(
      count: count, draws: max(20, min(200, 40_000 / count)), stream: &stream,
      residuals: residuals)
    let left = plain.errors(own)
    let mean = Statistics.mean(left)
    errors = left.map { $0 - mean }
  }

  func series(_ draw: Int) -> [Double] {
    var stream = RandomStream(key, unit: unit, draw: draw, time: time)
    return autoregression.series(count) { errors[Int(stream.uniform() * Double(errors.count))] }
  }
}
