import Projection

// Temporary programmes within a year: stocks, settlement, posts that residents take, and those who turn to
// another programme.

extension Simulation {
  /// What a year of a programme comes to in a region, beyond its stock.
  private struct Account {
    /// Who stays for good, beyond the programme without levers.
    var settled = 0.0
    var wanted = 0.0
    var unmet = 0.0
    /// Posts of the refused that residents of other regions fill.
    var posts = 0.0
  }

  /// The four quarters of every programme, with and without levers; what differs feeds settlement, the
  /// posts that residents of other regions fill, and the other programmes that the refused turn to.
  func runPermits(
    _ build: inout YearBuild, _ state: inout State, step: Int, _ record: inout MutableSpan<Double>
  ) {
    guard !baseline.programmes.isEmpty else { return }
    let n = frame.shape.regions
    for p in baseline.programmes.indices where build.permits[p] != state.plainPermits[p] {
      follow(p, &state)
    }
    var accounts = [Account](repeating: Account(), count: baseline.programmes.count * n)
    for quarter in 0..<4 {
      let turned = state.turned
      if turned.contains(where: { $0 > 0 }) {
        state.turned = [Double](repeating: 0, count: turned.count)
      }
      for p in baseline.programmes.indices {
        if (0..<n).contains(where: { turned[p * n + $0] > 0 }) { follow(p, &state) }
        let plan = build.permits[p]
        relay(p, plan, quarter, &state)
        for region in 0..<n {
          let place = p * n + region
          advance(
            p, plan, quarter, region, turned[place], &state, &accounts[place])
        }
      }
    }
    for p in baseline.programmes.indices {
      let plan = build.permits[p]
      for region in 0..<n {
        let account = accounts[p * n + region]
        if account.settled != 0 { settle(account.settled, region, &build) }
        if plan.substitution > 0 && account.posts > 0 {
          substitute(account.posts, region, plan.substitutes, &build)
        }
        write(account, p, region, plan, state.permits[p], step, &record)
      }
      writeParts(p, plan, state, step, &record)
    }
  }

  /// From here on the programme is also followed without levers.
  private func follow(_ p: Int, _ state: inout State) {
    guard !state.isChanged[p] else { return }
    state.isChanged[p] = true
    state.unchangedPermits[p] = state.permits[p]
  }

  /// Lays the stocks out for the terms of a quarter where they are others.
  private func relay(
    _ p: Int, _ plan: YearBuild.PermitYear, _ quarter: Int, _ state: inout State
  ) {
    let n = frame.shape.regions
    for stream in 0..<plan.streams {
      let (old, next) = (state.rules[p][stream], plan.rules[stream * 4 + quarter])
      guard next != old else { continue }
      if next.termQuarters != old.termQuarters || next.maxTerms != old.maxTerms {
        for region in 0..<n { state.permits[p][stream * n + region].relay(from: old, to: next) }
      }
      state.rules[p][stream] = next
    }
  }

  /// One region of a programme through a quarter, with levers and, where it is followed so, without.
  private func advance(
    _ p: Int, _ plan: YearBuild.PermitYear, _ quarter: Int, _ region: Int, _ turned: Double,
    _ state: inout State, _ account: inout Account
  ) {
    let n = frame.shape.regions
    let changed = pass(
      &state.permits[p], p, plan, quarter, region, turned,
      quota: plan.admissionLimit?[quarter * n + region], limit: plan.stockLimit?[region])
    account.wanted += changed.wanted
    account.unmet += changed.unmet
    guard state.isChanged[p] else { return }
    let plain = state.plainPermits[p]
    let unchanged = pass(
      &state.unchangedPermits[p], p, plain, quarter, region, 0, quota: nil,
      limit: plain.stockLimit?[region])
    // Nothing at all where both are alike.
    account.settled += changed.settled - unchanged.settled
    // Who was turned here and is refused again turns nowhere.
    let own = changed.wanted > 0 ? changed.unmet * (1 - turned / changed.wanted) : 0
    let refused = max((turned > 0 ? own : changed.unmet) - unchanged.unmet, 0)
    account.posts += refused * plan.substitution
    for turn in plan.turned { state.turned[turn.programme * n + region] += refused * turn.share }
  }

