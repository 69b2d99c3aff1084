import Kernel

/// Persons by place of birth and place of residence at two moments, with the events between them.
public struct StockTables: Hashable, Sendable {
  public let areas: [String]
  /// `areas · areas` persons at each moment, place of birth fastest.
  public var start: [Double]
  public var end: [Double]
  /// Between the two moments, by area.
  public var births: [Double]
  public var deaths: [Double]

  /// - Parameters:
  ///   - start: place of birth fastest; end: the same; births: by area, `nil` for none; deaths: the same.
  public init(
    areas: [String], start: [Double], end: [Double], births: [Double]? = nil,
    deaths: [Double]? = nil
  ) {
    let n = areas.count
    precondition(start.count == n * n && end.count == n * n, "stocks of another shape")
    self.areas = areas
    self.start = start
    self.end = end
    self.births = births ?? [Double](repeating: 0, count: n)
    self.deaths = deaths ?? [Double](repeating: 0, count: n)
    precondition(self.births.count == n && self.deaths.count == n, "events of another number")
  }

  /// Residents of each area.
  static func residents(_ stock: [Double], _ n: Int) -> [Double] {
    (0..<n).map { r in Statistics.sum(Array(stock[(r * n)..<(r * n + n)])) }
  }

  /// Natives of each area, wherever they live.
  static func natives(_ stock: [Double], _ n: Int) -> [Double] {
    (0..<n).map { b in Statistics.sum((0..<n).map { stock[$0 * n + b] }) }
  }

  func requireAmounts() throws(StockError) {
    let n = areas.count
    for stock in [start, end] {
      for (cell, value) in stock.enumerated() where !(value >= 0 && value.isFinite) {
        throw .badStock(birth: cell % n, residence: cell / n, value)
      }
    }
    for events in [births, deaths] {
      for (area, value) in events.enumerated() where !(value >= 0 && value.isFinite) {
        throw .badEvents(area, value)
      }
    }
  }
}
