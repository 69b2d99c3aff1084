import Demography
import Harmony

/// What harmonising adds beside the checked observations: releases that moved, and the flows and
/// totals carried to the boundaries results are stated in.
enum HarmonisedData {
  static func tables(_ checked: CheckedData, plan: Plan) throws -> [Table] {
    let data = checked.data
    let target = data.workspace.geography.vintage
    let carried = try data.crosswalk.apply(
      checked.observations.filter {
        $0.geoVintage != "_Z" && $0.geoVintage != target
          && Crosswalk.standardWeights[$0.measure] != nil
      },
      to: target, toolVersion: Engine.version)
    let external = checked.observations.filter {
      $0.isCumulative && $0.referenceArea == data.workspace.geography.country
    }
    let quarters = Decumulation.decumulate(external, months: 3, toolVersion: Engine.version)
    let margins = checked.observations.filter {
      $0.period.frequency == "M" && !$0.isCumulative
    }
    let aggregated = TimeAggregation.aggregate(margins, to: "Q", toolVersion: Engine.version)
    var tables = [
      observationTable(
        "harmonised", carried.observations + quarters.observations + aggregated.observations)
    ]
    if let previous = plan.previousInstant {
      tables.append(
        Vintages.changes(
          data.vintages.filter { $0.kind < .modelled }, from: previous, to: data.asOf
        ).table())
    }
    return tables
  }
}

/// Observations as a table under their SDMX names.
func observationTable(_ name: String, _ observations: [Observation]) -> Table {
  Table(
    name,
    Observation.Column.allCases.map { column in
      switch column {
      case .value: .real(column.rawValue, observations.map(\.value))
      case .lower: .real(column.rawValue, observations.map(\.lower))
      case .upper: .real(column.rawValue, observations.map(\.upper))
      case .level: .real(column.rawValue, observations.map(\.level))
      case .roundBase: .real(column.rawValue, observations.map(\.roundBase))
      case .multiplier: .integer(column.rawValue, observations.map(\.multiplier))
      default: .text(column.rawValue, observations.map { $0[column] })
      }
    })
}
