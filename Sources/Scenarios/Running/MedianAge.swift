/// The age that half of some people have not reached.
enum MedianAge {
  /// - Parameters:
  ///   - people: persons by age group, the last one open.
  ///   - width: years of a group, in which people are spread evenly.
  /// - Returns: years; NaN where nobody is, and where half are in the open group, whose ages nobody knows.
  static func of(_ people: [Double], width: Double) -> Double {
    let half = people.reduce(0, +) / 2
    guard half > 0 else { return .nan }
    var younger = 0.0
    for (group, persons) in people.dropLast().enumerated() {
      if younger + persons >= half {
        return width * (Double(group) + (half - younger) / persons)
      }
      younger += persons
    }
    return .nan
  }
}
