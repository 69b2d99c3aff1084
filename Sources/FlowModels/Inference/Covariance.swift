import Demography

/// Which errors of the rows are allowed to be related.
public enum Covariance: Hashable, Sendable {
  /// The model's own variance.
  case iid
  /// Any variance, rows unrelated; the factor is that of the small-sample rule.
  case hetero
  /// Any variance, rows unrelated, with one of White's corrections whatever the rule.
  case white(WhiteCorrection)
  /// Rows related within each of these columns; `a^b` joins columns to one cluster, `pair(a,b)` two
  /// to pairs without direction.
  case cluster([String])
  /// Rows related that share an area in any role (Aronow, Samii & Assenova 2015).
  case dyadic(origin: String, destination: String)
  /// Rows related that lie within `cutoff` kilometres of each other, all alike (Conley 1999).
  case conley(latitude: String, longitude: String, cutoff: Double)
  /// Rows of one period related, and those of periods up to `lag` apart, less and less; without a
  /// lag `⌊T^¼⌋` (Driscoll & Kraay 1998).
  case driscollKraay(time: String, lag: Int?)
  /// Rows of one unit related over periods up to `lag` apart; without a lag `⌊T^¼⌋` (Newey & West
  /// 1987).
  case neweyWest(unit: String, time: String, lag: Int?)

  /// How White's estimator allows for a row's influence on its own fit.
  public enum WhiteCorrection: String, Hashable, Sendable, CaseIterable {
    /// Not at all (White 1980).
    case hc0
    /// `n / (n − K)`.
    case hc1
    /// Squares divided by `1 − h`, `h` being the leverage of the row, effects included.
    case hc2
    /// Squares divided by `(1 − h)²`, nearly the jackknife (MacKinnon & White 1985).
    case hc3
  }

  /// Reads `iid`, `hetero`, `hc0` to `hc3`, `cluster:COL[,COL]`, where a COL may be
  /// `pair(ORIG,DEST)`, `dyadic:ORIG,DEST`,
  /// `conley:LAT,LON,KM`, `driscoll-kraay:TIME[,LAG]` or `newey-west:UNIT,TIME[,LAG]`.
  /// - Throws: `Faults` of kind usage.
  public static func parse(_ text: String) throws -> Covariance {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let arguments =
      parts.count == 2
      ? ClusterName.list(parts[1]) : []
    guard let covariance = named(String(parts[0]), arguments) else {
      throw Faults(
        Fault(
          .usage, "flows.covariance", ["found": text],
          at: Place(file: "vcov", line: 1, column: 1, length: max(1, text.count), text: text)))
    }
    return covariance
  }

  private static func named(_ name: String, _ arguments: [String]) -> Covariance? {
    guard !arguments.contains("") else { return nil }
    func lag(_ position: Int) -> Int?? {
      guard arguments.count > position else { return .some(nil) }
      guard let lag = Int(arguments[position]), lag >= 0 else { return nil }
      return lag
    }
    switch (name, arguments.count) {
    case ("iid", 0): return .iid
    case ("hetero", 0): return .hetero
    case (_, 0): return WhiteCorrection(rawValue: name).map { .white($0) }
    case ("cluster", 1...4):
      return Set(arguments).count == arguments.count ? .cluster(arguments) : nil
    case ("dyadic", 2):
      guard arguments[0] != arguments[1] else { return nil }
      return .dyadic(origin: arguments[0], destination: arguments[1])
    case ("conley", 3):
      guard let cutoff = Double(arguments[2]), cutoff > 0, cutoff.isFinite,
        arguments[0] != arguments[1]
      else { return nil }
      return .conley(latitude: arguments[0], longitude: arguments[1], cutoff: cutoff)
    case ("driscoll-kraay", 1...2):
      return lag(1).map { .driscollKraay(time: arguments[0], lag: $0) }
    case ("newey-west", 2...3):
      guard arguments[0] != arguments[1] else { return nil }
      return lag(2).map { .neweyWest(unit: arguments[0], time: arguments[1], lag: $0) }
    default: return nil
    }
  }

  /// The columns of the data it needs, `a^b` for joined ones.
  public var columns: [String] {
    switch self {
    case .iid, .hetero, .white: []
    case .cluster(let columns): columns
    case .dyadic(let origin, let destination): [origin, destination]
    case .conley(let latitude, let longitude, _): [latitude, longitude]
    case .driscollKraay(let time, _): [time]
    case .neweyWest(let unit, let time, _): [unit, time]
    }
  }

  /// As it is written on the command line.
  public var text: String {
    func ending(_ lag: Int?) -> String { lag.map { ",\($0)" } ?? "" }
    return switch self {
    case .iid: "iid"
    case .hetero: "hetero"
    case .white(let correction): correction.rawValue
    case .cluster(let columns): "cluster:" + columns.joined(separator: ",")
    case .dyadic(let origin, let destination): "dyadic:\(origin),\(destination)"
    case .conley(let latitude, let longitude, let cutoff):
      "conley:\(latitude),\(longitude),\(Demography.text(cutoff))"
    case .driscollKraay(let time, let lag): "driscoll-kraay:\(time)\(ending(lag))"
    case .neweyWest(let unit, let time, let lag): "newey-west:\(unit),\(time)\(ending(lag))"
    }
  }
}
