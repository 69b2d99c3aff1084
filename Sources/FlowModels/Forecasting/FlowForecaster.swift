public import Demography

/// A way to continue a panel of flows: one number for each pair, `horizon` periods after the last.
///
/// How uncertain the number is does not come from the forecaster but from the errors it made at
/// past
/// origins (`PastErrors`), the same way for all, so that all can be compared; unless it is a model of
/// the uncertainty itself and gives draws.
public protocol FlowForecaster: Sendable {
  /// What the forecaster is, where it comes from, which parameters it takes.
  var card: Card { get }

  /// What the forecaster learns from a panel, to be applied at its end and at every earlier origin.
  ///
  /// - Parameter firstOrigin: index of the earliest period from which a forecast may teach
  ///   anything.
  func learned(from panel: FlowPanel, horizon: Int, firstOrigin: Int) -> any LearnedFlowForecaster
}

/// A forecaster whose constants are fixed.
public protocol LearnedFlowForecaster: Sendable {
  /// What the constants came out as, for the output: name and value.
  var constants: [(name: String, value: Double)] { get }

  /// The median forecast of every pair, `horizon` periods after the last of the panel.
  /// - Returns: persons a period, in the order of the pairs; NaN where nothing of a pair is known.
  /// - Throws: of a forecaster that is sampled, as `draws`.
  func medians(after panel: FlowPanel, horizon: Int) throws -> [Double]

  /// Joint draws of all flows, of a forecaster that models its uncertainty; `nil` where it does not.
  /// - Throws: why it cannot from this panel.
  func draws(after panel: FlowPanel, horizon: Int) throws -> FlowDraws?
}

extension LearnedFlowForecaster {
  public func draws(after panel: FlowPanel, horizon: Int) -> FlowDraws? { nil }
}

/// A forecaster that learns nothing: the baselines.
protocol FixedFlowForecaster: FlowForecaster, LearnedFlowForecaster {}

extension FixedFlowForecaster {
  public var constants: [(name: String, value: Double)] { [] }

  public func learned(from panel: FlowPanel, horizon: Int, firstOrigin: Int)
    -> any LearnedFlowForecaster
  { self }
}

/// Every way to continue a panel of flows. A new one is one file and one line here.
public enum FlowForecasterCatalogue {
  /// What every comparison shows, however it comes out.
  public static let mandatory: [any FlowForecaster] = [
    PersistentFlows(), MeanFlows(), LogDriftFlows(),
  ]

  /// Those whose uncertainty comes from their past errors.
  public static let pointwise: [any FlowForecaster] =
    mandatory + [
      MeanFlows(last: 3), LogTrendFlows(), ComponentFlows(), MeanStructureFlows(), ReversionFlows(),
    ]

  /// Those a command can name.
  public static let all: [any FlowForecaster] = pointwise + [HierarchicalFlows()]

  /// The forecaster whose card has this id; `nil` when there is none.
  public static func forecaster(named id: String) -> (any FlowForecaster)? {
    all.first { $0.card.id == id }
  }
}
