public import Demography
import Glibc

/// Functions of cost that a user gives.
extension Deterrence {
  /// Terms of ln f as expressions of `cost`, commas between: `log(cost), sqrt(cost)`.
  ///
  /// - Throws: `Faults`: what is no expression, one that reads anything but `cost` or nothing at all, a term
  ///   twice.
  public static func functions(_ text: String) throws -> Deterrence {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    let terms = try parts.map { try FormulaParser.expression($0, "deterrence") }
    var faults: [Fault] = []
    for term in terms {
      let columns = Set(term.expression.columns.map(\.name))
      if columns != ["cost"] || !term.expression.levels.isEmpty {
        faults.append(
          Fault(
            .usage, "interaction.deterrence-term",
            ["term": term.name, "reads": columns.sorted().joined(separator: ", ")],
            at: term.place))
      }
    }
    faults += LabelledMatrix.repeated(terms.map(\.name)) { terms[$0].place }
    guard faults.isEmpty else { throw Faults(faults) }
    let expressions = terms.map(\.expression)
    return .user(terms: terms.map(\.name)) { cost in
      expressions.map { $0.values(["cost": [cost]], count: 1)[0] }
    }
  }

  /// A table of f by cost: ln f is a line in the cost between its rows, missing beyond them. Its coefficient is
  /// the power to which the data take the table, 1 where they agree with it.
  ///
  /// - Throws: `Faults`: no columns `cost` and `value`, no number, fewer than two rows, costs that do not rise, a
  ///   value that is not above 0.
  public static func table(grid: TextGrid) throws -> Deterrence {
    let data = try FlowData(grid: grid)
    let columns = try ["cost", "value"].map { try data.index(of: $0, namedAt: nil) }
    let costs = try data.numbers(columns[0])
    let values = try data.numbers(columns[1])
    var faults: [Fault] = []
    if data.count < 2 {
      faults.append(Fault(.badData, "interaction.table-short", ["rows": "\(data.count)"]))
    }
    for row in 0..<data.count {
      if !(values[row] > 0 && values[row].isFinite) {
        faults.append(
          Fault(
            .badData, "interaction.table-value", ["found": text(values[row])],
            at: data.place(row: row, column: columns[1])))
      }
      if !costs[row].isFinite || (row > 0 && !(costs[row] > costs[row - 1])) {
        faults.append(
          Fault(
            .badData, "interaction.table-order", ["found": text(costs[row])],
            at: data.place(row: row, column: columns[0])))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    let logs = values.map { Glibc.log($0) }
    return .user(terms: ["log(table)"]) { cost in [interpolated(cost, costs, logs)] }
  }

  /// NaN outside the table.
  private static func interpolated(_ x: Double, _ at: [Double], _ y: [Double]) -> Double {
    guard let last = at.last, x >= at[0], x <= last else { return .nan }
    var (low, high) = (0, at.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if at[middle] <= x { low = middle } else { high = middle }
    }
    let share = (x - at[low]) / (at[high] - at[low])
    return y[low] + share * (y[high] - y[low])
  }
}
