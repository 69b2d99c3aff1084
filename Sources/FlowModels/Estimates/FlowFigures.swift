import Demography

/// Published totals and cells of internal migration, looked up by measure, area, scope and period.
struct FlowFigures {
  private struct Key: Hashable {
    let measure: String
    let scope: String
    let area: String
    let origin: String
    let destination: String
    let period: Period
  }

  /// The value and half its rounding base, of the latest vintage.
  private struct Figure {
    let value: Double
    let rounding: Double
    let vintage: Instant
  }

  private let period: Period
  private var figures: [Key: Figure] = [:]

  init(_ observations: [Observation], period: Period) {
    self.period = period
    let wanted: Set<String> = ["FLOW_IN", "FLOW_OUT", "FLOW_OD", "SHARE_IN", "SHARE_OUT"]
    let scopes: Set<String> = ["ALL_INTERNAL", "INTERREGIONAL", "INTRAREGIONAL"]
    for observation in observations where wanted.contains(observation.measure) {
      // An estimate of ours must not become its own input.
      guard scopes.contains(observation.scope), let value = observation.value,
        observation.kind < .imputed, observation.sex == "_T", observation.age == "_T",
        observation.citizenship == "_T"
      else { continue }
      let key = Key(
        measure: observation.measure, scope: observation.scope, area: observation.referenceArea,
        origin: observation.origin, destination: observation.destination,
        period: observation.period)
      if let known = figures[key], known.vintage >= observation.vintage { continue }
      figures[key] = Figure(
        value: value, rounding: observation.roundBase / 2, vintage: observation.vintage)
    }
  }

  private func figure(
    _ measure: String, _ scope: String, area: String = "_Z", origin: String = "_Z",
    destination: String = "_Z", _ period: Period
  ) -> Figure? {
    figures[
      Key(
        measure: measure, scope: scope, area: area, origin: origin, destination: destination,
        period: period)]
  }

  /// A total of all internal moves: as published for the period, or the sum of its months.
  private func margin(_ measure: String, _ area: String, _ period: Period) -> Double? {
    if let figure = figure(measure, "ALL_INTERNAL", area: area, period) { return figure.value }
    guard period.unit == .month, period.length > 1 else { return nil }
    var sum = 0.0
    for month in 0..<period.length {
      let one = Period(start: period.start + month, length: 1, unit: .month)
      guard let figure = figure(measure, "ALL_INTERNAL", area: area, one) else { return nil }
      sum += figure.value
    }
    return sum
  }

  func margins(_ measure: String, _ areas: [String], _ faults: inout [Fault]) -> [Double] {
    areas.map { area in
      if let value = margin(measure, area, period) { return value }
      faults.append(
        Fault(
          .missingInput, "od.no-margin",
          ["measure": measure, "area": area, "period": period.description]))
      return 0
    }
  }

  /// The part of all internal moves of the country that is between regions.
  func national(_ specification: ODSpecification, _ faults: inout [Fault]) -> ODInputs.Share {
    let period = specification.nationalPeriod
    let country = specification.country
    guard let between = figure("FLOW_IN", "INTERREGIONAL", area: country, period),
      let all = margin("FLOW_IN", country, period)
    else {
      faults.append(
        Fault(
          .missingInput, "od.no-share",
          ["area": country, "period": period.description]))
      return ODInputs.Share(value: 0, range: 0...0)
    }
    return ODInputs.Share(between.value / all, within: specification.nationalWithin)
  }

  /// Arrivals from other areas by all arrivals. The divisor is, in this order, the total of the same
  /// period or the sum of its months; arrivals from outside and inside together; or the part of
  /// the year's total that falls to the months of the period.
  func share(_ share: ODSpecification.InterregionalShare, _ faults: inout [Fault]) -> ODInputs
    .Share?
  {
    switch share.basis {
    case .assumed(let value): return ODInputs.Share(value, within: share.within)
    case .observed(let period):
      guard let between = figure("FLOW_IN", "INTERREGIONAL", area: share.area, period),
        let all = margin("FLOW_IN", share.area, period)
          ?? inside(share.area, period).map({ $0 + between.value })
          ?? partOfYear("FLOW_IN", "ALL_INTERNAL", share.area, period)
      else {
        faults.append(
          Fault(
            .missingInput, "od.no-share",
            ["area": share.area, "period": period.description], at: share.place))
        return nil
      }
      return ODInputs.Share(between.value / all, within: share.within)
    }
  }

  private func inside(_ area: String, _ period: Period) -> Double? {
    figure("FLOW_OD", "INTRAREGIONAL", origin: area, destination: area, period)?.value
  }

  private func partOfYear(
    _ measure: String, _ scope: String, _ area: String, _ period: Period
  ) -> Double? {
    guard period.unit == .month else { return nil }
    let year = Period.year(period.year)
    return (figure(measure, scope, area: area, year)?.value).map { $0 * Double(period.length) / 12 }
  }

  /// The other way round: a year's total from the longest part of the year that is published.
  private func wholeFromPart(_ measure: String, _ area: String, _ year: Period) -> Double? {
    guard year.frequency == "A" else { return nil }
    for months in stride(from: 11, through: 1, by: -1) {
      let part = Period(start: year.start, length: months, unit: .month)
      if let figure = figure(measure, "INTERREGIONAL", area: area, part) {
        return figure.value * 12 / Double(months)
      }
    }
    return nil
  }

  /// The published flow by the published total of the same period; a published share as it is.
  func cell(_ cell: ODSpecification.KnownCell, _ faults: inout [Fault]) -> ODInputs.Share? {
    let isOfArrivals = cell.base == .arrivals
    let from = cell.publishedOrigin
    let to = cell.publishedDestination
    if let share = figure(
      isOfArrivals ? "SHARE_IN" : "SHARE_OUT", "INTERREGIONAL", origin: from, destination: to,
      cell.period)
    {
      return ODInputs.Share(
        cell.factor * share.value / 100, within: cell.within,
        rounding: cell.factor * share.rounding / 100)
    }
    let measure = isOfArrivals ? "FLOW_IN" : "FLOW_OUT"
    let area = isOfArrivals ? to : from
    guard
      let flow = figure("FLOW_OD", "INTERREGIONAL", origin: from, destination: to, cell.period),
      let total = figure(measure, "INTERREGIONAL", area: area, cell.period)?.value
        ?? wholeFromPart(measure, area, cell.period), total > 0
    else {
      faults.append(
        Fault(
          .missingInput, "od.no-cell",
          ["origin": from, "destination": to, "period": cell.period.description], at: cell.place))
      return nil
    }
    return ODInputs.Share(
      cell.factor * flow.value / total, within: cell.within,
      rounding: cell.factor * flow.rounding / total)
  }
}

extension ODInputs.Share {
  /// - Parameters:
  ///   - within: half width of the range, relative; rounding: half width for rounding, absolute.
  init(_ value: Double, within: Double, rounding: Double = 0) {
    self.init(
      value: value,
      range: max(0, value * (1 - within) - rounding)...min(1, value * (1 + within) + rounding))
  }
}
