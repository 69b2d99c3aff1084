public import Demography

extension Hindcast.Result {
  private typealias Group = (first: Hindcast.Case, score: Hindcast.Score)

  /// One row a line and horizon, over all launches and regions.
  public func scoreTable() -> Table {
    let groups = groups { [$0.line.name, String($0.horizon)] }
    return Table("hindcast_scores", lead(groups) + measures(groups))
  }

  /// One row a line, horizon and launch.
  public func launchTable() -> Table {
    let groups = groups { [$0.line.name, String($0.horizon), String($0.launch)] }
    let launches = Table.Column.integer("launch", groups.map(\.first.launch))
    return Table("hindcast_launches", lead(groups) + [launches] + measures(groups))
  }

  /// One row a line, horizon and region: where a line is too high or too low.
  public func regionTable() -> Table {
    let groups = groups { [$0.line.name, String($0.horizon), String($0.region)] }
    let names = Table.Column.text("region", groups.map { regions[$0.first.region] })
    return Table("hindcast_regions", lead(groups) + [names] + measures(groups))
  }

  /// One row a forecast, with its intervals and outcome, in persons.
  public func forecastTable() -> Table {
    let narrow = cases.map { $0.interval(0.8) }
    let wide = cases.map { $0.interval(0.95) }
    return Table(
      "hindcast_forecasts",
      [
        .text("line", cases.map(\.line.name)), .integer("launch", cases.map(\.launch)),
        .integer("horizon", cases.map(\.horizon)),
        .text("region", cases.map { regions[$0.region] }),
        .real("forecast", unit: "PS", cases.map(\.forecast)),
        .real("lower_80", unit: "PS", narrow.map { $0?.lower }),
        .real("upper_80", unit: "PS", narrow.map { $0?.upper }),
        .real("lower_95", unit: "PS", wide.map { $0?.lower }),
        .real("upper_95", unit: "PS", wide.map { $0?.upper }),
        .real("actual", unit: "PS", cases.map(\.actual)),
        .real("percent_error", unit: "PC", cases.map(\.percentError)),
      ])
  }

  private func lead(_ groups: [Group]) -> [Table.Column] {
    [
      .text("line", groups.map(\.first.line.name)),
      .integer("horizon", groups.map(\.first.horizon)),
    ]
  }

  private func measures(_ groups: [Group]) -> [Table.Column] {
    [
      .integer("cases", groups.map(\.score.cases)),
      .real("mape", unit: "PC", groups.map(\.score.mape)),
      .real("bias", unit: "PC", groups.map(\.score.bias)),
      .real("largest_error", unit: "PC", groups.map(\.score.largest)),
      .real("crps", unit: "PC", groups.map(\.score.crps)),
      .real("coverage_80", unit: "PC", groups.map(\.score.coverage80)),
      .real("coverage_95", unit: "PC", groups.map(\.score.coverage95)),
    ]
  }
}
