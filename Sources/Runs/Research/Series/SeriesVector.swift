import Demography
import Export
import Kernel
import SeriesModels

/// What `series vector` is asked.
public struct VectorRequest: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case autoregression = "var"
    case bayesian = "bvar"
    case factor
  }

  let input: SeriesInput
  let kind: Kind
  /// `nil` chooses.
  let lags: Int?
  let horizon: Int
  let levels: [Double]
  /// Steps over which shocks are followed.
  let responses: Int?
  /// `nil` is 1,000.
  let draws: Int?
  let seed: UInt32?

  /// - Parameters:
  ///   - lags: of an autoregression; `nil` chooses by the Bayesian criterion.
  ///   - levels: coverages in per cent.
  ///   - responses: steps over which shocks of an autoregression are followed; `nil` is 8.
  ///   - draws: behind the intervals of a Bayesian one; `nil` is 1,000.
  public init(
    _ input: SeriesInput, kind: Kind, lags: Int?, horizon: Int, levels: [Double], responses: Int?,
    draws: Int?, seed: UInt32?
  ) {
    self.input = input
    self.kind = kind
    self.lags = lags
    self.horizon = horizon
    self.levels = levels
    self.responses = responses
    self.draws = draws
    self.seed = seed
  }

  /// Refuses options that the model does not read.
  func check() throws {
    let name = "--model \(kind.rawValue)"
    if kind == .factor {
      try [GivenOption("--lags", lags)].refuse(with: name, for: "--model var, bvar")
    }
    if kind != .autoregression {
      try [GivenOption("--responses", responses)].refuse(with: name, for: "--model var")
    }
    if kind != .bayesian {
      try [GivenOption("--draws", draws), GivenOption("--seed", seed)].refuse(
        with: name, for: "--model bvar")
    }
  }
}

/// `series vector`: several series forecast together from each other's past.
extension ResearchSeries {
  /// - Throws: `option.unused`; what reading throws; `series.steps`, `series.missing`, `series.short`, `series.fit`,
  ///   `series.regressor.dependent` where the series have no such model.
  public static func vector(_ request: VectorRequest) throws -> ResearchAnswer {
    try request.check()
    let ((series, leftAside), read) = try seconds {
      let grid = try request.input.grid()
      return (try readSeries(grid, season: nil), DriverTable.columns(of: grid))
    }
    let (found, fit) = try seconds {
      do {
        switch request.kind {
        case .autoregression: return try autoregression(series, request)
        case .bayesian: return try bayesian(series, request)
        case .factor: return try factor(series, request)
        }
      } catch let error as SeriesError { throw fault(error, of: series) }
    }
    var notes = found.notes
    if !leftAside.isEmpty {
      notes.append(("series.aside", ["columns": leftAside.joined(separator: ", ")]))
    }
    let json = SeriesForecastText.text(
      found.forecasts,
      then: [("model", .members(found.model)), ("timing", .timing(read: read, fit: fit))]
    ) { forecast, text in
      text.object { text in
        text.member("unique_id", .string(forecast.seriesID))
        text.member("model", .string(forecast.model))
        text.member("intervals", .string(forecast.basis.rawValue))
        text.steps(forecast)
      }
    }
    let tables = [table(found.forecasts, levels: request.levels)] + found.tables
    return ResearchAnswer({ tables }, notes: notes, text: { json })
  }

  /// What one series lacks, with what `series vector` can do about it.
  private static func fault(_ error: SeriesError, of series: [TimeSeries]) -> Fault {
    switch error {
    case .missingValues(let id, _, let count):
      let isEmpty = series.first { $0.id == id }?.observedCount == 0
      return isEmpty
        ? Fault(.badData, "series.no-value", ["series": id])
        : Fault(.badData, "series.vector.missing", ["series": id, "count": "\(count)"])
    case .tooShort(let id, let model, let observed, let needed) where observed > 0:
      return Fault(
        .badData, "series.vector.short",
        ["series": id, "model": model, "observed": "\(observed)", "needed": "\(needed)"])
    default: return error.fault
    }
  }

  private struct Vector {
    let forecasts: [Forecast]
    var tables: [Table] = []
    var notes: [(key: String, arguments: [String: String])] = []
    let model: [(String, JSON)]
  }

