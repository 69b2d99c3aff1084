/// Rounds a list to integers so that its running sums stay within one of the true ones.
///
/// With running sums `C_k`, cell k becomes `⌊C_k + offset + 10⁻⁹⌋ − ⌊C_{k−1} + offset + 10⁻⁹⌋`: each
/// cell is its floor or its ceiling, an integer total is kept, and over an offset uniform in [0, 1)
/// every cell is right on average. The 10⁻⁹ keeps sums that are integers but for rounding where they
/// belong.
///
/// - Parameter x: finite and not negative, in a fixed order of cells.
/// - Parameter offset: in [0, 1), one uniform for the whole list.
/// - Complexity: O(n)
public func cumulativeRounding(_ x: [Double], offset: Double) -> [Int] {
  precondition(offset >= 0 && offset < 1, "offset \(offset) outside [0, 1)")
  var sum = 0.0
  var below = (offset + 1e-9).rounded(.down)
  return x.map { value in
    precondition(value >= 0 && value.isFinite, "cannot round \(value)")
    sum += value
    let now = (sum + offset + 1e-9).rounded(.down)
    defer { below = now }
    return Int(now - below)
  }
}

/// Shares `total` out in proportion to `x`: floors first, the missing units to the largest
/// remainders, ties to the lower index (Hamilton's method). Not unbiased: small cells lose.
///
/// - Parameter x: finite and not negative, with a positive sum unless `total` is 0.
/// - Complexity: O(n log n)
public func largestRemainder(_ x: [Double], total: Int) -> [Int] {
  precondition(total >= 0, "cannot share out \(total)")
  precondition(
    x.allSatisfy { $0 >= 0 && $0.isFinite }, "weights have to be finite and not negative")
  let sum = x.reduce(0, +)
  if total == 0 { return x.map { _ in 0 } }
  precondition(sum > 0, "cannot share out \(total) over weights of 0")
  let exact = x.map { $0 * Double(total) / sum }
  var cells = exact.map { Int(($0 + 1e-12).rounded(.down)) }
  let order = x.indices.sorted { a, b in
    let left = exact[a] - Double(cells[a]), right = exact[b] - Double(cells[b])
    return left != right ? left > right : a < b
  }
  let missing = total - cells.reduce(0, +)
  for k in 0..<max(0, missing) { cells[order[k % order.count]] += 1 }
  return cells
}
