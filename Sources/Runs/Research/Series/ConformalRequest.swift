import Demography
import SeriesModels

/// Intervals from past errors alone, as a user asks for them.
public struct ConformalRequest: Sendable {
  /// One of `names`.
  public var name: String
  /// Step of the level, for `adaptive`; `standardRate` where `nil`.
  public var rate: Double?

  public static var names: [String] { ConformalIntervals.names }
  public static var standardRate: Double { ConformalIntervals.standardRate }

  public init(name: String, rate: Double?) {
    self.name = name
    self.rate = rate
  }

  /// - Parameter origins: past forecasts of each series.
  /// - Throws: `option.unknown`, `option.wrong`, `option.without`.
  func intervals(origins: Int) throws -> ConformalIntervals {
    let rate = rate ?? Self.standardRate
    guard let found = ConformalIntervals(name, rate: rate) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--conformal", "value": name,
          "known": Self.names.joined(separator: ", "),
        ])
    }
    if name != "adaptive" {
      try [GivenOption("--adaptive-rate", self.rate)].refuse(without: "--conformal adaptive")
    }
    guard rate > 0, rate < 1 else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--adaptive-rate", "value": text(rate), "form": text(Self.standardRate)])
    }
    if found == .ensemble {
      try [GivenOption("--calibrate", origins > 0 ? origins : nil)].refuse(
        with: "--conformal enbpi", for: "--conformal split")
    } else if origins == 0 {
      try [GivenOption("--conformal", name)].refuse(without: "--calibrate")
    }
    return found
  }
}
