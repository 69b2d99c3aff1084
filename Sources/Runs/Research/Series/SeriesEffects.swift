public import Demography
import Export
import Formats
import SeriesModels

/// `series effect`: what a dated change did.
extension ResearchSeries {
  /// How the effect is found.
  public enum Course: Hashable, Sendable {
    /// As the difference from a forecast that knows only what was before.
    case free
    /// By regression on an assumed course: 1 from the change on.
    case step
    /// 1 between two dates.
    case pulse
    /// 1, 2, 3, … from the change on.
    case ramp
    /// A shock of which this share is left in each further step.
    case decay(Double)

    /// `free`, `step`, `pulse`, `ramp`, `decay:0.5`; `nil` for anything else.
    public init?(_ text: String) {
      switch text {
      case "free": self = .free
      case "step": self = .step
      case "pulse": self = .pulse
      case "ramp": self = .ramp
      default:
        guard text.hasPrefix("decay:"), let ratio = Double(text.dropFirst(6)), ratio > 0, ratio < 1
        else { return nil }
        self = .decay(ratio)
      }
    }

    /// Whether it has a last period.
    fileprivate var ends: Bool { self == .pulse || self == .ramp }

    fileprivate var assumed: Intervention.Course? {
      switch self {
      case .free: nil
      case .step: .step
      case .pulse: .pulse
      case .ramp: .ramp
      case .decay(let ratio): .decay(ratio: ratio)
      }
    }
  }

  /// The effect of a change on every series of a file.
  ///
  /// - Parameters:
  ///   - form: a structural model of the list: `local-level`, `local-trend`, `seasonal-level`, `structural`,
  ///     `structural-trig`.
  ///   - from: first period that may be affected.
  ///   - until: last period of a pulse or ramp.
  ///   - level: coverage in per cent.
  ///   - drivers: columns that are accounted for, which the change does not move.
  /// - Throws: `series.form` for another model; `series.until` for an end of a course that has none; what
  ///   reading throws.
  public static func effect(
    _ input: SeriesInput, form: String, season: Int?, from: Period, until: Period?, course: Course,
    level: Double, drivers request: DriverRequest = DriverRequest()
  ) throws -> Answer {
    guard let model = try named(form) as? StructuralModel else {
      throw Fault(.usage, "series.form", ["name": form])
    }
    if let until, !course.ends {
      throw Fault(.usage, "series.until", ["period": "\(until)"])
    }
    var failures: [Fault] = []
    var effects: [InterventionEffect] = []
    let grid = try input.grid()
    let names = try request.drivers(of: grid, model: form, takes: true)
    let table = names.isEmpty ? nil : try DriverTable(grid, columns: names)
    for series in try readSeries(grid, season: season) {
      let drivers = table.map { zip(names, $0.paths(of: series)).map { Regressor($0, $1) } } ?? []
      do {
        effects.append(
          try one(
            series, model.form, drivers, from: from, until: until, course: course, level: level))
      } catch let error as SeriesError {
        failures.append(error.fault)
      } catch let fault as Fault {
        failures.append(fault)
      }
    }
    return Answer(
      summary(effects), steps(effects), json: json(effects, level: level, failures),
      failures: failures)
  }

  private static func one(
    _ series: TimeSeries, _ form: StructuralForm, _ drivers: [Regressor], from: Period,
    until: Period?, course: Course, level: Double
  ) throws -> InterventionEffect {
    guard let start = series.step(in: from) else {
      throw Fault(.badData, "series.step", ["series": series.id, "period": "\(from)"])
    }
    var end: Int?
    if let until {
      guard let step = series.step(in: until), step >= start else {
        throw Fault(.badData, "series.step", ["series": series.id, "period": "\(until)"])
      }
      end = step
    }
    guard let assumed = course.assumed else {
      return try InterventionEffect.counterfactual(
        from: start, regressors: drivers, in: series, form: form, levels: [level])
    }
    return try InterventionEffect.declared(
      [Intervention("effect", assumed, start: start, end: end)], drivers: drivers, in: series,
      form: form, levels: [level])
  }

  private static func summary(_ effects: [InterventionEffect]) -> Table {
    Table(
      "effects",
      [
        .text("unique_id", effects.map(\.seriesID)), .text("model", effects.map(\.model)),
        .real("effect", effects.map(\.average.value)),
        .real("lower", effects.map { $0.average.intervals[0].lower }),
        .real("upper", effects.map { $0.average.intervals[0].upper }),
        .real("cumulative", effects.map { $0.total?.value }),
        .real("cumulative_lower", effects.map { $0.total?.intervals[0].lower }),
        .real("cumulative_upper", effects.map { $0.total?.intervals[0].upper }),
        .real("placebo_share", effects.map(\.placeboShare)),
      ])
  }

  private static func steps(_ effects: [InterventionEffect]) -> Table {
    let rows = effects.flatMap { effect in effect.steps.map { (effect.seriesID, $0) } }
    return Table(
      "effect_steps",
      [
        .text("unique_id", rows.map(\.0)), .text("ds", rows.map(\.1.period.description)),
        .real("observed", rows.map(\.1.observed)),
        .real("counterfactual", rows.map(\.1.counterfactual.value)),
        .real("effect", rows.map(\.1.effect.value)),
        .real("lower", rows.map { $0.1.effect.intervals[0].lower }),
        .real("upper", rows.map { $0.1.effect.intervals[0].upper }),
        .real("cumulative", rows.map(\.1.cumulative.value)),
        .real("cumulative_lower", rows.map { $0.1.cumulative.intervals[0].lower }),
        .real("cumulative_upper", rows.map { $0.1.cumulative.intervals[0].upper }),
      ])
  }

  private static func json(
    _ effects: [InterventionEffect], level: Double, _ failures: [Fault]
  ) -> JSON {
    let all: [JSON] = effects.map { one($0) }
    return .members([
      ("schema", .integer(1)), ("level", .finite(level)), ("effects", .array(all)),
      ("failures", failed(failures)),
    ])
  }

  private static func one(_ effect: InterventionEffect) -> JSON {
    let steps: [JSON] = effect.steps.map { step in
      .members([
        ("ds", .string(step.period.description)), ("observed", .finite(step.observed)),
        ("counterfactual", estimate(step.counterfactual)), ("effect", estimate(step.effect)),
        ("cumulative", estimate(step.cumulative)),
      ])
    }
    let total: JSON = effect.total.map { estimate($0) } ?? .null
    return .members([
      ("unique_id", .string(effect.seriesID)), ("model", .string(effect.model)),
      ("average", estimate(effect.average)), ("total", total),
      ("placebo_share", .finite(effect.placeboShare)), ("steps", .array(steps)),
    ])
  }

  private static func estimate(_ x: InterventionEffect.Estimate) -> JSON {
    .members([
      ("value", .finite(x.value)), ("deviation", .finite(x.deviation)),
      ("lower", .finite(x.intervals[0].lower)), ("upper", .finite(x.intervals[0].upper)),
    ])
  }

  /// Faults as programs read them.
  static func failed(_ failures: [Fault]) -> JSON {
    .array(
      failures.map {
        .members([("code", .string($0.code)), ("detail", .string($0.description))])
      })
  }
}
