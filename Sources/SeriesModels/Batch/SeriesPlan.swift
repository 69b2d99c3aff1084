public import Demography

/// What is to be forecast, with which models, and how they are judged: a `models/series-*.yaml`.
public struct SeriesPlan: Hashable, Sendable {
  public enum Transform: String, Hashable, Sendable, CaseIterable {
    case none, log
  }

  public var id: String
  public var title: Names
  /// Code of the measure, `UNEMP`.
  public var measure: String
  /// Further columns an observation must have these codes in, by SDMX name.
  public var select: [String: String]
  /// SDMX name of the column that tells the series apart.
  public var area: String
  /// A, Q, M or D.
  public var frequency: String
  /// Steps of a season; 1 for none.
  public var season: Int
  public var unit: String
  public var transform: Transform
  /// Steps ahead.
  public var horizon: Int
  /// Per cent, ascending.
  public var levels: [Double]
  /// Names of models, in order of preference at equal scores.
  public var candidates: [String]
  /// Most rolling origins; 0 for none, then the first candidate is used.
  public var origins: Int
  /// Fewest values a model is shown in a backtest.
  public var minimumTrain: Int
  /// Origins between two choices of an automatic model's structure.
  public var reselectEvery: Int
  /// Whether intervals are widened by the pooled errors of the backtest.
  public var isCalibrated: Bool

  /// A plan for one run over plain files, without a backtest: one model, every series.
  public init(
    id: String, model: String, frequency: String, season: Int, horizon: Int, levels: [Double]
  ) {
    self.id = id
    title = Names(kk: id, ru: id, en: id)
    measure = id
    select = [:]
    area = "REF_AREA"
    self.frequency = frequency
    self.season = season
    unit = ""
    transform = .none
    self.horizon = horizon
    self.levels = levels
    candidates = [model]
    origins = 0
    minimumTrain = 8
    reselectEvery = 4
    isCalibrated = false
  }
}
