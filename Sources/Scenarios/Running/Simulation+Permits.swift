import Projection

// Temporary programmes within a year: stocks, settlement, and posts that residents take.

extension Simulation {
  /// The four quarters of every programme, with and without levers; what differs feeds settlement and
  /// the posts that residents of other regions fill.
  func runPermits(
    _ build: inout YearBuild, _ state: inout State, step: Int, _ record: inout MutableSpan<Double>
  ) {
    guard !baseline.programmes.isEmpty else { return }
    for p in baseline.programmes.indices {
      let plan = build.permits[p]
      if !state.isChanged[p], plan != state.plainPermits[p] {
        state.isChanged[p] = true
        state.unchangedPermits[p] = state.permits[p]
      }
      for region in 0..<frame.shape.regions {
        let year =
          state.isChanged[p]
          ? advance(
            &state.permits[p][region], from: state.rules[p], &state.unchangedPermits[p][region],
            plan, state.plainPermits[p], baseline.programmes[p].rules, region)
          : advance(&state.permits[p][region], plan, region)
        if year.settled != 0 { settle(year.settled, region, &build) }
        if plan.substitution > 0 && year.posts > 0 {
          substitute(year.posts, region, plan.substitutes, &build)
        }
        let stock = state.permits[p][region].total
        record[layout.permit(0, programme: p, step: step, region: region)] = stock
        record[layout.permit(1, programme: p, step: step, region: region)] += year.unmet
        record[layout.permit(2, programme: p, step: step, region: region)] =
          plan.stockLimit?[region] ?? .nan
        record[layout.permit(3, programme: p, step: step, region: region)] =
          stock * plan.presence[3]
        record[layout.permit(4, programme: p, step: step, region: region)] += (0..<4).reduce(0) {
          $0 + plan.wanted[$1 * frame.shape.regions + region]
        }
      }
      state.rules[p] = plan.rules[3]
    }
  }

  /// One region of a programme that no lever has changed.
  private func advance(
    _ stock: inout PermitStock, _ plan: YearBuild.PermitYear, _ region: Int
  ) -> (settled: Double, unmet: Double, posts: Double) {
    var unmet = 0.0
    for quarter in 0..<4 {
      unmet +=
        stock.advance(
          plan.rules[quarter], wanted: plan.wanted[quarter * frame.shape.regions + region],
          quota: nil, stockLimit: plan.stockLimit?[region]
        ).unmet
    }
    return (0, unmet, 0)
  }

  /// One region of a programme through the four quarters of a year, with and without levers.
  ///
  /// - Parameter old: the rules under which the stock with levers is laid out.
  private func advance(
    _ stock: inout PermitStock, from old: PermitProgramme, _ unchangedStock: inout PermitStock,
    _ plan: YearBuild.PermitYear, _ plain: YearBuild.PermitYear, _ rules: PermitProgramme,
    _ region: Int
  ) -> (settled: Double, unmet: Double, posts: Double) {
    let n = frame.shape.regions
    var result = (settled: 0.0, unmet: 0.0, posts: 0.0)
    var current = old
    for quarter in 0..<4 {
      let next = plan.rules[quarter]
      if next.termQuarters != current.termQuarters || next.maxTerms != current.maxTerms {
        stock.relay(from: current, to: next)
      }
      current = next
      let changed = stock.advance(
        next, wanted: plan.wanted[quarter * n + region], quota: plan.admissionLimit?[region],
        stockLimit: plan.stockLimit?[region])
      let unchanged = unchangedStock.advance(
        rules, wanted: plain.wanted[quarter * n + region], quota: nil,
        stockLimit: plain.stockLimit?[region])
      // Nothing at all where both are alike.
      result.settled +=
        (changed.toPermanent - unchanged.toPermanent)
        + (changed.regularised - unchanged.regularised)
      result.unmet += changed.unmet
      result.posts += max(changed.unmet - unchanged.unmet, 0) * plan.substitution
    }
    return result
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
