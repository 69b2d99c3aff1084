public import Demography
import Words

/// Puts the names of codes into the tables of scenarios, for people; tables for programs keep the codes.
public struct CodeNames: Sendable {
  private let naming: Naming

  /// - Parameter input: its labels and its table `regions` give the names.
  public init(_ input: ReportInput) { naming = Naming(input) }

  /// The table with names in place of codes; a code without a name stays.
  public func callAsFunction(_ table: Table) -> Table {
    let scenarios = table["scenario"] == nil ? [] : table.texts("scenario")
    return Table(
      table.name,
      table.columns.map { column in
        guard case .text(let codes) = column.values else {
          // The points of a grid stand in columns that are called as the parameters are.
          guard table.name == "sweep", let scenario = scenarios.first ?? nil else { return column }
          let title = naming.parameter(column.name, in: scenario)
          return table[title] == nil ? Table.Column(title, column.values) : column
        }
        return .text(
          column.name,
          codes.enumerated().map { row, code in
            code.map {
              name($0, column.name, in: scenarios.isEmpty ? "" : scenarios[row] ?? "", table.name)
            }
          })
      })
  }

  /// The name of a lever of a scenario.
  public func lever(_ code: String, in scenario: String) -> String {
    naming.lever(code, in: scenario)
  }

  /// The name of a parameter of a scenario.
  public func parameter(_ code: String, in scenario: String) -> String {
    naming.parameter(code, in: scenario)
  }

  /// The name of a region, a group, or a region and a group.
  public func area(_ code: String) -> String { naming.area(code) }

  /// The name of a scenario.
  public func scenario(_ code: String) -> String { naming.label("scenario", code) }

  private func name(
    _ code: String, _ column: String, in scenario: String, _ table: String
  ) -> String {
    switch column {
    case "scenario": naming.label("scenario", code)
    case "variant", "against": naming.variant(code, in: scenario)
    case "lever": naming.lever(code, in: scenario)
    case "part": naming.part(code, in: scenario)
    case "parameter": naming.parameter(code, in: scenario)
    case "area", "origin", "destination", "region": naming.area(code)
    case "group": naming.label("group", code)
    case "sex": naming.words["label.sex.\(code)"] ?? code
    case "schedule": naming.words["label.schedule.\(code)"] ?? code
    case "line": naming.words["hindcast.line.\(code)"] ?? code
    case "metric", "indicator": naming.label("metric", code)
    case "component": naming.label("component", code)
    case "programme": naming.programme(code)
    case "quality": naming.words["lever.quality.\(code)"] ?? code
    case "kind" where table != "levers": naming.kind(code)
    default: code
    }
  }
}
