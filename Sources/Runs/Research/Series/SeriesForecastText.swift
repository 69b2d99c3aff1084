import Demography
import Export
import SeriesModels

/// Forecasts as JSON, written series by series, for there may be many.
struct SeriesForecastText {
  private var writer = JSONWriter(isPretty: true)
  /// Texts of the periods and levels of a forecast, kept as long as the next has the same.
  private var periods: (values: [Period], texts: [String]) = ([], [])
  private var levels: (values: [Double], texts: [String]) = ([], [])

  /// An object with the schema, the elements under `series`, and further members.
  static func text<Element>(
    _ elements: [Element], then rest: [(String, JSON)],
    _ write: (Element, inout SeriesForecastText) -> Void
  ) -> String {
    var text = SeriesForecastText()
    text.writer.beginObject()
    text.member("schema", .integer(1))
    text.writer.name("series")
    text.writer.beginArray()
    for element in elements { write(element, &text) }
    text.writer.endArray()
    for (name, value) in rest { text.member(name, value) }
    text.writer.endObject()
    return text.writer.text
  }

  mutating func member(_ name: String, _ value: JSON) {
    writer.name(name)
    value.write(to: &writer)
  }

  /// An object of members that `write` adds.
  mutating func object(_ name: String? = nil, _ write: (inout SeriesForecastText) -> Void) {
    if let name { writer.name(name) }
    writer.beginObject()
    write(&self)
    writer.endObject()
  }

  /// What was fitted, and its forecast.
  mutating func members(_ fit: any FittedSeries, _ forecast: Forecast) {
    let own = fit.series.trimmed
    member("unique_id", .string(forecast.seriesID))
    member("model", .string(fit.label))
    member("observations", .integer(fit.series.observedCount))
    member("missing_inside", .integer(own.count - own.observedCount))
    member("intervals", .string(forecast.basis.rawValue))
    member("parameters", .members(fit.parameters.map { ($0.name, JSON.finite($0.value)) }))
    member("log_likelihood", .finite(fit.logLikelihood))
    member("aicc", .finite(fit.aicc))
    steps(forecast)
  }

  /// The member `forecast`.
  mutating func steps(_ forecast: Forecast) {
    take(forecast)
    writer.name("forecast")
    writer.beginArray()
    for (k, step) in forecast.steps.enumerated() {
      writer.beginObject()
      writer.name("ds")
      writer.string(periods.texts[k])
      writer.name("mean")
      writer.number(step.mean)
      writer.name("lower")
      writer.beginObject()
      for (index, interval) in step.intervals.enumerated() {
        writer.name(levels.texts[index])
        writer.number(interval.lower)
      }
      writer.endObject()
      writer.name("upper")
      writer.beginObject()
      for (index, interval) in step.intervals.enumerated() {
        writer.name(levels.texts[index])
        writer.number(interval.upper)
      }
      writer.endObject()
      writer.endObject()
    }
    writer.endArray()
  }

  private mutating func take(_ forecast: Forecast) {
    let own = forecast.steps.map(\.period)
    if own != periods.values { periods = (own, own.map(\.description)) }
    let percent = forecast.steps.first?.intervals.map(\.level) ?? []
    if percent != levels.values { levels = (percent, percent.map { Demography.text($0) }) }
  }
}
