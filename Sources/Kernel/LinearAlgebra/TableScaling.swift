import COpenBLAS
import Dispatch

/// One round of iterative scaling of a dense table, in one reading of it.
///
/// For `F = diag(a) S diag(b)` the column factors that give `F` the column totals are
/// `b_j = c_j / Σ_i a_i S_ij`; what the rows then hold is `a_i t_i` with `t_i = Σ_j S_ij b_j`. Columns
/// go by in blocks that stay in the cache between the two sums, so that a round reads the table
/// once and not twice. The blocks form stretches of fixed length, whose sums are added in
/// order: the bits do not depend on the number of threads.
public enum TableScaling {
  /// What a round gives.
  public struct Round: Hashable, Sendable {
    /// `b`; 0 where the total is 0, +∞ where a total meets a column without entries.
    public let columnFactors: [Double]
    /// `t`, one for each row.
    public let rowSums: [Double]
  }

  private static let block = 32
  /// Tables of fewer cells are not worth a second thread.
  private static let parallelCells = 1 << 18

  /// - Parameters:
  ///   - S: `rows · columns` values, column by column, not negative.
  ///   - rowFactors: `a`; columnTotals: `c`.
  /// - Complexity: O(rows · columns), two floating-point operations a cell and sum.
  public static func round(
    _ S: [Double], rowFactors a: [Double], columnTotals c: [Double], threads: Int? = nil
  ) -> Round {
    let rows = a.count
    let columns = c.count
    precondition(S.count == rows * columns, "\(S.count) cells for \(rows) × \(columns)")
    guard !S.isEmpty else {
      return Round(columnFactors: c.map { $0 == 0 ? 0 : .infinity }, rowSums: a.map { _ in 0 })
    }
    useOneThread()
    let slabs = S.count < parallelCells ? 1 : min(8, columns)
    let width = (columns + slabs - 1) / slabs
    let filled = parallelFill(slabs: slabs, length: rows + width, threads: threads) { k, slab in
      let first = k * width
      let last = min(first + width, columns)
      slab.withUnsafeMutableBufferPointer { buffer in
        guard let sums = buffer.baseAddress, first < last else { return }
        sumStretch(S, a, c, first..<last, sums, sums + rows)
      }
    }
    var t = [Double](repeating: 0, count: rows)
    var b: [Double] = []
    b.reserveCapacity(columns)
    for k in 0..<slabs {
      let start = k * (rows + width)
      for i in 0..<rows { t[i] += filled[start + i] }
      let count = max(0, min(width, columns - k * width))
      b.append(contentsOf: filled[(start + rows)..<(start + rows + count)])
    }
    return Round(columnFactors: b, rowSums: t)
  }

  private static func sumStretch(
    _ S: [Double], _ a: [Double], _ c: [Double], _ stretch: Range<Int>,
    _ t: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>
  ) {
    let rows = a.count
    let lead = Int32(rows)
    S.withUnsafeBufferPointer { cells in
      guard let base = cells.baseAddress else { return }
      for j in stride(from: stretch.lowerBound, to: stretch.upperBound, by: block) {
        let count = min(block, stretch.upperBound - j)
        let here = base + j * rows
        let factors = b + (j - stretch.lowerBound)
        cblas_dgemv(
          CblasColMajor, CblasTrans, lead, Int32(count), 1, here, lead, a, 1, 0, factors, 1)
        for k in 0..<count { factors[k] = c[j + k] == 0 ? 0 : c[j + k] / factors[k] }
        cblas_dgemv(
          CblasColMajor, CblasNoTrans, lead, Int32(count), 1, here, lead, factors, 1, 1, t, 1)
      }
    }
  }

  /// Whether every cell is finite and not negative. One look at each, without branches.
  public static func isTable(_ S: [Double]) -> Bool {
    S.withUnsafeBufferPointer { cells in
      var least = 0.0
      var sum = 0.0
      for value in cells {
        least = value < least ? value : least
        sum += value - value
      }
      return sum == 0 && least == 0
    }
  }

  /// `a_i S_ij b_j` for every cell.
  public static func product(
    _ S: [Double], rowFactors a: [Double], columnFactors b: [Double]
  ) -> [Double] {
    precondition(S.count == a.count * b.count, "\(S.count) cells for \(a.count) × \(b.count)")
    let rows = a.count
    return [Double](unsafeUninitializedCapacity: S.count) { buffer, count in
      nonisolated(unsafe) let target = buffer
      let fill: @Sendable (Int) -> Void = { j in
        for i in 0..<rows { target[j * rows + i] = a[i] * b[j] * S[j * rows + i] }
      }
      if S.count < parallelCells {
        for j in b.indices { fill(j) }
      } else {
        let slabs = 8
        DispatchQueue.concurrentPerform(iterations: slabs) { k in
          for j in (k * b.count / slabs)..<((k + 1) * b.count / slabs) { fill(j) }
        }
      }
      count = S.count
    }
  }
}
