extension Hindcast {
  /// Errors of several forecasts together.
  public struct Score: Hashable, Sendable {
    public let cases: Int
    /// Mean absolute error in per cent of the outcome.
    public let mape: Double
    /// Mean error in per cent: above 0 where forecasts were too high.
    public let bias: Double
    public let largest: Double
    /// Mean ranked probability score in per cent of the outcome; nil where a case has no spread.
    public let crps: Double?
    /// Share of outcomes inside the central 80 % and 95 % intervals, in per cent.
    public let coverage80: Double?
    public let coverage95: Double?

    /// - Precondition: there is a case.
    init(_ cases: [Case]) {
      let n = Double(cases.count)
      let errors = cases.map(\.percentError)
      self.cases = cases.count
      mape = errors.reduce(0) { $0 + abs($1) } / n
      bias = errors.reduce(0, +) / n
      largest = errors.map { abs($0) }.max() ?? .nan
      func meanOfAll(_ value: (Case) -> Double?) -> Double? {
        let known = cases.compactMap(value)
        return known.count == cases.count ? known.reduce(0, +) / n : nil
      }
      crps = meanOfAll(\.rankedProbabilityScore)
      coverage80 = meanOfAll { $0.isInside(0.8).map { $0 ? 100 : 0 } }
      coverage95 = meanOfAll { $0.isInside(0.95).map { $0 ? 100 : 0 } }
    }
  }

  /// All forecasts with their outcomes: lines, launches, horizons, regions in the order asked.
  public struct Result: Hashable, Sendable {
    public let regions: [String]
    public let cases: [Case]

    /// - Precondition: every case is of one of the regions.
    public init(regions: [String], cases: [Case]) {
      precondition(cases.allSatisfy { regions.indices.contains($0.region) }, "cases elsewhere")
      self.regions = regions
      self.cases = cases
    }

    /// The score of the cases for which `isIncluded` holds; nil where there are none.
    public func score(where isIncluded: (Case) -> Bool) -> Score? {
      let chosen = cases.filter(isIncluded)
      return chosen.isEmpty ? nil : Score(chosen)
    }

    /// The score of one line at one horizon over all launches.
    public func score(_ line: TotalsLine, horizon: Int) -> Score? {
      score { $0.line == line && $0.horizon == horizon }
    }

    /// Groups of cases in the order of their first case.
    func groups<Key: Hashable>(_ key: (Case) -> Key) -> [(first: Case, score: Score)] {
      var order: [Key] = []
      var members: [Key: [Case]] = [:]
      for one in cases {
        let name = key(one)
        if members[name] == nil { order.append(name) }
        members[name, default: []].append(one)
      }
      return order.compactMap { name in
        members[name].map { ($0[0], Score($0)) }
      }
    }
  }
}
