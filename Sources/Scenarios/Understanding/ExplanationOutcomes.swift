import Demography
import Kernel

/// What every coalition brought about in every draw, and the tables made of it.
struct ExplanationOutcomes {
  /// One number by draw that is explained: a metric, or a component of the population.
  private struct Question {
    let area: Scenario.Area
    let year: Int
    let metric: Indicator
    let component: Component?
  }

  /// What changes the population from the launch to a year, with its sign.
  private enum Component: String, CaseIterable {
    case births, deaths, internalMoves = "internal", international, assisted = "assisted_moves"
    /// What meeting the totals of the constraint adds or takes away; only where there is one.
    case constraint
    /// Who comes from other groups of a second state less who goes to them; only where there are groups.
    case groupChange = "group_change"

    /// Where a year and region stand in a record, with the sign of the change.
    func places(_ layout: RecordLayout, step: Int, region: Int) -> [(place: Int, sign: Double)] {
      func place(_ component: RecordLayout.Component) -> Int {
        layout.component(component, step: step, region: region)
      }
      switch self {
      case .births: return [(place(.births), 1)]
      case .deaths: return [(place(.deaths), -1)]
      case .internalMoves: return [(place(.internalIn), 1), (place(.internalOut), -1)]
      case .international: return [(place(.immigration), 1), (place(.emigration), -1)]
      case .assisted: return [(place(.transfersIn), 1), (place(.transfersOut), -1)]
      case .groupChange: return [(place(.groupIn), 1), (place(.groupOut), -1)]
      case .constraint:
        return [(layout.extra(.constrained, step: step, region: region), 1)]
      }
    }
  }

  let lastYear: Int
  private let scenario: String
  private let launch: Int
  private let stepYears: Int
  private var questions: [Question] = []
  /// By coalition, then question: one number a draw.
  private var values: [[[Double]]] = []
  /// By question and draw: the least difference that means something, in any coalition.
  private var resolution: [[Double]]

  init(_ run: ScenarioRun, _ scenario: Scenario) {
    self.scenario = scenario.id
    launch = run.baseline.launch
    stepYears = run.baseline.stepYears
    resolution = []
    let comparison = scenario.comparison
    lastYear = comparison.lastYear(run.baseline)
    for area in comparison.areas {
      for year in comparison.years {
        for metric in comparison.metrics where metric.isStock || year < run.baseline.horizon {
          questions.append(Question(area: area, year: year, metric: metric, component: nil))
        }
        guard year > launch else { continue }
        for component in Component.allCases
        where (component != .constraint || run.baseline.constraint?.hasPopulation == true)
          && (component != .groupChange || run.baseline.groups != nil)
        {
          questions.append(
            Question(area: area, year: year, metric: .metric(.population), component: component))
        }
      }
    }
  }

  /// Takes the draws of the next coalition of the plan.
  mutating func add(_ store: DrawStore) {
    let samples = questions.map { question in
      guard let component = question.component else {
        return question.metric.sample(store, question.area, year: question.year, launch: launch)
          ?? IndicatorSample(metric: [])
      }
      return IndicatorSample(metric: changes(store, question, component))
    }
    values.append(samples.map(\.values))
    resolution =
      resolution.isEmpty
      ? samples.map(\.resolution) : zip(resolution, samples).map { zip($0, $1.resolution).map(max) }
  }

  private func changes(
    _ store: DrawStore, _ question: Question, _ component: Component
  ) -> [Double] {
    let places = question.area.members.flatMap { region in
      (0..<(question.year - launch) / stepYears).flatMap {
        component.places(store.layout, step: $0, region: region)
      }
    }
    let coming = store.sums(places.filter { $0.sign > 0 }.map(\.place))
    let going = store.sums(places.filter { $0.sign < 0 }.map(\.place))
    return zip(coming, going).map { $0 - $1 }
  }

  func explanation(
    _ plan: CoalitionPlan, _ players: [String], variant: String, against: String, threads: Int?
  ) -> Explanation {
    let answers = parallelMap(questions.count, threads: threads) { answer(plan, $0) }
    var parts = RowsOf(
      "explanation",
      keys: ["scenario", "variant", "against", "area", "period", "metric", "part"],
      values: [
        "mean", "lower_95", "lower_80", "upper_80", "upper_95", "probability_above_zero",
        "one_at_a_time", "sampling_error",
      ])
    var ledger = RowsOf(
      "explanation_ledger",
      keys: ["scenario", "variant", "against", "area", "period", "component", "part"],
      values: ["mean", "lower_80", "upper_80", "one_at_a_time"])
    for (question, answer) in zip(questions, answers) {
      let period = question.metric.period(question.year, stepYears)
      for (name, part) in zip(players + ["interaction", "total"], answer) {
        let keys = [scenario, variant, against, question.area.name, period]
        let s = part.summary
        if let component = question.component {
          ledger.add(
            keys + [component.rawValue, name], [s.mean, s.lower80, s.upper80, part.alone])
        } else {
          parts.add(
            keys + [question.metric.name, name],
            [
              s.mean, s.lower95, s.lower80, s.upper80, s.upper95, s.probabilityAboveZero,
              part.alone, part.samplingError,
            ])
        }
      }
    }
    return Explanation(
      parts: parts.table, ledger: ledger.table, players: players, isSampled: plan.isSampled)
  }

  private struct Part {
    let summary: Summary
    /// Mean effect of the player alone; NaN for interaction and total.
    let alone: Double
    let samplingError: Double
  }

  /// Parts of the players, the interaction that one-at-a-time effects leave, and the total.
  private func answer(_ plan: CoalitionPlan, _ question: Int) -> [Part] {
    let draws = values[0][question].count
    let players = plan.steps.count
    var shapley = [[Double]](repeating: [], count: players)
    var interaction: [Double] = []
    var total: [Double] = []
    var alone = [Double](repeating: 0, count: players)
    var means = [Double](repeating: 0, count: values.count)
    for k in 0..<draws {
      let worth = values.map { $0[question][k] }
      for (player, value) in plan.shapley(worth).enumerated() { shapley[player].append(value) }
      let singles = plan.alone.map { worth[$0] - worth[0] }
      for player in singles.indices { alone[player] += singles[player] / Double(draws) }
      for c in worth.indices { means[c] += worth[c] / Double(draws) }
      total.append(worth[worth.count - 1] - worth[0])
      interaction.append(total[k] - singles.reduce(0, +))
    }
    let errors = plan.samplingError(means)
    let least = resolution[question]
    // A mean over the draws is known to the mean of what they are known to.
    let leastOfMean = Statistics.mean(least)
    alone = alone.map { abs($0) < leastOfMean ? 0 : $0 }
    return (0..<players).map {
      Part(summary: Self.summary(shapley[$0], least), alone: alone[$0], samplingError: errors[$0])
    } + [
      Part(summary: Self.summary(interaction, least), alone: .nan, samplingError: .nan),
      Part(summary: Self.summary(total, least), alone: .nan, samplingError: .nan),
    ]
  }

  /// Differences below the resolution are the rounding of sums over millions of people.
  private static func summary(_ values: [Double], _ least: [Double]) -> Summary {
    Summary(zip(values, least).map { abs($0) < $1 ? 0 : $0 })
  }
}

extension Scenario.Comparison {
  /// The last 1 January that the metrics need.
  func lastYear(_ baseline: Baseline) -> Int {
    let latest = years.max() ?? baseline.horizon
    return min(
      baseline.horizon,
      metrics.reduce(latest) { max($0, $1.lastJanuary(for: latest, baseline.stepYears)) })
  }
}
