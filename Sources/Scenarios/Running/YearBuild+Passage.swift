import Kernel
import Projection

// What becomes within a year of residents who neither come nor move by themselves.

extension YearBuild {
  /// Part of the people of each age and sex of a region, `2 · ages` values by the age reached, who live to the
  /// end of a year.
  func survivors(_ region: Int) -> [Double] {
    let length = 2 * ages
    return (0..<length).map { k in
      let rate = rates.mortality[region * length + k]
      // A probability above 1 is refused by the run itself.
      if frame.form == .prospective { return max(0, 1 - rate) }
      // A rate for which one piece is too long is taken in several, as the engine does.
      let pieces = max(1, (rate / 2).rounded(.up))
      let piece = rate / pieces / 2
      let ofStep = power((1 - piece) / (1 + piece), pieces)
      let isOfYear = frame.form == .rogersLifetable || ageWidth == 1
      return isOfYear ? ofStep : power(ofStep, 1 / Double(ageWidth))
    }
  }

  /// How many of the people of a cell are in each place of their region at the end of a year, in which they may
  /// change their group.
  ///
  /// Row and column stand for `members`: `from · count + to`. A row adds up to those who live. In the forms of
  /// rates `(I + M/2)⁻¹ (I − M/2)` of the rates of dying and changing, as in the engine, in shorter pieces where
  /// a rate is above 2; in the transition form the survivors are divided by the shares of those who change, in
  /// the prospective form who changes dies for half of the year at the rate of the new group. In steps of several
  /// years and in the life table of Rogers' form to second order in the rates.
  ///
  /// - Parameters:
  ///   - members: the places of one region.
  ///   - survivors: of each of them, by the age reached.
  ///   - cell: age reached and sex.
  func passage(_ members: [Int], survivors: [[Double]], cell: Int) -> [Double] {
    let count = members.count
    guard count > 1 else { return [survivors[0][cell]] }
    let changes = members.flatMap { from in
      members.map { to in from == to ? 0 : change(from: from, to: to, cell: cell) }
    }
    func leaving(_ a: Int) -> Double { (0..<count).reduce(0) { $0 + changes[a * count + $1] } }
    guard changes.contains(where: { $0 > 0 }) else {
      return (0..<count * count).map { $0 / count == $0 % count ? survivors[$0 / count][cell] : 0 }
    }
    switch frame.form {
    case .movement, .rogersLifetable:
      let rows = stepOfRates(members, changes, cell)
      // The step knows the deaths of a year; of several years survivors know them better.
      guard ageWidth > 1 || frame.form == .rogersLifetable else { return rows }
      return (0..<count * count).map { k in
        let from = k / count
        let living = (0..<count).reduce(0) { $0 + rows[from * count + $1] }
        return living > 0 ? rows[k] * survivors[from][cell] / living : 0
      }
    case .transition:
      return (0..<count * count).map { k in
        let (from, to) = k.quotientAndRemainder(dividingBy: count)
        return survivors[from][cell] * (from == to ? 1 - leaving(from) : changes[k])
      }
    case .prospective:
      return (0..<count * count).map { k in
        let (from, to) = k.quotientAndRemainder(dividingBy: count)
        guard from == to else { return changes[k] * (1 + survivors[to][cell]) / 2 }
        let (living, gone) = (survivors[from][cell], leaving(from))
        return max(0, living - gone * (1 + living) / 2)
      }
    }
  }

  /// `(I + M/2)⁻¹ (I − M/2)` over a year, `from · count + to`, in as many pieces as its largest rate takes.
  private func stepOfRates(_ members: [Int], _ changes: [Double], _ cell: Int) -> [Double] {
    let count = members.count
    let years = frame.form == .rogersLifetable ? 1 : Double(ageWidth)
    var matrix = [Double](repeating: 0, count: count * count)
    for (a, place) in members.enumerated() {
      matrix[a * count + a] = rates.mortality[place * 2 * ages + cell] / years
      for b in 0..<count where b != a {
        matrix[a * count + b] = -changes[a * count + b]
        matrix[a * count + a] += changes[a * count + b]
      }
    }
    let largest = (0..<count).reduce(0) { max($0, matrix[$1 * count + $1]) }
    let pieces = max(1, (largest / 2).rounded(.up))
    let piece = CayleyStep.of(matrix.map { $0 / pieces }, order: count)
    var whole = piece
    for _ in 1..<max(1, Int(pieces)) { whole = CayleyStep.product(whole, piece, order: count) }
    return whole
  }

  /// Rate, share or probability of a year of going from one group to another in a region, by the age reached; in the
  /// movement form the mean of both ages of the cohort, as the engine takes it.
  private func change(from: Int, to: Int, cell: Int) -> Double {
    let n = regions
    func value(_ cell: Int) -> Double {
      rates.level[(frame.internalRates.classOf[cell] * n + to) * n + from]
        * frame.internalRates.profile[from * 2 * ages + cell]
    }
    switch frame.form {
    case .movement, .rogersLifetable:
      return cell % ages == 0 ? value(cell) : (value(cell - 1) + value(cell)) / 2
    case .transition, .prospective:
      let share = value(cell)
      return ageWidth == 1 ? share : 1 - power(max(0, 1 - share), 1 / Double(ageWidth))
    }
  }
}

/// The linear model of a step: `(I + M/2)⁻¹ (I − M/2)` of a small matrix in rows, whose diagonal is at most 2
/// and at least the sum of the rates beside it, so that nothing in the result is below zero.
enum CayleyStep {
  static func of(_ matrix: [Double], order n: Int) -> [Double] {
    var left = matrix.map { $0 / 2 }
    var right = matrix.map { -$0 / 2 }
    for k in 0..<n {
      left[k * n + k] += 1
      right[k * n + k] += 1
    }
    // The pivots stay above 1: the diagonal outweighs the rest of its row.
    for k in 0..<n {
      for row in 0..<n where row != k {
        let factor = left[row * n + k] / left[k * n + k]
        for column in 0..<n {
          left[row * n + column] -= factor * left[k * n + column]
          right[row * n + column] -= factor * right[k * n + column]
        }
      }
    }
    return (0..<n * n).map { right[$0] / left[$0 / n * n + $0 / n] }
  }

  static func product(_ a: [Double], _ b: [Double], order n: Int) -> [Double] {
    (0..<n * n).map { place in
      (0..<n).reduce(0) { $0 + a[place / n * n + $1] * b[$1 * n + place % n] }
    }
  }
}
