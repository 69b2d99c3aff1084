import Demography
import Kernel

/// Groupings with a normal effect for each level, the one with the most levels first.
struct RandomDesign {
  let names: [String]
  let groupings: [Grouping]
  /// Where the levels of each grouping after the first begin in the border.
  let offsets: [Int]
  /// Levels of all groupings but the first.
  let borderCount: Int
  /// Which grouping has one level for every row; `nil` without one.
  let rowPlace: Int?

  /// - Throws: `Faults`: a column twice, unknown, or empty in a row; a grouping with one level.
  init(_ asked: [String], withRow: Bool, _ design: RegressionDesign, _ data: FlowData) throws {
    var found: [(name: String, grouping: Grouping)] = []
    var faults: [Fault] = []
    for name in asked {
      let grouping = try ClusterName(name).grouping(data, rows: design.rows)
      if found.contains(where: { $0.name == name }) {
        faults.append(Fault(.usage, "fit.random-twice", ["found": name]))
      } else if grouping.count < 2 {
        faults.append(Fault(.badData, "fit.random-one-level", ["found": name]))
      }
      found.append((name, grouping))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    if withRow {
      let levels = (0..<design.count).map { Int32($0) }
      found.append(("row", Grouping(levels: levels.map { "\($0)" }, level: levels)))
    }
    // The first of the largest, so that the order asked for decides nothing else.
    let largest = found.indices.max { found[$0].grouping.count < found[$1].grouping.count } ?? 0
    let order = [largest] + found.indices.filter { $0 != largest }
    names = order.map { found[$0].name }
    groupings = order.map { found[$0].grouping }
    rowPlace = withRow ? order.firstIndex(of: found.count - 1) : nil
    var offsets = [0]
    var total = 0
    for grouping in groupings.dropFirst() {
      offsets.append(total)
      total += grouping.count
    }
    self.offsets = offsets
    borderCount = total
  }
}
