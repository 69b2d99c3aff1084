public import Demography

/// Nested logit of the destination: each migrant of a group chooses a nest of its rows, then one of them.
///
/// The effects after `|` are the group and the column of the nests: `| orig + region`. `lambda`, one for all
/// nests, says how unlike the rows of a nest are: 1 is the conditional logit, below 1 rows of a nest stand in for
/// each other more than for those of others, and above 1 the choice is of no maximum of utility. McFadden (1978);
/// Train (2009), Discrete choice methods with simulation, chapter 4.
public struct NestedChoiceFlowModel: LikelihoodFlowModel {
  public init() {}

  public var card: Card { .ofFamily("nested-logit", reference: "McFadden 1978; Train 2009") }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    let effects = specification.formula.effects
    guard effects.count == 2 else {
      throw Faults(Fault(.usage, "fit.choice-nest", ["found": "\(effects.count)"]))
    }
    return try ChoiceFlowModel.fit(specification, data, options, card.id, nest: effects[1])
  }
}
