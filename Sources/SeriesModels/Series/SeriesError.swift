public import Demography

/// Why a series, or a model for it, cannot be had.
public enum SeriesError: Error, Hashable, Sendable {
  case empty(series: String)
  case duplicate(series: String, period: String)
  case irregular(series: String, first: String, last: String)
  /// Fewer observed values than the model has to have.
  case tooShort(series: String, model: String, observed: Int, needed: Int)
  case missingValues(series: String, model: String, count: Int)
  /// The model needs values above zero.
  case notPositive(series: String, model: String, period: String, value: Double)
  case unknownModel(String, nearest: String)
  /// A model's name with a part that cannot be read, `arima(1,x)`.
  case badModel(String, part: String)
  /// No parameter values with a finite likelihood were found.
  case notFitted(series: String, model: String)
  /// A regressor is not known where the series is observed.
  case regressorMissing(series: String, regressor: String, period: String)
  /// Regressors that are combinations of others or of the model's own lines.
  case regressorsDependent(series: String, model: String, names: String)
  /// Too little of the series lies before or after an intervention to tell its effect.
  case effectUnknown(series: String, before: Int, after: Int, needed: Int)
  /// The model counts, and a value is no whole number from zero on.
  case notACount(series: String, model: String, period: String, value: Double)
  /// Series that are taken together do not stand on the same steps.
  case stepsDiffer(series: String, steps: String, other: String, otherSteps: String)
  /// Before an intervention the model's own 95 per cent intervals, one step ahead, hold too small a share.
  case coverageLow(series: String, model: String, share: Double, needed: Double)
  /// The model is for values from zero on.
  case negative(series: String, model: String, period: String, value: Double)
  /// The model is for shares of a limit, and a value does not lie between zero and it.
  case outsideShares(series: String, model: String, period: String, value: Double, limit: Double)
  /// A model of many units has too few pairs of a past and what followed, or too few units.
  case panelTooSmall(model: String, found: Int, needed: Int)
  /// A model of many units has no parameters for what follows so many steps later.
  case panelNotFitted(model: String, step: Int)

  /// The model has not one error a step, so that none can have another shape.
  case noShape(series: String, model: String)
  /// The model has no parts that leave values out, whose errors intervals could rest on.
  case noParts(series: String, model: String)
  /// Parameters of the model cannot be kept for other values.
  case notKept(series: String, model: String)
  /// No kept parameters belong to the series.
  case noKept(series: String)
  /// Kept parameters lack a part, or it is not what the model has.
  case keptDamaged(series: String, model: String, part: String)
  /// The first two periods of the series are not those of the kept parameters.
  case keptElsewhere(series: String, kept: String, found: String)

  /// With so few past errors an interval of this level is out of reach.
  case levelUnreachable(series: String, isPooled: Bool, ConformalError)
  /// In the same periods a series is a linear combination of others but for rounding, or, without others, constant.
  case seriesDependent(series: String, others: String)

  /// What a person is shown.
  public var fault: Fault {
    switch self {
    case .seriesDependent(let series, let others):
      others.isEmpty
        ? Fault(.badData, "series.vector.constant", ["series": series])
        : Fault(.badData, "series.vector.dependent", ["series": series, "others": others])
    case .levelUnreachable(
      let series, let isPooled, .unreachable(let level, let errors, let needed)):
      Fault(
        .badData, isPooled ? "series.conformal.all" : "series.conformal",
        [
          "series": series, "level": text((level * 100).rounded() / 100),
          "errors": String(errors), "needed": String(needed),
        ])
    case .levelUnreachable(let series, _, .unbounded(let level)):
      Fault(.badData, "series.unbounded", ["series": series, "level": text(level)])
    case .noShape(let series, let model):
      Fault(.badData, "series.shape", ["series": series, "model": model])
    case .noParts(let series, let model):
      Fault(.badData, "series.enbpi", ["series": series, "model": model])
    case .notKept(let series, let model):
      Fault(.badData, "series.kept.not", ["series": series, "model": model])
    case .noKept(let series):
      Fault(.badData, "series.kept.none", ["series": series])
    case .keptDamaged(let series, let model, let part):
      Fault(
        .badData, "series.kept.damaged", ["series": series, "model": model, "part": part])
    case .keptElsewhere(let series, let kept, let found):
      Fault(
        .badData, "series.kept.elsewhere", ["series": series, "kept": kept, "found": found])
    case .empty(let series):
      Fault(.badData, "series.empty", ["series": series])
    case .duplicate(let series, let period):
      Fault(.badData, "series.duplicate", ["series": series, "period": period])
    case .irregular(let series, let first, let last):
      Fault(.badData, "series.irregular", ["series": series, "first": first, "last": last])
    case .tooShort(let series, _, 0, _):
      Fault(.badData, "series.no-value", ["series": series])
    case .tooShort(let series, let model, let observed, let needed):
      Fault(
        .badData, "series.short",
        [
          "series": series, "model": model, "observed": String(observed),
          "needed": String(needed),
        ])
    case .missingValues(let series, let model, let count):
      Fault(
        .badData, "series.missing", ["series": series, "model": model, "count": String(count)])
    case .notPositive(let series, let model, let period, let value):
      Fault(
        .badData, "series.positive",
        ["series": series, "model": model, "period": period, "value": text(value)])
    case .unknownModel(let name, let nearest):
      Fault(.usage, "series.model", ["name": name, "nearest": nearest])
    case .badModel(let name, let part):
      Fault(.usage, "series.order", ["name": name, "part": part])
    case .notFitted(let series, let model):
      Fault(.badData, "series.fit", ["series": series, "model": model])
    case .regressorMissing(let series, let regressor, let period):
      Fault(
        .badData, "series.regressor.missing",
        ["series": series, "regressor": regressor, "period": period])
    case .regressorsDependent(let series, let model, let names):
      Fault(
        .badData, "series.regressor.dependent",
        ["series": series, "model": model, "names": names])
    case .effectUnknown(let series, let before, let after, let needed):
      Fault(
        .badData, "series.effect",
        [
          "series": series, "before": String(before), "after": String(after),
          "needed": String(needed),
        ])
    case .stepsDiffer(let series, let steps, let other, let otherSteps):
      Fault(
        .badData, "series.steps",
        ["series": series, "steps": steps, "other": other, "others": otherSteps])
    case .coverageLow(let series, let model, let share, let needed):
      Fault(
        .badData, "series.coverage",
        [
          "series": series, "model": model, "share": text(100 * share),
          "needed": text(100 * needed),
        ])
    case .negative(let series, let model, let period, let value):
      Fault(
        .badData, "series.negative",
        ["series": series, "model": model, "period": period, "value": text(value)])
    case .outsideShares(let series, let model, let period, let value, let limit):
      Fault(
        .badData, "series.share",
        [
          "series": series, "model": model, "period": period, "value": text(value),
          "limit": text(limit),
        ])
    case .panelTooSmall(let model, let found, let needed):
      Fault(
        .badData, "series.panel.small",
        ["model": model, "found": String(found), "needed": String(needed)])
    case .panelNotFitted(let model, let step):
      Fault(.badData, "series.panel.fit", ["model": model, "step": String(step)])
    case .notACount(let series, let model, let period, let value):
      Fault(
        .badData, "series.count",
        ["series": series, "model": model, "period": period, "value": text(value)])
    }
  }
}
