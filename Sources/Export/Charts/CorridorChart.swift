import Words

/// The largest corridors of the latest period as a Sankey diagram of Vega marks.
struct CorridorChart: ChartBuilder {
  let id = "corridors"
  let section = ReportSection.flows

  private let count = 18

  func charts(_ page: ChartPage) -> [Chart] {
    guard let flows = LatestFlows(page) else { return [] }
    let naming = page.naming
    let largest = flows.rows.sorted {
      (-($0.number("value") ?? 0), $0.text("origin"), $0.text("destination"))
        < (-($1.number("value") ?? 0), $1.text("origin"), $1.text("destination"))
    }.prefix(count).filter { ($0.number("value") ?? 0) > 0 }
    guard !largest.isEmpty else { return [] }
    let layout = CorridorLayout(
      largest.map {
        .init(
          origin: $0.text("origin"), destination: $0.text("destination"),
          value: $0.number("value") ?? 0)
      })
    let marks = CorridorMarks(layout: layout, naming: naming)
    let all = flows.rows.reduce(0) { $0 + ($1.number("value") ?? 0) }
    let shown = largest.reduce(0) { $0 + ($1.number("value") ?? 0) }
    return [
      page.chart(
        id,
        [
          "period": flows.period, "count": String(largest.count),
          "share": naming.numbers.percent(shown / all),
        ], grammar: .vega, tables: ["od_flows"], values: marks.links,
        body: marks.body,
        fallback: ReportTable(
          naming, largest,
          [
            .area("origin"), .area("destination"), .number("value"), .number("lower"),
            .number("upper"), .kind("kind"),
          ]))
    ]
  }
}
