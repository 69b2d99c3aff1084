import Demography
import Kernel

/// Tables of flows of several periods, one column of a file naming the period, carried on by their components.
public struct LabelledProjection: Hashable, Sendable {
  /// Without the period.
  public let axes: [String]
  public let levels: [[String]]
  /// In order of time.
  public let periods: [String]
  private let step: Double
  private let past: [MultiplicativeComponents]
  private let cells: [Int]

  /// - Parameter period: the axis that names the periods, numbers evenly spaced.
  /// - Throws: `Faults`: no such axis, periods that are no numbers or not evenly spaced, fewer than two, a cell
  ///   without a row in a period, a period without flows.
  public init(_ table: LabelledTable, period: String) throws {
    guard let time = table.axes.firstIndex(of: period) else {
      throw Faults(
        Fault(
          .usage, "flows.column-unknown",
          [
            "column": period, "nearest": nearest(to: period, in: table.axes) ?? "",
            "known": table.axes.joined(separator: ", "),
          ]))
    }
    let names = table.levels[time]
    let numbers = names.map { Double($0) ?? .nan }
    guard numbers.allSatisfy(\.isFinite), numbers.count > 1, table.axes.count > 1 else {
      throw Faults(
        Fault(
          .badData, "components.periods",
          ["column": period, "found": names.prefix(5).joined(separator: ", ")]))
    }
    let order = names.indices.sorted { numbers[$0] < numbers[$1] }
    let sorted = order.map { numbers[$0] }
    let step = sorted[1] - sorted[0]
    for (before, after) in zip(sorted, sorted.dropFirst()) where after - before != step {
      throw Faults(
        Fault(
          .badData, "forecast.uneven",
          ["period": text(before), "next": text(after), "step": text(sorted[1])]))
    }
    let rest = table.axes.indices.filter { $0 != time }
    let extents = rest.map { table.levels[$0].count }
    let shape = TableShape(extents)
    let full = table.shape
    let inner = full.projection(on: rest)
    let when = full.projection(on: [time])
    var values = names.map { _ in [Double](repeating: 0, count: shape.count) }
    var isThere = names.map { _ in [Bool](repeating: false, count: shape.count) }
    for cell in table.cells { isThere[when[cell]][inner[cell]] = true }
    for cell in table.values.indices { values[when[cell]][inner[cell]] = table.values[cell] }
    let known = (0..<shape.count).filter { k in isThere.contains { $0[k] } }
    var faults: [Fault] = []
    for t in order {
      for k in known where !isThere[t][k] {
        let places = shape.places(k)
        faults.append(
          Fault(
            .badData, "components.no-row",
            [
              "cell": rest.indices.map { table.levels[rest[$0]][places[$0]] }.joined(
                separator: " × "), "period": names[t],
            ]))
      }
      if !values[t].contains(where: { $0 > 0 }) {
        faults.append(
          Fault(.badData, "flows.all-zero", ["column": "value", "file": names[t]]))
      }
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    axes = rest.map { table.axes[$0] }
    levels = rest.map { table.levels[$0] }
    periods = order.map { names[$0] }
    self.step = step
    past = order.map { MultiplicativeComponents(values[$0], shape: shape) }
    cells = known
  }

  /// Sum of each period.
  public var totals: [Double] { past.map(\.total) }

  /// A table ahead.
  public struct Projected: Hashable, Sendable {
    public let period: String
    public let table: LabelledTable
    public let fit: ContingencyFit
  }

  /// The tables of the next periods.
  ///
  /// - Throws: `Faults` where ratios of 0 leave no table with the projected shares.
  public func tables(_ rules: ComponentProjection, horizon: Int) throws -> [Projected] {
    try (1...horizon).map { ahead in
      do throws(ContingencyError) {
        let fit = try rules.table(after: past, steps: ahead)
        return Projected(
          period: text((Double(periods[periods.count - 1]) ?? .nan) + Double(ahead) * step),
          table: LabelledTable(axes: axes, levels: levels, values: fit.values, cells: cells),
          fit: fit)
      } catch {
        throw Faults(error.faults)
      }
    }
  }
}
