/// Distinct texts as bytes, numbered in the order in which they first come; finds a text again without
/// making a `String` of it.
struct WordTable {
  private var bytes: [UInt8] = []
  private var starts = [0]
  /// Open addressing: a number from 1, or 0 for a free place; the count is a power of two.
  private var places = [Int32](repeating: 0, count: 64)

  var count: Int { starts.count - 1 }

  /// The number of a text, a new one if it was not there.
  mutating func number(of word: ArraySlice<UInt8>) -> Int32 {
    if 2 * count >= places.count { grow() }
    var place = Self.hash(word) & (places.count - 1)
    while places[place] != 0 {
      let found = places[place] - 1
      if self[Int(found)].elementsEqual(word) { return found }
      place = (place + 1) & (places.count - 1)
    }
    bytes += word
    starts.append(bytes.count)
    places[place] = Int32(count)
    return Int32(count - 1)
  }

  mutating func number(of text: String) -> Int32 { number(of: Array(text.utf8)[...]) }

  subscript(number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<starts[number + 1]] }

  /// The texts in the order of their numbers.
  /// - Throws: `notText` where one is not UTF-8.
  func texts() throws(ParquetError) -> [String] {
    var texts: [String] = []
    for number in 0..<count {
      guard let text = String(validating: self[number], as: UTF8.self) else { throw .notText }
      texts.append(text)
    }
    return texts
  }

  private mutating func grow() {
    places = [Int32](repeating: 0, count: 2 * places.count)
    for number in 0..<count {
      var place = Self.hash(self[number]) & (places.count - 1)
      while places[place] != 0 { place = (place + 1) & (places.count - 1) }
      places[place] = Int32(number + 1)
    }
  }

  /// FNV-1a, its high bits folded in; the order of places decides nothing about results.
  private static func hash(_ word: ArraySlice<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
  }
}
