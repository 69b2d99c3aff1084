public import Demography
import Projection

extension ProjectionDesk {
  /// Work, time and memory of a hindcast that is not done: its last launch is timed.
  ///
  /// - Returns: `plan`, one row.
  /// - Throws: what the hindcast throws of its table and its last launch.
  public func plan(
    _ request: HindcastRequest, overrides: Plan.Overrides, threads: Int
  ) throws -> Table {
    let work = try hindcastWork(request, BreakRequest(request.breaks), overrides)
    let whole = work.specification
    let launches = whole.launches
    let one = Hindcast.Specification(
      launches: Array(launches.suffix(1)), horizons: whole.horizons, lines: whole.lines,
      breaks: whole.breaks, target: whole.target)
    let totals = work.totals
    let once: Double
    do {
      (_, once) = try seconds { try Hindcast.run(one, on: totals, threads: 1) }
    } catch let error as ProjectionError {
      throw Faults(error.fault)
    }
    // Every line of every launch forecasts each region at every horizon that the table reaches.
    let reached = launches.reduce(0) { count, launch in
      count + whole.horizons.count { launch + $0 <= totals.lastYear }
    }
    let forecasts = reached * whole.lines.count * totals.regions.count
    let time = once * Double(launches.count) / Double(min(threads, max(1, launches.count)))
    return Table(
      "plan",
      [
        .integer("launches", [launches.count]),
        .integer("lines", [whole.lines.count]),
        .integer("regions", [totals.regions.count]), .integer("forecasts", [forecasts]),
        .integer("threads", [threads]), .real("seconds", [(time * 10).rounded() / 10]),
        .real(
          "megabytes",
          [(Double(forecasts * MemoryLayout<Hindcast.Case>.stride) / 1e5).rounded() / 10]),
      ])
  }
}
