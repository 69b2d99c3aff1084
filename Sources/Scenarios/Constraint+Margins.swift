extension Constraint {
  /// What a total is of.
  public enum Part: Hashable, Sendable {
    case all
    case region(Int)
    /// Moves out of a region, into one, or between two.
    case origin(Int)
    case destination(Int)
    case pair(from: Int, to: Int)
    /// Moves into a region less those out of it; may be below zero.
    case net(Int)

    /// Name in tables and messages: `KZ-71`, `KZ-71>*`, `*>KZ-75`, `KZ-71>KZ-75`, `*<>KZ-71`
    /// of a net; empty for all.
    func name(_ areas: [String]) -> String {
      switch self {
      case .all: ""
      case .region(let r): areas[r]
      case .origin(let i): areas[i] + ">*"
      case .destination(let j): "*>" + areas[j]
      case .pair(let i, let j): areas[i] + ">" + areas[j]
      case .net(let r): "*<>" + areas[r]
      }
    }

    /// One number for a part, as records of draws keep it.
    func code(_ regions: Int) -> Int {
      switch self {
      case .all: 0
      case .region(let r): 1 + 6 * r
      case .origin(let i): 2 + 6 * i
      case .destination(let j): 3 + 6 * j
      case .pair(let i, let j): 4 + 6 * (j * regions + i)
      case .net(let r): 5 + 6 * r
      }
    }

    init(code: Int, regions: Int) {
      let index = code / 6
      switch code % 6 {
      case 1: self = .region(index)
      case 2: self = .origin(index)
      case 3: self = .destination(index)
      case 4: self = .pair(from: index % regions, to: index / regions)
      case 5: self = .net(index)
      default: self = .all
      }
    }
  }

  /// The totals of a part of a component, or of the population of a region.
  public struct Margin: Hashable, Sendable {
    public let part: Part
    public let target: Target
  }

  /// Whether moves have totals of origins, destinations, pairs or nets.
  var hasMovesByPair: Bool { !(margins[.internal] ?? []).isEmpty }

  /// Pairs with totals of their own, in the order of the file.
  var pairs: [(from: Int, to: Int)] {
    (margins[.internal] ?? []).compactMap {
      if case .pair(let i, let j) = $0.part { (i, j) } else { nil }
    }
  }

  /// Factors that a component has in a year: one, one for each region, or of moves one for each
  /// origin, each destination and each pair with a total of its own.
  func factorCount(_ component: Component, regions: Int) -> Int {
    guard margins[component]?.isEmpty == false else { return 1 }
    return component == .internal ? 2 * regions + pairs.count : regions
  }

  /// Factors of moves, `to · from`, origin fastest.
  func moveFactors(_ values: [Double], regions n: Int) -> [Double] {
    var factors = [Double](repeating: 1, count: n * n)
    for j in 0..<n {
      for i in 0..<n { factors[j * n + i] = values[i] * values[n + j] }
    }
    for (p, pair) in pairs.enumerated() { factors[pair.to * n + pair.from] = values[2 * n + p] }
    return factors
  }
}
