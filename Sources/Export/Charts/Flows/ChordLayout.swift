/// Where the arcs and ribbons of a chord diagram lie.
///
/// Each area has an arc as long as its departures and arrivals together; a ribbon leaves the outer edge
/// of its origin and ends a little short of its destination, so that its direction shows (Abel & Sander
/// 2014). Moves within an area are left out.
struct ChordLayout {
  struct Arc {
    let area: Int
    /// Clockwise from the top, radians.
    let start: Double
    let end: Double
    let departures: Double
    let arrivals: Double

    var middle: Double { 0.5 * (start + end) }
  }

  struct Ribbon {
    let origin: Int
    let destination: Int
    let value: Double
    let source: (start: Double, end: Double)
    let target: (start: Double, end: Double)
  }

  let arcs: [Arc]
  /// The largest first, so that small ones lie on top.
  let ribbons: [Ribbon]

  /// - Parameters:
  ///   - values: `count · count`, origin fastest, not negative.
  ///   - gap: between arcs, radians.
  init(_ values: [Double], count n: Int, gap: Double = 0.03) {
    precondition(values.count == n * n, "\(values.count) flows between \(n) areas")
    func flow(_ i: Int, _ j: Int) -> Double { i == j ? 0 : values[j * n + i] }
    let departures = (0..<n).map { i in (0..<n).reduce(0) { $0 + flow(i, $1) } }
    let arrivals = (0..<n).map { j in (0..<n).reduce(0) { $0 + flow($1, j) } }
    let total = departures.reduce(0, +) + arrivals.reduce(0, +)
    let scale = total > 0 ? (2 * Double.pi - Double(n) * gap) / total : 0
    var arcs: [Arc] = []
    var at = 0.5 * gap
    for i in 0..<n {
      let end = at + scale * (departures[i] + arrivals[i])
      arcs.append(
        Arc(area: i, start: at, end: end, departures: departures[i], arrivals: arrivals[i]))
      at = end + gap
    }
    // Within an arc the partners follow one another away from it, so that ribbons cross little.
    var sources: [Int: (Double, Double)] = [:]
    var targets: [Int: (Double, Double)] = [:]
    for i in 0..<n {
      var place = arcs[i].start
      for step in 1..<max(2, n) {
        let j = (i + n - step) % n
        guard j != i else { continue }
        for isSource in [true, false] {
          let width = scale * (isSource ? flow(i, j) : flow(j, i))
          if isSource {
            sources[j * n + i] = (place, place + width)
          } else {
            targets[i * n + j] = (place, place + width)
          }
          place += width
        }
      }
    }
    self.arcs = arcs
    ribbons = values.indices.compactMap { k in
      let (i, j) = (k % n, k / n)
      guard i != j, values[k] > 0, let source = sources[k], let target = targets[k] else {
        return nil
      }
      return Ribbon(origin: i, destination: j, value: values[k], source: source, target: target)
    }.sorted { ($0.value, $1.origin, $1.destination) > ($1.value, $0.origin, $0.destination) }
  }
}
