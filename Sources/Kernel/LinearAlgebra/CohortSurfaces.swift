import CVecMath

// Steps over whole surfaces of a projection: age fastest, then two sexes, then region.

/// Persons, and a part of the immigrants, by the age they end a step in, the last two groups together.
///
/// - Parameters:
///   - aged: age 0 is left alone.
///   - sums: persons by region, in eight running sums.
public func bringToEndAge(
  _ persons: [Double], _ immigration: [Double], early: Double, ages: Int,
  into aged: inout [Double], sums: inout [Double]
) {
  let cells = 2 * ages * sums.count
  precondition(
    ages >= 2 && cells <= min(persons.count, immigration.count, aged.count),
    "\(aged.count) cells of \(sums.count) regions")
  agyn_age(sums.count, ages, persons, immigration, early, &aged, &sums)
}

/// `persons = end + late · immigration`, with the sums of persons and of immigration by region.
///
/// - Returns: how many cells are below zero.
public func addLateImmigrants(
  _ end: [Double], _ immigration: [Double], late: Double, into persons: inout [Double],
  totals: inout [Double], coming: inout [Double]
) -> Int {
  let rows = totals.count
  precondition(
    rows > 0 && persons.count.isMultiple(of: rows) && coming.count == rows
      && min(end.count, immigration.count) >= persons.count,
    "\(persons.count) cells of \(rows) regions")
  return Int(
    agyn_arrive(
      rows, persons.count / rows, end, immigration, late, &persons, &totals, &coming))
}

/// Adds to `births` by region the fertility of ages 1 to the one before the open times the women at both
/// ends of a step, `first + end + both · immigration`.
///
/// - Parameter fertility: `ages` a region, age fastest.
public func addBirths(
  _ fertility: [Double], _ first: [Double], _ end: [Double], _ immigration: [Double], both: Double,
  ages: Int, into births: inout [Double]
) {
  let rows = births.count
  precondition(
    ages >= 2 && rows * ages <= fertility.count
      && 2 * rows * ages <= min(first.count, end.count, immigration.count),
    "\(fertility.count) rates of \(rows) regions")
  agyn_births(rows, ages, fertility, first, end, immigration, both, &births)
}

/// Sets `sums` to the persons of some ages of both sexes by region, in four running sums a sex.
public func setAgeSums(of x: [Double], ages: Int, _ wanted: Range<Int>, into sums: inout [Double]) {
  precondition(
    wanted.lowerBound >= 0 && wanted.upperBound <= ages && x.count >= 2 * ages * sums.count,
    "ages \(wanted) of \(ages)")
  agyn_age_sums(sums.count, ages, wanted.lowerBound, wanted.upperBound, x, &sums)
}

/// `result = values · factor of the row`, for rows of equal length.
///
/// - Parameter chosen: the factors, one a row.
public func scaleRows(
  _ values: [Double], by factors: [Double], _ chosen: Range<Int>, into result: inout [Double]
) {
  let rows = chosen.count
  precondition(
    rows > 0 && values.count.isMultiple(of: rows) && result.count == values.count
      && chosen.lowerBound >= 0 && chosen.upperBound <= factors.count,
    "\(values.count) values in \(rows) rows")
  agyn_scale_rows(rows, values.count / rows, values, factors, chosen.lowerBound, &result)
}

/// `result = values · factor of the column`, for rows of as many values as there are factors.
public func scaleColumns(
  _ values: [Double], by factors: [Double], _ chosen: Range<Int>, into result: inout [Double]
) {
  let columns = chosen.count
  precondition(
    columns > 0 && values.count.isMultiple(of: columns) && result.count == values.count
      && chosen.lowerBound >= 0 && chosen.upperBound <= factors.count,
    "\(values.count) values in \(columns) columns")
  agyn_scale_columns(values.count / columns, columns, values, factors, chosen.lowerBound, &result)
}

/// Takes `persons · shares[k]` out of every cell `from + k` and adds it to `to + k`, where no cell gives
/// more than the part `cap` of what it holds.
///
/// - Returns: whether it was done; otherwise nothing is changed.
public func moveShares(
  _ persons: Double, _ shares: [Double], _ cells: Range<Int>, cap: Double, from: Int, to: Int,
  in people: inout [Double]
) -> Bool {
  precondition(
    abs(from - to) >= cells.count && cells.lowerBound >= 0 && cells.upperBound <= shares.count
      && max(from, to) + cells.upperBound <= people.count && min(from, to) >= 0,
    "cells outside their arrays")
  return people.withUnsafeMutableBufferPointer { people in
    shares.withUnsafeBufferPointer { shares in
      guard let people = people.baseAddress, let shares = shares.baseAddress else { return true }
      let first = cells.lowerBound
      return agyn_move(
        cells.count, persons, shares + first, cap, people + from + first, people + to + first) != 0
    }
  }
}

/// Moves of one square matrix, `rates[j, i] · movers[i]`; the diagonal is counted as any other.
///
/// - Parameters:
///   - matrix: where the matrix starts among the rates, origin fastest.
///   - row: where its movers start.
///   - isFirst: whether the table of flows is set and not added to.
///   - table: where the table starts among the flows.
///   - arrivals: what each destination gains is added.
public func bookFlows(
  rates: [Double], matrix: Int, movers: [Double], row: Int, isFirst: Bool,
  into flows: inout [Double], table: Int, arrivals: inout [Double]
) {
  let n = arrivals.count
  precondition(
    matrix >= 0 && matrix + n * n <= rates.count && table >= 0 && table + n * n <= flows.count
      && row >= 0 && row + n <= movers.count, "flows outside their arrays")
  agyn_flows(n, rates, matrix, movers, row, isFirst ? 1 : 0, &flows, table, &arrivals)
}
