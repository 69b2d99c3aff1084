/// Draws of several chains from one distribution of several quantities.
public struct PosteriorDraws: Sendable {
  public let names: [String]
  /// Draws of each chain.
  public let count: Int
  /// By chain: `count · names`, quantity fastest.
  private let values: [[Double]]

  /// - Parameter chains: lists of equal length, a multiple of the number of names, quantity fastest.
  public init(names: [String], chains: [[Double]]) {
    precondition(!names.isEmpty && !chains.isEmpty, "no quantities or no chains")
    let length = chains[0].count
    precondition(
      length > 0 && length % names.count == 0 && chains.allSatisfy { $0.count == length },
      "chains of \(chains.map(\.count)) values for \(names.count) quantities")
    self.names = names
    count = length / names.count
    values = chains
  }

  public var chainCount: Int { values.count }
  /// Draws of all chains.
  public var total: Int { count * chainCount }

  /// Quantity k of a draw, counted through all chains.
  public subscript(draw: Int, k: Int) -> Double {
    values[draw / count][draw % count * names.count + k]
  }

  /// The draws of a quantity, by chain.
  public func chains(_ k: Int) -> [[Double]] {
    values.map { chain in (0..<count).map { chain[$0 * names.count + k] } }
  }

  /// The draws of a quantity, chain after chain.
  public func all(_ k: Int) -> [Double] { chains(k).flatMap { $0 } }

  /// The place of a quantity; `nil` when there is none of that name.
  public func index(of name: String) -> Int? { names.firstIndex(of: name) }

  /// What the draws say of a quantity. O(n log n) and some hundred passes.
  public func summary(_ k: Int) -> PosteriorSummary { PosteriorSummary(names[k], chains(k)) }

  public var summaries: [PosteriorSummary] {
    parallelMap(names.count) { k throws(Never) in summary(k) }
  }
}

/// A quantity over all draws.
public struct PosteriorSummary: Hashable, Sendable {
  public private(set) var name: String
  public let mean: Double
  public let standardDeviation: Double
  /// At 2.5, 10, 50, 90 and 97.5 per cent.
  public let quantiles: [Double]
  /// See `ChainDiagnostics`; NaN where the quantity does not vary.
  public let rHat: Double
  public let bulkEffectiveCount: Double
  public let tailEffectiveCount: Double
  /// Standard error of the mean that comes from the finite number of draws.
  public let monteCarloError: Double

  public static let levels = [0.025, 0.1, 0.5, 0.9, 0.975]

  init(_ name: String, _ chains: [[Double]]) {
    let all = chains.flatMap { $0 }
    self.name = name
    mean = Statistics.mean(all)
    standardDeviation = Statistics.standardDeviation(all)
    quantiles = Statistics.quantiles(all, Self.levels)
    rHat = ChainDiagnostics.rHat(chains)
    bulkEffectiveCount = ChainDiagnostics.bulkEffectiveCount(chains)
    tailEffectiveCount = ChainDiagnostics.tailEffectiveCount(chains)
    monteCarloError = ChainDiagnostics.monteCarloError(chains)
  }

  /// The same under another name.
  public func renamed(_ name: String) -> PosteriorSummary {
    var copy = self
    copy.name = name
    return copy
  }

  /// Whether the chains can be trusted with this quantity: R̂ at most 1.01 and at least 100 effective
  /// draws a chain in bulk and tail (Vehtari et al. 2021). False where it does not vary.
  public func hasMixed(chains: Int) -> Bool {
    rHat <= 1.01 && min(bulkEffectiveCount, tailEffectiveCount) >= 100 * Double(chains)
  }
}
