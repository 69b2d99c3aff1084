public import Demography

/// A kind of policy lever: what a file may say of it, and how that becomes an effect.
///
/// Adding a kind is one file with a type that conforms and one line in `LeverCatalogue`.
public protocol LeverKind: Sendable {
  /// What the kind says of itself; its id is the word under `kind:` in a file.
  var card: Card { get }
  /// Keys a lever of this kind may have besides `id`, `kind`, `target` and `evidence`.
  var keys: [String] { get }
  /// Keys its target may have, besides `component`.
  var targetKeys: [String] { get }
  /// Components its target may name.
  var components: [String] { get }
  /// A lever of this kind to begin a file with, as YAML without `id` and `evidence`; `{region}`,
  /// `{other}`, `{programme}`, `{year}` and `{horizon}` stand for those of the baseline.
  var starter: String { get }
  /// The effect of a lever, or `nil` after reporting why there is none.
  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)?
}

/// A lever as it stands in a file, with what all kinds share already read.
public struct LeverNode: Sendable {
  public let id: String
  public let component: String
  public let node: Document
  public let target: Document
  /// The baseline the lever changes.
  public let baseline: Baseline
}

/// The fixed order in which levers act in a year; within a stage the order of their ids, so that the
/// order of a file changes no bit.
public enum Stage: Int, Hashable, Sendable, CaseIterable, Comparable {
  case set, driver, multiply, add, limit, closure, programme

  public static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }
}

/// What a lever does, year by year, to the rates, counts and planned moves of one draw.
public protocol LeverEffect: Sendable {
  var stage: Stage { get }
  /// Cells the lever claims, to find levers that contradict each other.
  var claims: [Claim] { get }
  /// Cells that it keeps people out of, and cells it takes people from or sends them to in their place: levers
  /// of which one sends people where another keeps them out are never on together.
  var closes: [Claim] { get }
  var diverts: [Claim] { get }
  /// Sets of ages and sexes whose internal rates are changed apart from the others, `2 · ages` values each.
  var ageMasks: [[Bool]] { get }
  /// Schedules by age and sex for planned moves, filled in before the run.
  var schedules: [ScheduleRequest] { get }
  /// Numbers the effect remembers from year to year within a draw.
  var memory: Int { get }
  /// Numbers it remembers beyond these where settlers are followed by the year in which they settled.
  var settlerMemory: Int { get }
  /// What it says of the settlers it moves; `nil` for a lever that settles nobody.
  var settlers: SettlerFacts? { get }
  /// Acts on one year.
  func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int])
}

extension LeverEffect {
  public var claims: [Claim] { [] }
  public var closes: [Claim] { [] }
  public var diverts: [Claim] { [] }
  public var ageMasks: [[Bool]] { [] }
  public var schedules: [ScheduleRequest] { [] }
  public var memory: Int { 0 }
  public var settlerMemory: Int { 0 }
  public var settlers: SettlerFacts? { nil }
}

/// What is known of the settlers of a lever.
public struct SettlerFacts: Hashable, Sendable {
  /// Whether the file says how many of them stay.
  public let isFollowed: Bool
  public let hasCost: Bool
}

/// Cells of a component that a lever works on, for finding contradictions.
public struct Claim: Hashable, Sendable {
  public let component: String
  /// A programme, or a pair of roles; levers with different scopes never meet.
  public let scope: String
  public let operation: Path.Operation
  public let regions: [Int]
  public let ages: [Bool]
  public let years: ClosedRange<Int>

  /// Whether both touch some cell in some year.
  func meets(_ other: Claim) -> Bool {
    component == other.component && scope == other.scope && years.overlaps(other.years)
      && !Set(regions).isDisjoint(with: other.regions)
      && zip(ages, other.ages).contains { $0 && $1 }
  }
}

/// The ages and sexes of persons who come or move by plan.
public enum ScheduleRequest: Hashable, Sendable {
  /// The composition of the baseline's internal movers, immigrants or residents.
  case internalMovers
  case immigrants
  case residents
  /// Shares of age ranges, inside each range like the baseline's immigrants.
  case shares([AgeShare])
  /// Residents of the launch weighted by a model schedule, `2 · ages` rates.
  case curve([Double])
}

/// The share of an age range among persons who come or move.
public struct AgeShare: Hashable, Sendable {
  public let ages: ClosedRange<Int>
  public let share: Double
}

extension Scenario {
  /// The order in which levers act: by stage, inside a stage by priority, so that the highest has the last
  /// word, and then by id.
  static func inOrder(_ levers: [Lever]) -> [Lever] {
    levers.sorted {
      ($0.effect.stage, $0.priority ?? 0, $0.id) < ($1.effect.stage, $1.priority ?? 0, $1.id)
    }
  }
}
