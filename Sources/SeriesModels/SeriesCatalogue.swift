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
    StructuralModel(form: StructuralForm(hasSlope: false, seasonal: .none)),
    StructuralModel(form: StructuralForm(hasSlope: true, seasonal: .none)),
    StructuralModel(form: StructuralForm(hasSlope: false, seasonal: .dummy)),
    StructuralModel(form: StructuralForm(hasSlope: true, seasonal: .dummy)),
    StructuralModel(form: StructuralForm(hasSlope: true, seasonal: .trigonometric)),
  ]
}
