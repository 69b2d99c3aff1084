import Glibc

/// What is random (`mig.internal.level`), under the seed of a run.
public struct StreamKey: Hashable, Sendable {
  let words: SIMD2<UInt32>

  public init(seed: UInt32, stream: String) {
    words = SIMD2(seed, fnv1a32(stream))
  }
}

/// Whom it concerns: a region, a series, a pair.
public struct UnitKey: Hashable, Sendable {
  let word: UInt32

  public init(_ name: String) { word = fnv1a32(name) }

  /// A unit that is a number and not a name; 0 where there is only one.
  public init(number: UInt32) { word = number }
}

/// The random numbers of one identity: seed, stream, unit, draw and time.
///
/// The same identity gives the same numbers whatever was drawn before it, in any scenario and on any
/// thread. Philox4x32-10 with key `(seed, FNV-1a(stream))` and counter `(draw, time, FNV-1a(unit),
/// block)`; block 0 first. A block gives four uniforms (words 0, 1, 2, 3), or four normals: a pair
/// from words 0 and 1, then one from words 2 and 3.
public struct RandomStream: Sendable {
  private let key: SIMD2<UInt32>
  private var counter: SIMD4<UInt32>
  private var words = SIMD4<UInt32>()
  /// The next word of the block; 4 where the block is used up.
  private var next = 4
  private var started = false
  private var spare: Double?

  /// - Precondition: `draw` and `time` fit 32 bits without a sign.
  public init(_ key: StreamKey, unit: UnitKey, draw: Int, time: Int) {
    precondition(
      UInt32(exactly: draw) != nil && UInt32(exactly: time) != nil,
      "draw \(draw) and time \(time) have to be from 0 to 2³² − 1")
    self.key = key.words
    counter = SIMD4(UInt32(draw), UInt32(time), unit.word, 0)
  }

  public init(seed: UInt32, stream: String, unit: String, draw: Int, time: Int) {
    self.init(
      StreamKey(seed: seed, stream: stream), unit: UnitKey(unit), draw: draw, time: time)
  }

  /// The next uniform, strictly between 0 and 1, a multiple of 2⁻³³.
  ///
  /// A normal kept back from the last pair is left for the next call of `normal`.
  public mutating func uniform() -> Double { Philox.uniform(word()) }

  /// The next standard normal, by Box and Muller (Annals of Mathematical Statistics 29, 1958).
  ///
  /// Of a pair of uniforms (u, v) first `√(−2 ln u) cos 2πv`, then the same with the sine. A pair
  /// starts at an even word; after an odd number of uniforms one word is skipped. `|z| ≤ 6.77`.
  public mutating func normal() -> Double {
    if let kept = spare {
      spare = nil
      return kept
    }
    if next % 2 == 1 { next += 1 }
    let u = word()
    let v = word()
    let pair = boxMuller(u, v)
    spare = pair.1
    return pair.0
  }

  /// The next `count` standard normals.
  public mutating func normals(_ count: Int) -> [Double] {
    (0..<count).map { _ in normal() }
  }

  private mutating func word() -> UInt32 {
    if next == 4 {
      if started {
        precondition(counter[3] < .max, "2³² blocks of one stream are used up")
        counter[3] += 1
      }
      started = true
      words = Philox.block(counter: counter, key: key)
      next = 0
    }
    defer { next += 1 }
    return words[next]
  }
}

/// The first two standard normals of an identity: `RandomStream.normal()` twice.
public func normalPair(
  _ key: StreamKey, unit: UnitKey, draw: Int, time: Int
) -> (Double, Double) {
  var stream = RandomStream(key, unit: unit, draw: draw, time: time)
  return (stream.normal(), stream.normal())
}

private func boxMuller(_ first: UInt32, _ second: UInt32) -> (Double, Double) {
  let radius = (-2 * Glibc.log(Philox.uniform(first))).squareRoot()
  let angle = 2 * Double.pi * Philox.uniform(second)
  return (radius * cos(angle), radius * sin(angle))
}
