import Demography

/// Every model of flows Agyn has. A new model is one file and one line here.
public enum FlowModelCatalogue {
  public static let all: [any FlowModel] = [
    PoissonFlowModel(),
    QuasiPoissonFlowModel(),
    NegativeBinomialFlowModel(),
    GammaFlowModel(),
    GaussianMeanFlowModel(),
    LinearFlowModel(),
    ChoiceFlowModel(),
    NestedChoiceFlowModel(),
    LinearBinomialFlowModel(),
    ZeroInflatedPoissonFlowModel(),
    ZeroInflatedBinomialFlowModel(),
    HurdlePoissonFlowModel(),
    HurdleBinomialFlowModel(),
    PoissonLognormalFlowModel(),
    MixedPoissonFlowModel(),
    MixedBinomialFlowModel(),
    MixedLinearFlowModel(),
    MixedLinearFlowModel(isRestricted: false),
    BalancedFlowModel(),
    InteractionFlowModel(),
    OpportunityFlowModel(),
    SpatialFlowModel(),
    ContingencyFlowModel(),
    NetBalancedFlowModel(),
    NetTransportFlowModel(),
    StockFlowModel(),
    StockDifferenceModel(),
    DoubleReportFlowModel(),
    ComponentsModel(),
    ResidualNetModel(),
    RogersCastroModel(),
  ]

  /// The models that fit a formula to rows.
  public static var regressions: [any FlowRegression] {
    all.compactMap { $0 as? any FlowRegression }
  }

  /// The models that are fitted by their full likelihood.
  public static var likelihoods: [any LikelihoodFlowModel] {
    all.compactMap { $0 as? any LikelihoodFlowModel }
  }

  /// The model by likelihood whose card has this id; `nil` when there is none.
  public static func likelihood(named id: String) -> (any LikelihoodFlowModel)? {
    likelihoods.first { $0.card.id == id }
  }

  /// The regression whose card has this id; `nil` when there is none.
  public static func regression(named id: String) -> (any FlowRegression)? {
    regressions.first { $0.card.id == id }
  }
}
