public import Demography

extension GapMatrix {
  /// `gaps`: one row a cell.
  public func table() -> Table {
    Table(
      "gaps",
      [
        .text("agency", cells.map(\.agency)), .text("indicator", cells.map(\.indicator)),
        .text("period", cells.map(\.period)), .text("state", cells.map(\.state.rawValue)),
        .text("worst_axis", cells.map { $0.worstAxis?.rawValue }),
        .text("gap_type", cells.map { $0.gapType?.rawValue }),
        .real("availability", cells.map(\.availability)),
        .real("timeliness_days", unit: "d", cells.map(\.timelinessDays)),
        .real("completeness", cells.map(\.completeness)),
        .real("granularity", cells.map(\.granularity)),
        .real("definition", cells.map(\.definition)),
        .real("consistency", cells.map(\.consistency)),
        .real("revision", cells.map(\.revision)), .text("openness", cells.map(\.openness)),
      ])
  }

  /// `gap_tasks`: the to-do list, the most needed first.
  public func tasksTable() -> Table {
    Table(
      "gap_tasks",
      [
        .integer("rank", Array(1..<(tasks.count + 1))), .text("agency", tasks.map(\.agency)),
        .text("indicator", tasks.map(\.indicator)), .text("gap_type", tasks.map(\.gapType)),
        .text("worst_axis", tasks.map { $0.worstAxis?.rawValue }),
        .integer("periods", tasks.map(\.periods.count)),
        .text("first_period", tasks.map(\.periods.first)),
        .text("last_period", tasks.map(\.periods.last)),
        .integer("needed_by", tasks.map(\.neededBy.count)),
        .text("models", tasks.map { $0.neededBy.joined(separator: ", ") }),
      ])
  }
}
