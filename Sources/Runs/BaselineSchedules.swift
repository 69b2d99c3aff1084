import Demography
import FlowModels
import Kernel
import Projection

/// Migration by age as a baseline assumes it, all regions together, and Rogers and Castro's schedules of it.
///
/// Internal moves and emigration are persons who leave by the persons there; of immigration, which has
/// no population at risk, the shares of the ages.
struct BaselineSchedules {
  struct Profile {
    /// `internal`, `emigration` or `immigration`.
    let component: String
    /// `M`, `F`, or `_T` where both sexes move alike.
    let sex: String
    let firstAges: [Double]
    /// Middles of the age groups.
    let ages: [Double]
    let rates: [Double]
  }

  /// A profile and what a form with some number of parameters makes of it.
  struct Fitted {
    let profile: Profile
    let parameters: Int
    let fit: RogersCastroFit

    /// Part of the variance over ages that the schedule follows.
    var rSquared: Double {
      let mean = Statistics.mean(profile.rates)
      return 1 - fit.value / profile.rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
  }

  static let forms = [7, 9, 11, 13]
  let profiles: [Profile]
  private(set) var fitted: [Fitted] = []
  /// Why a profile has no schedule of a form.
  private(set) var faults: [Fault] = []

  /// - Parameter seed: of the starts of the search.
  init(_ inputs: CohortInputs, seed: UInt32, threads: Int) {
    profiles = Self.profiles(inputs)
    for profile in profiles {
      for count in Self.forms {
        guard let form = RogersCastroFit.Form(parameters: count) else { continue }
        do throws(Fault) {
          let fit = try RogersCastroFit.fit(
            ages: profile.ages, rates: profile.rates, form: form,
            key: StreamKey(seed: seed, stream: "baseline.schedule"), threads: threads)
          fitted.append(Fitted(profile: profile, parameters: count, fit: fit))
        } catch {
          faults.append(error)
        }
      }
    }
  }

  private static func profiles(_ inputs: CohortInputs) -> [Profile] {
    let out = outRates(inputs)
    return profiles("internal", inputs, out, at: inputs.population)
      + profiles("emigration", inputs, inputs.emigration, at: inputs.population)
      + profiles("immigration", inputs, inputs.immigration, at: nil)
  }

  /// Rates of leaving for any other region, a surface.
  private static func outRates(_ inputs: CohortInputs) -> [Double] {
    let shape = inputs.shape
    var rates = [Double](repeating: 0, count: shape.cellCount)
    for r in 0..<shape.regions {
      for sex in 0..<2 {
        for age in 0..<shape.ages {
          rates[shape.index(sex: sex, age: age, region: r)] = (0..<shape.regions).reduce(0) {
            $1 == r ? $0 : $0 + inputs.internalRates.rate(sex: sex, age: age, from: r, to: $1)
          }
        }
      }
    }
    return rates
  }

  /// - Parameter persons: at risk, `nil` for shares of all of a sex.
  private static func profiles(
    _ component: String, _ inputs: CohortInputs, _ surface: [Double], at persons: [Double]?
  ) -> [Profile] {
    let shape = inputs.shape
    let bySex = (0..<2).map { sex -> [Double] in
      func sum(_ values: [Double], _ age: Int) -> Double {
        (0..<shape.regions).reduce(0) { $0 + values[shape.index(sex: sex, age: age, region: $1)] }
      }
      guard let persons else {
        let counts = (0..<shape.ages).map { sum(surface, $0) }
        let all = counts.reduce(0, +)
        return counts.map { $0 / all }
      }
      let moving = zip(surface, persons).map { $0 * $1 }
      return (0..<shape.ages).map { sum(moving, $0) / sum(persons, $0) }
    }
    let first = (0..<shape.ages).map { Double($0) * inputs.stepYears }
    func profile(_ sex: String, _ rates: [Double]) -> Profile? {
      // Ages at which nobody is have no rate; nobody moving at any age is no profile.
      let kept = rates.indices.filter { rates[$0].isFinite }
      guard kept.contains(where: { rates[$0] > 0 }) else { return nil }
      return Profile(
        component: component, sex: sex, firstAges: kept.map { first[$0] },
        ages: kept.map { first[$0] + inputs.stepYears / 2 }, rates: kept.map { rates[$0] })
    }
    let isAlike = zip(bySex[0], bySex[1]).allSatisfy { abs($0 - $1) <= 1e-9 * abs($1) }
    let profiles =
      isAlike ? [profile("_T", bySex[0])] : [profile("M", bySex[0]), profile("F", bySex[1])]
    return profiles.compactMap { $0 }
  }
}

extension BaselineSchedules {
  /// `schedule_fits`: one row a schedule, sex and number of parameters: how much of the profile it
  /// follows, and what the curve says of the movers.
  func fitTable() -> Table {
    let marks = fitted.map(\.fit.schedule.landmarks)
    return Table(
      "schedule_fits",
      lead + [
        .real("r_squared", fitted.map(\.rSquared)), .real("gross_rate", marks.map(\.grossRate)),
        .real("high_age", marks.map(\.highAge)), .real("low_age", marks.map(\.lowAge)),
        .real("labour_shift", marks.map(\.labourShift)), .real("jump", marks.map(\.jump)),
        .real("mean_age", marks.map(\.meanAge)),
        .integer("starts_at_best", fitted.map(\.fit.startsAtBest)),
        .text("at_bounds", fitted.map { $0.fit.atBounds.joined(separator: " ") }),
      ])
  }

  private var lead: [Table.Column] {
    [
      .text("schedule", fitted.map(\.profile.component)), .text("sex", fitted.map(\.profile.sex)),
      .integer("parameters", fitted.map(\.parameters)),
    ]
  }

  /// `schedule_parameters`: one row a parameter of each fit.
  func parameterTable() -> Table {
    let rows = fitted.flatMap { one in one.fit.schedule.parameters.map { (one, $0) } }
    return Table(
      "schedule_parameters",
      [
        .text("schedule", rows.map(\.0.profile.component)),
        .text("sex", rows.map(\.0.profile.sex)),
        .integer("parameters", rows.map(\.0.parameters)),
        .text("parameter", rows.map(\.1.name)), .real("estimate", rows.map(\.1.value)),
      ])
  }

  /// `schedule_rates`: one row a schedule, sex and first age of a group: the rate of the baseline and those
  /// of the fits at the middle of the group.
  func rateTable() -> Table {
    func column(_ parameters: Int) -> Table.Column {
      .real(
        "fitted_\(parameters)",
        profiles.flatMap { profile -> [Double?] in
          let one = fitted.first {
            $0.parameters == parameters && $0.profile.component == profile.component
              && $0.profile.sex == profile.sex
          }
          return profile.ages.map { one?.fit.schedule.rate($0) }
        })
    }
    func each(_ value: (Profile) -> String) -> [String] {
      profiles.flatMap { [String](repeating: value($0), count: $0.ages.count) }
    }
    return Table(
      "schedule_rates",
      [
        .text("schedule", each(\.component)), .text("sex", each(\.sex)),
        .integer("age", profiles.flatMap { $0.firstAges.map { Int($0) } }),
        .real("rate", profiles.flatMap(\.rates)),
      ] + Self.forms.map(column))
  }
}
