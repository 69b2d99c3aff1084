import ArgumentParser
import Runs
import Words

/// The columns of a file of pairs and the form of an interaction model.
struct PairOptions: ParsableArguments {
  @Option(help: ArgumentHelp(words("cli.flows.column.origin"), valueName: "column"))
  var origin = "orig"
  @Option(help: ArgumentHelp(words("cli.flows.column.destination"), valueName: "column"))
  var destination = "dest"
  @Option(help: ArgumentHelp(standard("flow", words("cli.flows.column.flow")), valueName: "column"))
  var flow: String?
  @Option(
    help: ArgumentHelp(standard("distance", words("cli.flows.column.cost")), valueName: "column"))
  var cost: String?
  @Option(
    name: .customLong("origin-mass"),
    help: ArgumentHelp(words("cli.flows.column.origin_mass"), valueName: "column"))
  var originMass: String?
  @Option(
    name: .customLong("destination-mass"),
    help: ArgumentHelp(words("cli.flows.column.destination_mass"), valueName: "column"))
  var destinationMass: String?
  @Option(
    help: ArgumentHelp(
      words("cli.flows.constraint"), valueName: "unconstrained|production|attraction|doubly"))
  var constraint: String?
  @Option(
    help: ArgumentHelp(
      standard("power", words("cli.flows.deterrence")),
      valueName: "power|exponential|tanner|lognormal|spline|'log(cost), cost^2'|F.csv"))
  var deterrence: String?

  func request(
    file: String, filter: String?, law: String?, local: String?, errors: String, level: Double
  ) -> PairModelRequest {
    PairModelRequest(
      file: file, filter: filter, origin: origin, destination: destination, flow: flow ?? "flow",
      cost: cost ?? "distance", originMass: originMass, destinationMass: destinationMass,
      constraint: constraint,
      deterrence: deterrence ?? "power", law: law, local: local, errors: errors, level: level)
  }

  /// What a model with a formula has no use for.
  var ofInteraction: [GivenOption] {
    [
      GivenOption("--flow", flow), GivenOption("--cost", cost),
      GivenOption("--origin-mass", originMass), GivenOption("--destination-mass", destinationMass),
      GivenOption("--deterrence", deterrence),
    ]
  }
}
