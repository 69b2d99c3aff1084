public import Demography
import Kernel

/// Cohorts at two moments with the part of them that survives between, read from a file.
public struct SurvivalCohorts: Sendable {
  /// A column of names.
  public struct Label: Hashable, Sendable {
    public let name: String
    public let values: [String]
  }

  /// The columns that say which cohort a row is.
  public let labels: [Label]
  /// NaN where missing.
  public let start: [Double]
  public let end: [Double]
  public let survival: [Double]

  public var count: Int { end.count }

  /// Reads the columns `start`, `end` and `survival`, empty where not known; all others say which cohort a row
  /// is: its age at the end, its sex, its area.
  ///
  /// - Throws: `Faults`: a column that is not there, no number, a negative population, a survival ratio
  ///   that is not above 0, a cohort twice, no other column.
  public init(grid: TextGrid) throws {
    let data = try FlowData(grid: grid)
    let numbers = try ["start", "end", "survival"].map { try data.index(of: $0, namedAt: nil) }
    let names = data.columnNames.indices.filter { !numbers.contains($0) }
    guard !names.isEmpty, data.count > 0 else {
      throw Faults(Fault(.badData, "flows.empty", ["file": grid.file]))
    }
    var faults = LabelledMatrix.repeated(
      (0..<data.count).map { row in
        names.map { data.text(row: row, column: $0) }.joined(separator: " · ")
      }
    ) { data.place(row: $0, column: names[0]) }
    func column(_ k: Int) -> [Double] {
      (0..<data.count).map { row in
        if case .missing = data.cell(row: row, column: numbers[k]) { return .nan }
        return LabelledMatrix.amount(data, row, numbers[k], &faults)
      }
    }
    start = column(0)
    end = column(1)
    survival = column(2)
    for row in 0..<data.count where survival[row] == 0 {
      faults.append(
        Fault(
          .badData, "survival.zero", ["found": data.text(row: row, column: numbers[2])],
          at: data.place(row: row, column: numbers[2])))
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    labels = names.map { column in
      Label(
        name: data.columnNames[column],
        values: (0..<data.count).map { data.text(row: $0, column: column) })
    }
  }

  /// Net migration of every cohort by one method, NaN where a figure is missing.
  public func net(_ method: ResidualNetMigration.Survival) -> [Double] {
    ResidualNetMigration.cohorts(start: start, end: end, survival: survival, method)
  }

  /// Which cohorts bore which children.
  public struct Mothers: Hashable, Sendable {
    struct Group: Hashable {
      let child: Int
      var mothers: [Int]
      let weight: Double
    }

    let groups: [Group]
    public var count: Int { groups.count }
  }

  /// Reads who are the mothers of children born in the period: the first column bears the name of a column of
  /// cohorts and names the children in it, `mother` names their mothers in it, `weight` is the part of the
  /// period at whose middle the children were born, a quarter for the younger of two groups of five years
  /// and three quarters for the older. Further columns bear the names of other columns of cohorts and say
  /// what mothers have there, such as a sex; in all others mothers have what their children have.
  ///
  /// - Throws: `Faults`: an unknown column or name, children with a population at the start, mothers without
  ///   one, weights that differ or lie outside 0 to 1.
  public func mothers(grid: TextGrid) throws -> Mothers {
    let data = try FlowData(grid: grid)
    let weightColumn = try data.index(of: "weight", namedAt: nil)
    let motherColumn = try data.index(of: "mother", namedAt: nil)
    let others = data.columnNames.indices.filter { $0 != weightColumn && $0 != motherColumn }
    let place = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1.name, $0) })
    var faults = others.filter { place[data.columnNames[$0]] == nil }.map { column in
      Fault(
        .badData, "flows.column-unknown",
        [
          "column": data.columnNames[column],
          "nearest": nearest(to: data.columnNames[column], in: labels.map(\.name)) ?? "",
          "known": labels.map(\.name).joined(separator: ", "),
        ], at: grid.place(row: 0, column: column))
    }
    guard faults.isEmpty, let first = others.first, let key = place[data.columnNames[first]] else {
      throw Faults(
        faults.isEmpty
          ? [Fault(.badData, "flows.empty", ["file": grid.file])] : faults)
    }
    let rowOf = Dictionary(
      uniqueKeysWithValues: (0..<count).map { row in (labels.map { $0.values[row] }, row) })
    let known = net(.average)
    var groups: [Int: Mothers.Group] = [:]
    for row in 0..<data.count {
      let at = data.place(row: row, column: first)
      let child = data.text(row: row, column: first)
      let weight = LabelledMatrix.amount(data, row, weightColumn, &faults)
      if weight > 1 {
        faults.append(Fault(.badData, "survival.weight", ["found": text(weight)], at: at))
      }
      let children = (0..<count).filter { labels[key].values[$0] == child }
      if children.isEmpty {
        let names = Array(Set(labels[key].values)).sorted()
        faults.append(
          Fault(
            .badData, "survival.no-cohort",
            ["cohort": child, "nearest": nearest(to: child, in: names) ?? ""], at: at))
      }
      for cohort in children {
        var wanted = labels.map { $0.values[cohort] }
        wanted[key] = data.text(row: row, column: motherColumn)
        for column in others.dropFirst() {
          wanted[place[data.columnNames[column]] ?? 0] = data.text(row: row, column: column)
        }
        guard let mother = rowOf[wanted], !known[mother].isNaN else {
          faults.append(
            Fault(
              .badData, "survival.no-mothers",
              ["mothers": wanted.joined(separator: " · "), "child": child], at: at))
          continue
        }
        guard start[cohort].isNaN, !end[cohort].isNaN else {
          faults.append(Fault(.badData, "survival.not-born", ["cohort": child], at: at))
          continue
        }
        if groups[cohort].map({ $0.weight != weight }) ?? false {
          faults.append(Fault(.badData, "survival.weights-differ", ["cohort": child], at: at))
        }
        groups[cohort, default: Mothers.Group(child: cohort, mothers: [], weight: weight)]
          .mothers.append(mother)
      }
    }
    guard faults.isEmpty else { throw Faults(Array(faults.prefix(100))) }
    return Mothers(groups: groups.values.sorted { $0.child < $1.child })
  }

  /// As `net`, with the children of these mothers.
  public func net(_ method: ResidualNetMigration.Survival, _ mothers: Mothers) -> [Double] {
    var net = net(method)
    let children = ResidualNetMigration.children(
      mothers.groups.map { end[$0.child] },
      mothers: mothers.groups.map { $0.mothers.map { end[$0] } },
      net: mothers.groups.map { $0.mothers.map { net[$0] } },
      weights: mothers.groups.map(\.weight))
    for (group, value) in zip(mothers.groups, children) { net[group.child] = value }
    return net
  }
}
