import Kernel

/// Separated rows from few random combinations, for effects that hang together by chains, where zero
/// flows that the others leave free are few and lie far apart.
///
/// Two free rows whose values in every combination that vanishes on positive flows are multiples of one
/// another show it in any few of them. They form a line; where the multiple is negative, both rows are 0
/// in every certificate and hold like positive flows from then on. When every line left has rows of one
/// sign, their sizes are a certificate, unless lines depend on one another. When few rows are left, as many
/// combinations are drawn as are independent on them, and the search is that of `Separation`. Every
/// certificate is verified by `SinkingMeans`.
struct FreeLines {
  private let design: RegressionDesign
  private let regressors: Regressors
  /// Rows that are 0 in every certificate.
  private(set) var holding: [Bool]
  /// Whether what was found is all there is.
  private(set) var isComplete = false

  /// Two lines of four numbers each agree by chance with a probability of 1e-15 or so.
  private static let draws = 4
  private static let tolerance = 1e-5
  private static let rounds = 30
  /// Rows for which combinations are drawn until there are no more; each costs a fit of its own.
  private static let limit = 40

  /// - Parameter holding: rows known to be 0 in every certificate, positive flows among them.
  init(_ design: RegressionDesign, _ regressors: Regressors, holding: [Bool]) {
    self.design = design
    self.regressors = regressors
    self.holding = holding
  }

  /// - Returns: `nil` where no row is separated, or none was found.
  /// - Complexity: four steps of Newton's method a round, a round for every link of rows that hold one
  ///   another; one more for every independent line at the end.
  mutating func finding() -> Separation.Finding? {
    for _ in 0..<Self.rounds {
      let draws = (0..<Self.draws).compactMap { draw($0) }
      guard draws.count == Self.draws else { return nil }
      let free = holding.indices.filter { row in draws.contains { $0.isFree(row) } }
      guard !free.isEmpty else {
        isComplete = true
        return nil
      }
      let held = heldByAnother(free, draws)
      guard held.isEmpty else {
        for row in held { holding[row] = true }
        continue
      }
      if free.count > Self.limit {
        return certificate(free, free.map { abs(draws[0].values[$0]) })
      }
      return searched(free, draws)
    }
    return nil
  }

  private func draw(_ number: Int) -> FreeRows? {
    FreeRows(holding: holding, regressors, draw: number)
  }

  private func certificate(_ rows: [Int], _ sizes: [Double]) -> Separation.Finding? {
    var whole = [Double](repeating: 0, count: holding.count)
    for (row, size) in zip(rows, sizes) { whole[row] = size }
    return SinkingMeans(design, regressors).certificate(
      regressors.space.projection.placed(whole))
  }

  /// Rows on a line with rows of both signs.
  private func heldByAnother(_ free: [Int], _ draws: [FreeRows]) -> [Int] {
    let directions = free.map { row -> (row: Int, unit: [Double], isTurned: Bool) in
      let vector = draws.map { $0.values[row] }
      let length = norm(vector)
      // Which end of a line counts as its front is as good as any.
      let isTurned = dot(vector, [0.36, 0.48, 0.5, 0.63]) < 0
      return (row, vector.map { (isTurned ? -$0 : $0) / length }, isTurned)
    }.sorted { $0.unit[0] < $1.unit[0] }
    var isHeld = [Bool](repeating: false, count: directions.count)
    for (k, one) in directions.enumerated() {
      var next = k + 1
      while next < directions.count, directions[next].unit[0] - one.unit[0] < Self.tolerance {
        let other = directions[next]
        if one.isTurned != other.isTurned,
          zip(one.unit, other.unit).allSatisfy({ abs($0 - $1) < Self.tolerance })
        {
          isHeld[k] = true
          isHeld[next] = true
        }
        next += 1
      }
    }
    return directions.indices.filter { isHeld[$0] }.map { directions[$0].row }
  }

  /// The search among all combinations that vanish on holding rows.
  private mutating func searched(_ free: [Int], _ draws: [FreeRows]) -> Separation.Finding? {
    var basis: [[Double]] = []
    while basis.count < free.count {
      let known = draws.indices.contains(basis.count) ? draws[basis.count] : draw(basis.count)
      guard let known else { return nil }
      var image = free.map { known.values[$0] }
      let whole = norm(image)
      for _ in 0..<2 {
        for direction in basis {
          let share = dot(direction, image)
          for k in image.indices { image[k] -= share * direction[k] }
        }
      }
      let size = norm(image)
      // Less than this is what conjugate gradients leave.
      guard size > Self.tolerance * whole else { break }
      basis.append(image.map { $0 / size })
    }
    let images = Matrix(rows: free.count, columns: basis.count, values: basis.flatMap { $0 })
    let z = Self.widest(images)
    guard z.contains(where: { $0 > 0 }) else {
      isComplete = true
      return nil
    }
    let found = certificate(free, z)
    isComplete = found?.rows.count == z.count { $0 > 0 }
    return found
  }

  /// The combination of columns, nowhere negative, that is positive in as many rows as any.
  ///
  /// One that is positive in some rows, taken often enough, makes up for what the next, found on the
  /// rows that are left, has there.
  private static func widest(_ images: Matrix) -> [Double] {
    var z = [Double](repeating: 0, count: images.rows)
    while true {
      let left = z.indices.filter { z[$0] == 0 }
      guard !left.isEmpty,
        let r = NonnegativeLeastSquares.separator(images.selectingRows(left))
      else { return z }
      let next = images.times(r)
      let largest = left.reduce(0) { max($0, next[$1]) }
      // Columns have length 1: what is small is what rounding leaves of no combination.
      guard largest > tolerance else { return z }
      let least = tolerance * largest
      let factor = z.indices.reduce(1) { z[$1] > 0 ? max($0, 1 - next[$1] / z[$1]) : $0 }
      for k in z.indices {
        z[k] = z[k] > 0 ? factor * z[k] + next[k] : next[k] > least ? next[k] : 0
      }
    }
  }
}
