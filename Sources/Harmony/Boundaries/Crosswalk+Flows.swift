public import Demography

/// An origin–destination table on new areas, and what could not be known.
public struct CrosswalkedFlows: Sendable {
  /// A flow between the parts of one old area that the input says nothing about.
  public struct Unknown: Hashable, Sendable {
    public let origin: String
    public let destination: String
    public let period: Period
  }

  public let table: FlowTable
  /// Flows with status O: nothing was added for them. Sorted by period, origin and destination.
  public let unknown: [Unknown]
  public let missingShare: [String: Double]
  public let lineage: Lineage
}

extension Crosswalk {
  /// Moves an origin–destination table to new areas.
  ///
  /// Between different old areas r and q, `F'(a,b) = Σ Wᵒ(r,a) F(r,q) Wᵈ(q,b)` with separate weights of
  /// origin and destination. Moves within a divided area f, of which the share s crosses the new border,
  /// become `f·s·B(a,b)/ΣB` off the diagonal and `f·(1−s)·B(a,a)/ΣB` on it, B = wᵒ wᵈᵀ. Where the input
  /// has no diagonal the flows between the new areas are not known and stay missing. Merged areas are
  /// exact: flows between them become the diagonal.
  ///
  /// - Parameter interShare: s, 0 to 1; from the first year after the division, else assumed.
  /// - Throws: `crosswalk.inter_share` when s is not in 0...1.
  /// - Complexity: O(periods · areas² · parts²)
  public func flows(
    _ table: FlowTable, interShare: Double, toolVersion: String
  ) throws(Fault) -> CrosswalkedFlows {
    guard (0...1).contains(interShare) else {
      throw Fault(.badConfiguration, "crosswalk.inter_share", ["value": text(interShare)])
    }
    let targets = targets(of: table.areas)
    let position = Dictionary(uniqueKeysWithValues: targets.enumerated().map { ($1, $0) })
    let origins = table.areas.map { index(shares(of: $0, by: .origin), position) }
    let destinations = table.areas.map { index(shares(of: $0, by: .destination), position) }
    var sums = FlowSums(targets.count, periods: table.periods.count)
    for t in table.periods.indices {
      for i in table.areas.indices {
        for j in table.areas.indices {
          let flow = table[from: i, to: j, in: t]
          let isDivided = i == j && origins[i].count > 1
          if isDivided {
            sums.addWithin(flow, origins[i], destinations[i], interShare, period: t)
          } else {
            for a in origins[i] {
              for b in destinations[j] {
                sums.add(flow.map { a.weight * $0 * b.weight }, from: a.at, to: b.at, period: t)
              }
            }
          }
        }
      }
    }
    let unknown = sums.unknown.map { cell in
      CrosswalkedFlows.Unknown(
        origin: targets[cell.origin], destination: targets[cell.destination],
        period: table.periods[cell.period])
    }
    let isDivided = table.areas.contains { area in rows.count { $0.from == area } > 1 }
    return CrosswalkedFlows(
      table: FlowTable(
        areas: targets, periods: table.periods, values: sums.values,
        kind: max(table.kind, isDivided ? .adjusted : .derived)),
      unknown: unknown.sorted {
        ($0.period, $0.origin, $0.destination) < ($1.period, $1.origin, $1.destination)
      }, missingShare: missingShares(of: table.areas),
      lineage: lineage(interShare: interShare, table, toolVersion: toolVersion))
  }

  private func index(
    _ shares: [(to: String, weight: Double)], _ position: [String: Int]
  ) -> [(at: Int, weight: Double)] {
    shares.compactMap { share in position[share.to].map { ($0, share.weight) } }
  }

  private func missingShares(of areas: [String]) -> [String: Double] {
    var missing: [String: Double] = [:]
    for area in areas {
      for weight in [Weight.origin, .destination] {
        let share = 1 - shares(of: area, by: weight).reduce(0) { $0 + $1.weight }
        if share > 1e-9 { missing[area] = max(share, missing[area] ?? 0) }
      }
    }
    return missing
  }

  private func lineage(interShare: Double, _ table: FlowTable, toolVersion: String) -> Lineage {
    var parameters = weightParameters(of: table.areas, [.origin, .destination])
    parameters["inter_share"] = text(interShare)
    let inputs = table.periods.map { "FLOW_OD|\($0)|\(table.areas.joined(separator: ","))" }
    return Lineage(
      step: "crosswalk_od", parameters: parameters, inputs: inputs, toolVersion: toolVersion)
  }

  /// The weights that divide some areas, as parameters of a lineage: `KZ63>KZ10.origin` = `0.519479`.
  func weightParameters(of areas: [String], _ weights: [Weight]) -> [String: String] {
    var parameters: [String: String] = [:]
    for row in rows where areas.contains(row.from) {
      for weight in weights {
        let used = weightUsed(of: row.from, weight)
        let name = "\(row.from)>\(row.to).\(weight.rawValue)"
        parameters[name] = "\(used.rawValue) \(text(row.weight(used)))"
      }
    }
    return parameters
  }
}

/// Sums cell by cell; a cell with a missing part is missing.
private struct FlowSums {
  private let n: Int
  private(set) var values: [Double]
  private(set) var unknown: Set<Cell> = []

  struct Cell: Hashable {
    let origin: Int
    let destination: Int
    let period: Int
  }

  init(_ n: Int, periods: Int) {
    self.n = n
    values = [Double](repeating: 0, count: n * n * periods)
  }

  mutating func add(_ flow: Double?, from a: Int, to b: Int, period t: Int) {
    values[(t * n + b) * n + a] += flow ?? .nan
  }

  /// Moves within a divided area.
  mutating func addWithin(
    _ flow: Double?, _ origins: [(at: Int, weight: Double)],
    _ destinations: [(at: Int, weight: Double)], _ interShare: Double, period t: Int
  ) {
    var across = 0.0
    var inside = 0.0
    for a in origins {
      for b in destinations {
        if a.at == b.at { inside += a.weight * b.weight } else { across += a.weight * b.weight }
      }
    }
    for a in origins {
      for b in destinations {
        let share = a.at == b.at ? 1 - interShare : interShare
        let product = a.weight * b.weight
        let whole = a.at == b.at ? inside : across
        let part = flow.map { whole > 0 ? $0 * share * product / whole : 0 }
        if flow == nil, a.at != b.at {
          unknown.insert(Cell(origin: a.at, destination: b.at, period: t))
        }
        add(part, from: a.at, to: b.at, period: t)
      }
    }
  }
}