  /// All streams of a region expire; then those who want to come are admitted, from every stream the same
  /// part of those who want to.
  private func pass(
    _ stocks: inout [PermitStock], _ p: Int, _ plan: YearBuild.PermitYear, _ quarter: Int,
    _ region: Int, _ turned: Double, quota: Double?, limit: Double?
  ) -> (settled: Double, wanted: Double, unmet: Double) {
    let n = frame.shape.regions
    var settled = 0.0
    var wanted = 0.0
    for stream in 0..<plan.streams {
      let passed = stocks[stream * n + region].pass(plan.rules[stream * 4 + quarter])
      settled += passed.toPermanent + passed.regularised
      wanted += plan.wanted[(stream * 4 + quarter) * n + region]
    }
    let own = wanted
    wanted += turned
    var admitted = quota.map { min(wanted, max($0, 0)) } ?? wanted
    if let limit {
      let total = (0..<plan.streams).reduce(0) { $0 + stocks[$1 * n + region].total }
      admitted = min(admitted, max(limit - total, 0))
    }
    guard plan.streams > 1 else {
      stocks[region].admit(admitted)
      return (settled, wanted, wanted - admitted)
    }
    for stream in 0..<plan.streams where admitted > 0 {
      // Those who turn here are spread as those who come by themselves.
      let share =
        own > 0 ? plan.wanted[(stream * 4 + quarter) * n + region] / own : streams[p][stream]
      stocks[stream * n + region].admit(admitted * share)
    }
    return (settled, wanted, wanted - admitted)
  }

  private func write(
    _ account: Account, _ p: Int, _ region: Int, _ plan: YearBuild.PermitYear,
    _ stocks: [PermitStock], _ step: Int, _ record: inout MutableSpan<Double>
  ) {
    var stock = 0.0
    var present = 0.0
    for stream in 0..<plan.streams {
      let total = stocks[stream * frame.shape.regions + region].total
      stock += total
      present += total * plan.presence[stream * 4 + 3]
    }
    func place(_ what: Int) -> Int {
      layout.permit(what, programme: p, step: step, region: region)
    }
    record[place(0)] = stock
    record[place(1)] += account.unmet
    record[place(2)] = plan.stockLimit?[region] ?? .nan
    record[place(3)] = present
    record[place(4)] += account.wanted
  }

  /// The stock of the country by country of origin, then by term.
  private func writeParts(
    _ p: Int, _ plan: YearBuild.PermitYear, _ state: State, _ step: Int,
    _ record: inout MutableSpan<Double>
  ) {
    let n = frame.shape.regions
    let origins = frame.originShares[p]
    let terms = baseline.programmes[p].rules.maxTerms
    var byOrigin = [Double](repeating: 0, count: origins.count)
    var byTerm = [Double](repeating: 0, count: terms)
    for stream in 0..<plan.streams {
      let length = state.rules[p][stream].termQuarters
      for region in 0..<n {
        let cells = state.permits[p][stream * n + region].cells
        var total = 0.0
        for k in cells.indices {
          // Terms that a lever adds stand with the last.
          byTerm[min(k / length, terms - 1)] += cells[k]
          total += cells[k]
        }
        if !origins.isEmpty { byOrigin[stream] += total }
      }
    }
    for (k, value) in (byOrigin + byTerm).enumerated() {
      record[layout.permitPart(k, programme: p, step: step)] = value
    }
  }

  /// Adds those who stay for good beyond the baseline's; a fall takes at most the immigrants there are,
  /// the rest goes to the ledger.
  private func settle(_ persons: Double, _ region: Int, _ build: inout YearBuild) {
    if persons > 0 {
      build.addImmigrants(persons, region: region, schedule: 1)
      return
    }
    let length = frame.shape.ageSexCount
    var total = 0.0
    for cell in region * length..<(region + 1) * length { total += build.rates.immigration[cell] }
    build.settlementUnmet[region] += max(-persons - total, 0)
    guard total > 0 else { return }
    let kept = max(0, 1 + persons / total)
    for cell in region * length..<(region + 1) * length { build.rates.immigration[cell] *= kept }
  }

  /// Residents of other regions take posts that refused workers leave.
  private func substitute(
    _ posts: Double, _ region: Int, _ schedule: Int, _ build: inout YearBuild
  ) {
    let origins = frame.origins(to: region)
    for origin in origins.indices where origins[origin] > 0 {
      build.move(posts * origins[origin], from: origin, to: region, schedule: schedule)
    }
  }
}
