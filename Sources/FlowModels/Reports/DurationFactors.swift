public import Demography

/// By what a count under another criterion of stay is multiplied to be a count of those who stay twelve
/// months.
///
/// IMEM's posterior means: J. Raymer, A. Wiśniowski, J. Forster, P. Smith and J. Bijak, Integrated
/// modeling of European migration, Journal of the American Statistical Association 108 (2013).
public enum DurationCriterion: String, Hashable, Sendable, CaseIterable {
  /// Every registration counts, however short the stay.
  case none
  case threeMonths = "3"
  case sixMonths = "6"
  case twelveMonths = "12"
  case permanent

  public static let reference = "Raymer, Wiśniowski, Forster, Smith & Bijak 2013 (IMEM)"

  /// Persons who stay twelve months, by person counted.
  public var factor: Double {
    switch self {
    case .none: 0.53
    case .threeMonths: 0.63
    case .sixMonths: 0.73
    case .twelveMonths: 1
    case .permanent: 2.26
    }
  }
}

/// The factor of every criterion of stay, and who says so.
public struct DurationFactors: Hashable, Sendable {
  public let factors: [DurationCriterion: Double]
  public let source: String

  /// IMEM's.
  public static let imem = DurationFactors(
    factors: Dictionary(
      uniqueKeysWithValues: DurationCriterion.allCases.map { ($0, $0.factor) }),
    source: DurationCriterion.reference)

  private init(factors: [DurationCriterion: Double], source: String) {
    self.factors = factors
    self.source = source
  }

  /// Reads `criterion,factor`: for some of `none`, `3`, `6`, `12`, `permanent` by what their counts are
  /// multiplied to be counts of those who stay twelve months; the others keep IMEM's.
  ///
  /// - Throws: `Faults`: other columns, an unknown criterion or one twice, a factor that is not above 0, one
  ///   of twelve months that is not 1.
  public init(grid: TextGrid) throws {
    let data = try FlowData(grid: grid)
    let columns = try ["criterion", "factor"].map { try data.index(of: $0, namedAt: nil) }
    let known = DurationCriterion.allCases.map(\.rawValue)
    var faults: [Fault] = []
    var found: [DurationCriterion: Double] = [:]
    for row in 0..<data.count {
      let name = data.text(row: row, column: columns[0])
      let at = data.place(row: row, column: columns[0])
      let factor = LabelledMatrix.amount(data, row, columns[1], &faults)
      guard let criterion = DurationCriterion(rawValue: name.lowercased()) else {
        let arguments = [
          "column": "criterion", "found": name, "known": known.joined(separator: ", "),
        ]
        faults.append(Fault(.badData, "reports.class", arguments, at: at))
        continue
      }
      if !(factor > 0) || (criterion == .twelveMonths && factor != 1) {
        let arguments = ["criterion": name, "found": text(factor)]
        faults.append(Fault(.badData, "reports.duration-factor", arguments, at: at))
      }
      if found.updateValue(factor, forKey: criterion) != nil {
        faults.append(Fault(.badData, "flows.name-twice", ["name": name], at: at))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    factors = Self.imem.factors.merging(found) { $1 }
    source =
      found.count == known.count
      ? grid.file : "\(grid.file), \(DurationCriterion.reference)"
  }

  subscript(_ criterion: DurationCriterion) -> Double { factors[criterion] ?? .nan }
}

/// A judgement of how much a register misses, or of how exactly it counts.
public enum ReportClass: String, Hashable, Sendable, CaseIterable {
  case low, medium, high

  var index: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}
