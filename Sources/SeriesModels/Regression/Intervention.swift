import Glibc

/// A dated change whose effect has a given course: a law, a border closure, a census.
///
/// Steps are counted from the first value of the series.
public struct Intervention: Hashable, Sendable {
  public enum Course: Hashable, Sendable {
    /// 1 from the start to the end, 0 outside: a closure with a date it was lifted, or one step.
    case pulse
    /// 1 from the start on.
    case step
    /// 1, 2, 3, … from the start, constant after the end.
    case ramp
    /// `ratio^(t − start)`: a shock that fades.
    case decay(ratio: Double)
  }

  public let name: String
  public let course: Course
  /// First step that is affected.
  public let start: Int
  /// Last step of a pulse or ramp; `nil` for a pulse of one step and a ramp without end.
  public let end: Int?

  /// - Precondition: the end does not come before the start, and the ratio lies in (0, 1).
  public init(_ name: String, _ course: Course, start: Int, end: Int? = nil) {
    precondition(end ?? start >= start, "an end before the start")
    if case .decay(let ratio) = course {
      precondition(ratio > 0 && ratio < 1, "a ratio of \(ratio)")
    }
    self.name = name
    self.course = course
    self.start = start
    self.end = end
  }

  /// Its regressor at a step, before, in or after the series.
  public func value(_ t: Int) -> Double {
    guard t >= start else { return 0 }
    switch course {
    case .pulse: return t <= end ?? start ? 1 : 0
    case .step: return 1
    case .ramp: return Double(min(t, end ?? t) - start + 1)
    case .decay(let ratio): return Glibc.pow(ratio, Double(t - start))
    }
  }
}