  private static func autoregression(
    _ series: [TimeSeries], _ request: VectorRequest
  ) throws -> Vector {
    let panel = try VectorPanel(series)
    let lags = try request.lags ?? VARFit.chosenLags(panel)
    let fit = try VARModel(lags: lags).fit(panel)
    let steps = request.responses ?? 8
    let names = panel.names
    let causes = names.indices.flatMap { effect in
      names.indices.filter { $0 != effect }.map { cause in
        (cause, effect, fit.causality(of: cause, on: effect))
      }
    }
    let causality = Table(
      "causality",
      [
        .text("cause", causes.map { names[$0.0] }), .text("unique_id", causes.map { names[$0.1] }),
        .real("statistic", causes.map(\.2.statistic)), .real("p_value", causes.map(\.2.pValue)),
      ])
    var (moves, shares): ([Matrix], [Matrix]) = ([], [])
    var notes: [(key: String, arguments: [String: String])] = [
      (
        request.lags == nil ? "series.vector.chosen" : "series.vector.given",
        ["lags": "\(lags)", "bic": brief(fit.bic)]
      )
    ]
    do throws(KernelError) {
      moves = try fit.orthogonalResponses(steps)
      shares = try fit.varianceShares(steps)
    } catch {
      notes.append(("series.vector.singular", [:]))
    }
    return Vector(
      forecasts: fit.forecasts(of: series, request.horizon, levels: request.levels),
      tables: causes.isEmpty ? [] : [causality],
      notes: notes,
      model: [
        ("name", .string(fit.label)), ("lags", .integer(lags)),
        ("log_likelihood", .finite(fit.logLikelihood)), ("aic", .finite(fit.aic)),
        ("bic", .finite(fit.bic)), ("hqic", .finite(fit.hqic)),
        ("coefficients", coefficients(fit.coefficients, names)),
        (
          "causality",
          .array(
            causes.map { cause, effect, test in
              .members([
                ("cause", .string(names[cause])), ("unique_id", .string(names[effect])),
                ("statistic", .finite(test.statistic)), ("p_value", .finite(test.pValue)),
              ])
            })
        ),
        ("responses", paths(moves, names)), ("variance_shares", paths(shares, names)),
      ])
  }

  private static func bayesian(_ series: [TimeSeries], _ request: VectorRequest) throws -> Vector {
    let panel = try VectorPanel(series)
    let lags = request.lags ?? 2
    let fit = try BayesianVAR(lags: lags, persistence: 1).fit(panel)
    let forecasts: [Forecast]
    do throws(KernelError) {
      forecasts = try fit.forecasts(
        of: series, request.horizon, levels: request.levels, draws: request.draws ?? 1000,
        seed: request.seed ?? 1)
    } catch {
      throw SeriesError.notFitted(series: panel.names[0], model: fit.label)
    }
    return Vector(
      forecasts: forecasts,
      notes: [("series.vector.bayesian", ["lags": "\(lags)", "tightness": brief(fit.tightness)])],
      model: [
        ("name", .string(fit.label)), ("lags", .integer(lags)),
        ("tightness", .finite(fit.tightness)),
        ("log_marginal_likelihood", .finite(fit.logMarginalLikelihood)),
        ("coefficients", coefficients(fit.coefficients, panel.names)),
      ])
  }

  private static func factor(_ series: [TimeSeries], _ request: VectorRequest) throws -> Vector {
    let found = try StandardisedFactor(series)
    let parameters = found.fit.parameters
    let loadings = Table(
      "loadings",
      [
        .text("unique_id", series.map(\.id)), .real("loading", parameters.loadings),
        .real("share", found.shares),
      ])
    let factor = found.fit.factor
    return Vector(
      forecasts: found.forecasts(request.horizon, levels: request.levels), tables: [loadings],
      notes: [("series.vector.factor", ["persistence": brief(parameters.persistence)])],
      model: [
        ("name", .string("dynamic factor")),
        ("log_likelihood", .finite(found.fit.logLikelihood)),
        ("persistence", .finite(parameters.persistence)),
        (
          "loadings",
          .array(
            series.indices.map { k in
              .members([
                ("unique_id", .string(series[k].id)), ("loading", .finite(parameters.loadings[k])),
                ("error_variance", .finite(parameters.errors[k])),
                ("share", .finite(found.shares[k])),
              ])
            })
        ),
        (
          "factor",
          .array(
            zip(series[0].periods, factor).map { period, value in
              .members([
                ("ds", .string("\(period)")), ("mean", .finite(value.mean)),
                ("variance", .finite(value.variance)),
              ])
            })
        ),
      ])
  }

  /// Rows: constant, then the variables at lag 1, 2, …; a column for each equation.
  private static func coefficients(_ B: Matrix, _ names: [String]) -> JSON {
    let k = names.count
    return .array(
      names.indices.flatMap { equation in
        (0..<B.rows).map { row in
          let term = row == 0 ? "constant" : "\(names[(row - 1) % k]).lag\((row - 1) / k + 1)"
          return JSON.members([
            ("unique_id", .string(names[equation])), ("term", .string(term)),
            ("estimate", .finite(B[row, equation])),
          ])
        }
      })
  }

  /// Of each shock (column) on each series (row), step by step.
  private static func paths(_ steps: [Matrix], _ names: [String]) -> JSON {
    .array(
      names.indices.flatMap { shock in
        names.indices.map { j in
          .members([
            ("shock", .string(names[shock])), ("unique_id", .string(names[j])),
            ("values", .array(steps.map { .finite($0[j, shock]) })),
          ])
        }
      })
  }
}
