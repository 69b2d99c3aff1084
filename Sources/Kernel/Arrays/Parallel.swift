import Dispatch

/// Fills `slabs` stretches of `length` numbers, in parallel; stretch k is written by `body(k, …)`.
///
/// The result has the same bits for any number of threads, provided that what `body` writes depends
/// on its index and on values only. Some 6 ns of overhead a slab.
///
/// - Parameter threads: at most so many at once; as many as there are processors where absent.
/// - Returns: `slabs · length` numbers, slab k at `k · length`. They are 0 before `body` runs.
public func parallelFill(
  slabs: Int, length: Int, threads: Int? = nil,
  _ body: @Sendable (_ k: Int, _ slab: inout MutableSpan<Double>) -> Void
) -> [Double] {
  precondition(slabs >= 0 && length >= 0, "\(slabs) slabs of \(length)")
  var values = [Double](repeating: 0, count: slabs * length)
  values.withUnsafeMutableBufferPointer { buffer in
    // Each index touches its own stretch alone.
    nonisolated(unsafe) let shared = buffer
    forEachIndex(slabs, threads) { k in
      let stretch = UnsafeMutableBufferPointer(
        rebasing: shared[k * length..<(k + 1) * length])
      var slab = MutableSpan(_unsafeElements: stretch)
      body(k, &slab)
    }
  }
  return values
}

/// A table of which every column is written by `body(column, …)`, in parallel, eight neighbouring columns
/// by one runner; as for `parallelFill`, the same bits for any number of threads.
///
/// Columns are made in a store of eight and then spread over the rows, a cache line each, so that no second
/// table is held.
/// - Parameter body: writes a column, which is 0 before.
/// - Returns: `rows · columns` numbers, place p of column k at `p · columns + k`.
public func parallelColumns(
  rows: Int, columns: Int, threads: Int? = nil,
  _ body: @Sendable (_ k: Int, _ column: inout MutableSpan<Double>) -> Void
) -> [Double] {
  precondition(rows >= 0 && columns >= 0, "\(rows) rows of \(columns)")
  let width = 8
  return [Double](unsafeUninitializedCapacity: rows * columns) { buffer, written in
    nonisolated(unsafe) let shared = buffer
    forEachIndex((columns + width - 1) / width, threads) { block in
      let first = block * width
      let count = min(width, columns - first)
      var store = [Double](repeating: 0, count: count * rows)
      store.withUnsafeMutableBufferPointer { store in
        for k in 0..<count {
          var column = MutableSpan(
            _unsafeElements: UnsafeMutableBufferPointer(
              rebasing: store[k * rows..<(k + 1) * rows]))
          body(first + k, &column)
        }
        for p in 0..<rows {
          // Each runner writes places of its own columns alone.
          for k in 0..<count {
            shared.initializeElement(at: p * columns + first + k, to: store[k * rows + p])
          }
        }
      }
    }
    written = rows * columns
  }
}

/// The results of `body(0)` to `body(count − 1)`, in that order, computed in parallel.
///
/// - Parameter threads: as for `parallelFill`.
/// - Throws: the error of the lowest index that failed, whatever finished first.
public func parallelMap<T: Sendable, E: Error>(
  _ count: Int, threads: Int? = nil, _ body: @Sendable (_ k: Int) throws(E) -> T
) throws(E) -> [T] {
  precondition(count >= 0, "\(count) results")
  var results = [Result<T, E>?](repeating: nil, count: count)
  results.withUnsafeMutableBufferPointer { buffer in
    nonisolated(unsafe) let shared = buffer
    forEachIndex(count, threads) { k in
      do throws(E) {
        shared[k] = .success(try body(k))
      } catch {
        shared[k] = .failure(error)
      }
    }
  }
  var values: [T] = []
  values.reserveCapacity(count)
  for result in results {
    guard let result else { preconditionFailure("an index was left out") }
    values.append(try result.get())
  }
  return values
}

/// Stretches of 16,384 rows, the last one shorter: the unit of work of loops over rows.
public func rowBlocks(_ count: Int) -> [Range<Int>] {
  stride(from: 0, to: count, by: 16_384).map { $0..<min(count, $0 + 16_384) }
}

/// `count` numbers, written block of rows by block of rows in parallel; same bits for any number of
/// threads, provided that what `body` writes depends on its rows and on values only.
///
/// - Parameter body: writes the numbers of its rows, of which the first stands at 0 of `block`.
public func parallelRows(
  _ count: Int, threads: Int? = nil,
  _ body: @Sendable (_ rows: Range<Int>, _ block: inout MutableSpan<Double>) -> Void
) -> [Double] {
  let blocks = rowBlocks(count)
  return [Double](unsafeUninitializedCapacity: count) { buffer, written in
    buffer.initialize(repeating: 0)
    nonisolated(unsafe) let shared = buffer
    forEachIndex(blocks.count, threads) { k in
      let stretch = UnsafeMutableBufferPointer(rebasing: shared[blocks[k]])
      var block = MutableSpan(_unsafeElements: stretch)
      body(blocks[k], &block)
    }
    written = count
  }
}

/// `Σ body(rows)` over blocks of rows, computed in parallel and added with compensation in their order.
public func parallelSum(
  _ count: Int, threads: Int? = nil, _ body: @Sendable (_ rows: Range<Int>) -> Double
) -> Double {
  let blocks = rowBlocks(count)
  return Statistics.sum(parallelMap(blocks.count, threads: threads) { body(blocks[$0]) })
}

/// Runs `body` for every index. With a limit, `threads` runners take every `threads`-th index each; one alone where
/// the linear algebra beneath may not be called by several.
func forEachIndex(_ count: Int, _ threads: Int?, _ body: @Sendable (Int) -> Void) {
  guard let threads = librarySharesCalls ? threads : 1 else {
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
    return
  }
  precondition(threads > 0, "\(threads) threads")
  let runners = min(threads, count)
  if runners <= 1 {
    for k in 0..<count { body(k) }
    return
  }
  DispatchQueue.concurrentPerform(iterations: runners) { runner in
    for k in stride(from: runner, to: count, by: runners) { body(k) }
  }
}
