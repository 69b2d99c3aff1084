/// Where the nodes and links of a two-sided Sankey diagram lie: origins left, destinations right.
///
/// Heights are shares of the diagram's height, so that the renderer only multiplies.
struct CorridorLayout {
  struct Flow {
    let origin: String
    let destination: String
    let value: Double
  }

  struct Node: Hashable {
    let code: String
    let isOrigin: Bool
    var value: Double
    var top: Double
    var bottom: Double
  }

  struct Link: Hashable {
    let origin: String
    let destination: String
    let value: Double
    /// Middle of the link at its origin and at its destination.
    var start: Double
    var end: Double
    let thickness: Double
  }

  let nodes: [Node]
  let links: [Link]

  /// - Parameter flows: the corridors to draw, values positive.
  /// - Parameter gap: share of the height between two nodes of a side.
  init(_ flows: [Flow], gap: Double = 0.018) {
    let total = flows.reduce(0) { $0 + $1.value }
    let origins = Self.totals(flows, by: \.origin)
    let destinations = Self.totals(flows, by: \.destination)
    let most = max(origins.count, destinations.count)
    let scale = total > 0 ? (1 - gap * Double(max(0, most - 1))) / total : 0
    let left = Self.column(origins, isOrigin: true, scale, gap)
    let right = Self.column(destinations, isOrigin: false, scale, gap)
    nodes = left + right
    links = Self.links(flows, left, right, scale)
  }

  /// Sums by code, the largest first, ties by code.
  private static func totals(
    _ flows: [Flow], by end: KeyPath<Flow, String>
  ) -> [(String, Double)] {
    var sums: [String: Double] = [:]
    for flow in flows { sums[flow[keyPath: end], default: 0] += flow.value }
    return sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }

  private static func column(
    _ totals: [(String, Double)], isOrigin: Bool, _ scale: Double, _ gap: Double
  ) -> [Node] {
    let used = totals.reduce(0) { $0 + $1.1 } * scale + gap * Double(max(0, totals.count - 1))
    var top = max(0, (1 - used) / 2)
    return totals.map { code, value in
      let node = Node(
        code: code, isOrigin: isOrigin, value: value, top: top, bottom: top + value * scale)
      top = node.bottom + gap
      return node
    }
  }

  /// Links leave and arrive in the order of the nodes at their other ends, so that few cross.
  private static func links(
    _ flows: [Flow], _ left: [Node], _ right: [Node], _ scale: Double
  ) -> [Link] {
    let leftTop = Dictionary(uniqueKeysWithValues: left.map { ($0.code, $0.top) })
    let rightTop = Dictionary(uniqueKeysWithValues: right.map { ($0.code, $0.top) })
    let leaving = flows.sorted {
      (rightTop[$0.destination] ?? 0, $0.origin) < (rightTop[$1.destination] ?? 0, $1.origin)
    }
    var departure = leftTop
    var drafts = leaving.map { flow in
      let thickness = flow.value * scale
      let start = departure[flow.origin] ?? 0
      departure[flow.origin] = start + thickness
      return Link(
        origin: flow.origin, destination: flow.destination, value: flow.value,
        start: start + thickness / 2, end: 0, thickness: thickness)
    }
    var arrival = rightTop
    for index in drafts.indices.sorted(by: { drafts[$0].start < drafts[$1].start }) {
      let top = arrival[drafts[index].destination] ?? 0
      drafts[index].end = top + drafts[index].thickness / 2
      arrival[drafts[index].destination] = top + drafts[index].thickness
    }
    return drafts
  }
}
