/// A temporary stay programme: terms, renewal, early exit, expiry and overstay, quarter by quarter
/// (eq. 6). Its stock is kept apart from the usual residents, as in national statistics.
public struct PermitProgramme: Hashable, Sendable {
  /// Quarters of one term.
  public let termQuarters: Int
  /// How many terms in a row one person may hold.
  public let maxTerms: Int
  /// Share of the expiring that enters the next term; none after the last.
  public let renewal: Double
  /// Share of every cell that leaves in a quarter before expiry.
  public let earlyExit: Double
  /// Share of all expiring that becomes permanent.
  public let toPermanent: Double
  /// Share that stays without a permit, of those neither renewed nor made permanent.
  public let overstay: Double
  /// Shares of the overstay stock that leave, and that become permanent, in a quarter; together at
  /// most 1.
  public let overstayLeave: Double
  public let regularise: Double

  public init(
    termQuarters: Int, maxTerms: Int, renewal: Double, earlyExit: Double = 0,
    toPermanent: Double = 0, overstay: Double = 0, overstayLeave: Double = 0.25,
    regularise: Double = 0
  ) {
    precondition(
      termQuarters >= 1 && maxTerms >= 1, "\(maxTerms) terms of \(termQuarters) quarters")
    for share in [renewal, earlyExit, toPermanent, overstay, overstayLeave, regularise] {
      precondition((0...1).contains(share), "a share of \(share)")
    }
    precondition(renewal + toPermanent <= 1, "renewal \(renewal) and permanent \(toPermanent)")
    precondition(
      overstayLeave + regularise <= 1, "leave \(overstayLeave), regularise \(regularise)")
    self.termQuarters = termQuarters
    self.maxTerms = maxTerms
    self.renewal = renewal
    self.earlyExit = earlyExit
    self.toPermanent = toPermanent
    self.overstay = overstay
    self.overstayLeave = overstayLeave
    self.regularise = regularise
  }

  /// The stock at the end of a year in its steady state under an inflow that is the same every year: what
  /// a published stock is spread over.
  ///
  /// - Parameters:
  ///   - inflow: persons admitted in a quarter on average.
  ///   - seasons: share of a year's admissions in each quarter.
  public func steadyStock(
    inflow: Double, seasons: [Double] = [0.25, 0.25, 0.25, 0.25]
  ) -> PermitStock {
    precondition(seasons.count == 4, "\(seasons.count) seasons")
    var stock = PermitStock(self)
    for term in 0..<maxTerms {
      for quarter in 0..<termQuarters {
        let place = term * termQuarters + quarter
        // Who is in the first cell came in the last quarter of the year.
        stock.cells[place] =
          entering(term, inflow) * retained(quarter) * (4 * seasons[3 - place % 4])
      }
    }
    return stock
  }

  /// Persons in stock at the end of a year per person admitted in a quarter on average, in the steady
  /// state.
  public func quartersPerAdmission(
    seasons: [Double] = [0.25, 0.25, 0.25, 0.25]
  ) -> Double {
    steadyStock(inflow: 1, seasons: seasons).total
  }

  private func retained(_ quarters: Int) -> Double {
    (0..<quarters).reduce(1) { kept, _ in kept * (1 - earlyExit) }
  }

  private func entering(_ term: Int, _ inflow: Double) -> Double {
    (0..<term).reduce(inflow) { entering, _ in entering * retained(termQuarters) * renewal }
  }
}

/// The persons under a programme at the end of a quarter.
public struct PermitStock: Hashable, Sendable {
  /// `term · termQuarters + quarter in term`.
  public internal(set) var cells: [Double]
  public internal(set) var overstayers = 0.0

  public init(_ programme: PermitProgramme) {
    cells = [Double](repeating: 0, count: programme.termQuarters * programme.maxTerms)
  }

  public var total: Double { cells.reduce(0, +) }

  /// The account of one quarter.
  public struct Quarter: Hashable, Sendable {
    public var admitted = 0.0
    public var unmet = 0.0
    public var earlyExit = 0.0
    public var expiring = 0.0
    public var renewed = 0.0
    public var toPermanent = 0.0
    public var toOverstay = 0.0
    public var left = 0.0
    public var regularised = 0.0
  }

  /// Takes the stock through a quarter: early exits, ageing, expiry, then admissions up to the quota.
  ///
  /// - Parameters:
  ///   - wanted: persons who would come.
  ///   - quota: persons who may be admitted; `nil` for no limit.
  ///   - stockLimit: persons who may hold a permit at the end of the quarter; renewals come first.
  public mutating func advance(
    _ programme: PermitProgramme, wanted: Double, quota: Double?, stockLimit: Double? = nil
  ) -> Quarter {
    var account = pass(programme)
    account.admitted = quota.map { min(wanted, max($0, 0)) } ?? wanted
    if let stockLimit { account.admitted = min(account.admitted, max(stockLimit - total, 0)) }
    account.unmet = wanted - account.admitted
    admit(account.admitted)
    return account
  }

  /// Admits persons at the end of a quarter.
  public mutating func admit(_ persons: Double) { cells[0] += persons }

  /// Takes the stock through a quarter without admissions: early exits, ageing, expiry.
  public mutating func pass(_ programme: PermitProgramme) -> Quarter {
    precondition(
      cells.count == programme.termQuarters * programme.maxTerms, "a stock of another programme")
    var account = Quarter()
    for k in cells.indices {
      let leaving = programme.earlyExit * cells[k]
      account.earlyExit += leaving
      cells[k] -= leaving
    }
    var renewedInto = 0.0
    for term in 0..<programme.maxTerms {
      let base = term * programme.termQuarters
      let expiring = cells[base + programme.termQuarters - 1]
      for quarter in stride(from: programme.termQuarters - 1, to: 0, by: -1) {
        cells[base + quarter] = cells[base + quarter - 1]
      }
      cells[base] = renewedInto
      renewedInto = term + 1 < programme.maxTerms ? programme.renewal * expiring : 0
      account.expiring += expiring
      account.renewed += renewedInto
    }
    account.toPermanent = programme.toPermanent * account.expiring
    let rest = account.expiring - account.renewed - account.toPermanent
    account.toOverstay = programme.overstay * rest
    account.left = rest - account.toOverstay
    account.regularised = programme.regularise * overstayers
    overstayers =
      overstayers - programme.overstayLeave * overstayers - account.regularised
      + account.toOverstay
    return account
  }
}

extension PermitStock {
  /// Lays the stock out for other terms: who is further in a term than it now lasts is in its last
  /// quarter, who is in a term that no longer exists is in the last one. Nobody is lost.
  public mutating func relay(from old: PermitProgramme, to new: PermitProgramme) {
    precondition(cells.count == old.termQuarters * old.maxTerms, "a stock of another programme")
    var relaid = [Double](repeating: 0, count: new.termQuarters * new.maxTerms)
    for term in 0..<old.maxTerms {
      for quarter in 0..<old.termQuarters {
        let place =
          min(term, new.maxTerms - 1) * new.termQuarters + min(quarter, new.termQuarters - 1)
        relaid[place] += cells[term * old.termQuarters + quarter]
      }
    }
    cells = relaid
  }
}
