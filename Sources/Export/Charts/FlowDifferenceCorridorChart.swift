import Words

/// The corridors that change most as a Sankey diagram, blue for more, orange for fewer.
struct FlowDifferenceCorridorChart: ChartBuilder {
  let id = "od_difference_corridors"
  let section = ReportSection.flows

  private let count = 18

  func charts(_ page: ChartPage) -> [Chart] {
    let naming = page.naming
    return FlowDifferences.all(page).map { flows in
      let largest = Array(flows.rows.prefix(count))
      var rows: [String: TableRows.Row] = [:]
      for row in largest { rows[row.text("origin") + "|" + row.text("destination")] = row }
      let layout = CorridorLayout(
        largest.map {
          .init(
            origin: $0.text("origin"), destination: $0.text("destination"),
            value: abs($0.number("median") ?? 0))
        })
      let marks = CorridorMarks(layout: layout, naming: naming) { link in
        let row = rows[link.origin + "|" + link.destination]
        return (
          (row?.number("median") ?? 0) < 0 ? ChartTheme.against : ChartTheme.projected,
          row?.flowDifference(naming) ?? ""
        )
      }
      return page.chart(
        "\(id)_\(slug(flows.variant))", text: id,
        flows.arguments(page).merging(["count": String(largest.count)]) { $1 }, grammar: .vega,
        tables: ["od_differences"], isFolded: true, values: marks.links, body: marks.body,
        fallback: flows.table(naming))
    }
  }
}
