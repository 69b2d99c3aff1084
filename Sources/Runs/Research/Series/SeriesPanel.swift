import Demography
import Export
import Kernel
import SeriesModels

/// `series panel`: rates of many units forecast together.
extension ResearchSeries {
  /// - Parameters:
  ///   - levels: coverages in per cent.
  ///   - per: how many people a rate of the file is for: 1 for rates per head, 1000 for rates per thousand.
  /// - Throws: what reading throws, `series.steps` where units begin or end apart, `series.panel.small|fit`.
  public static func panel(
    _ input: SeriesInput, horizon: Int, levels: [Double], per: Double, sampling: SamplingRequest
  ) throws -> ResearchAnswer {
    let plan = try sampling.plan()
    let ((series, leftAside), read) = try seconds {
      let grid = try input.grid()
      return (try readSeries(grid, season: 1), DriverTable.columns(of: grid))
    }
    let key = StreamKey(
      seed: sampling.seed ?? SamplingRequest.standardSeed, stream: "series.net_rates")
    let ((model, forecasts), fit) = try seconds {
      do {
        let model = try NetRateForecast(
          series, per: per, horizon: horizon, plan: plan, key: key)
        return (model, model.forecasts(of: series, levels: levels))
      } catch let error as SeriesError { throw error.fault }
    }
    let posterior = model.posterior.draws
    let report = SamplingReport(
      posterior.summaries, chains: posterior.chainCount, draws: posterior.count)
    var notes: [(key: String, arguments: [String: String])] = [report.note]
    if !model.leftOut.isEmpty {
      notes.append(
        (
          "series.panel.left_out",
          ["count": "\(model.leftOut.count)", "names": model.leftOut.joined(separator: ", ")]
        ))
    }
    if !leftAside.isEmpty {
      notes.append(("series.aside", ["columns": leftAside.joined(separator: ", ")]))
    }
    let shown = table(forecasts, levels: levels)
    let json = SeriesForecastText.text(
      forecasts,
      then: [
        ("left_out", .array(model.leftOut.map { .string($0) })), ("convergence", report.json),
        ("timing", .timing(read: read, fit: fit)),
      ]
    ) { forecast, text in
      text.object { text in
        text.member("unique_id", .string(forecast.seriesID))
        text.member("model", .string(forecast.model))
        text.member("intervals", .string(forecast.basis.rawValue))
        text.steps(forecast)
      }
    }
    return ResearchAnswer(
      { [shown] }, notes: notes, text: { json }, isDoubtful: !report.hasMixed)
  }
}
