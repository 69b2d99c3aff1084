import Demography
import FlowModels

extension ResearchFlows {
  /// What a fit says of itself when it is repeated on rows drawn anew, or on a regressor dealt out anew.
  struct Resampled {
    var bootstrap: PairsBootstrap?
    var randomisation: Randomisation?
    var notes: [(key: String, arguments: [String: String])] = []

    var tables: [Table] {
      (bootstrap.map { [$0.table] } ?? []) + (randomisation.map { [$0.table] } ?? [])
    }
  }

  static func resampled(_ fit: RegressionFit, _ extras: FlowFitExtras) throws -> Resampled {
    var found = Resampled()
    guard (2...100_000).contains(extras.resamples) else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--resamples", "value": "\(extras.resamples)", "form": "2 … 100000"])
    }
    if let text = extras.bootstrap {
      let bootstrap = try fit.pairsBootstrap(
        over: PairsBootstrap.Unit(text), draws: extras.resamples, seed: extras.seed ?? 0)
      found.bootstrap = bootstrap
      found.notes.append(
        (
          "flows.bootstrap",
          ["draws": "\(bootstrap.draws)", "units": "\(bootstrap.units)", "over": text]
        ))
      let without = bootstrap.rows.map(\.without).max() ?? 0
      if without > 0 { found.notes.append(("flows.bootstrap.without", ["count": "\(without)"])) }
    }
    if let (term, over) = extras.randomise {
      guard let unit = Randomisation.Unit(over) else {
        throw Fault(
          .usage, "option.wrong",
          [
            "option": "--randomise-over", "value": over,
            "form": "rows, within:COLUMN, areas(ORIG,DEST)",
          ])
      }
      found.randomisation = try fit.randomisation(
        of: term, over: unit, draws: extras.resamples, seed: extras.seed ?? 0)
      found.notes.append(
        ("flows.randomisation", ["term": term, "over": over, "draws": "\(extras.resamples)"]))
    }
    return found
  }
}
