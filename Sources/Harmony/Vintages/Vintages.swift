public import Demography

/// What was known when.
public enum Vintages {
  /// Of every key the latest vintage not after an instant, sorted by key.
  /// - Complexity: O(observations · log observations)
  public static func latest(_ vintages: [Observation], asOf instant: Instant) -> [Observation] {
    byKey(vintages, asOf: instant).sorted { $0.key < $1.key }.map(\.value)
  }

  private static func byKey(
    _ vintages: [Observation], asOf instant: Instant
  ) -> [String: Observation] {
    var latest: [String: Observation] = [:]
    for row in vintages where row.vintage <= instant {
      let key = row.key
      if latest[key].map({ $0.vintage < row.vintage }) ?? true { latest[key] = row }
    }
    return latest
  }

  /// What moved between two readings: values released anew and values that were not there, sorted by key.
  ///
  /// A later release of the same value is no change.
  public static func changes(
    _ vintages: [Observation], from earlier: Instant, to later: Instant
  ) -> [Change] {
    let before = byKey(vintages, asOf: earlier)
    return byKey(vintages, asOf: later).sorted { $0.key < $1.key }.compactMap { key, now in
      guard let then = before[key] else { return Change(observation: now, previous: nil) }
      guard then.value != now.value || then.status != now.status else { return nil }
      return Change(observation: now, previous: then)
    }
  }
}

/// A value that moved between two readings.
public struct Change: Hashable, Sendable {
  public let observation: Observation
  /// What was known before; `nil` when nothing was.
  public let previous: Observation?

  /// `revised` or `new`.
  public var reason: String { previous == nil ? "new" : "revised" }

  /// `nil` when one of the values is absent.
  public var difference: Double? {
    guard let now = observation.value, let then = previous?.value else { return nil }
    return now - then
  }

  /// Difference over the size of the value before; `nil` when that is zero or absent.
  public var relative: Double? {
    guard let difference, let then = previous?.value, then != 0 else { return nil }
    return difference / abs(then)
  }
}

extension [Change] {
  /// `changes`: one row a change.
  public func table() -> Table {
    Table(
      "changes",
      [
        .text("measure", map(\.observation.measure)), .text("area", map(\.observation.place)),
        .text("period", map(\.observation.period.description)),
        .text("source", map(\.observation.source)),
        .text("previous_vintage", map { $0.previous?.vintage.description }),
        .real("previous_value", map { $0.previous?.value }),
        .text("vintage", map(\.observation.vintage.description)),
        .real("value", map(\.observation.value)), .real("difference", map(\.difference)),
        .real("relative", map(\.relative)), .text("reason", map(\.reason)),
      ])
  }
}
