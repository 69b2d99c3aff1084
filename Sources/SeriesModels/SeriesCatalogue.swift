/// Every model for a series.
public enum SeriesCatalogue {
  public static let all: [any SeriesModel] = [
    NaiveModel(),
    SeasonalNaiveModel(),
    DriftModel(),
    MeanModel(),
    LinearTrendModel(),
    ThetaModel(),
    ETSModel(form: ETSForm(.additive, .none, .none)),
    AutoETSModel(),
    ARIMAModel(order: ARIMAOrder(0, 1, 1, hasConstant: false)),
    AutoARIMAModel(),
  ]
}
