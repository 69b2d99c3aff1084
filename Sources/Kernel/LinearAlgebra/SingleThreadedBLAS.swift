import COpenBLAS

/// OpenBLAS set to one thread, once per process.
///
/// With more threads dgemm changes in its last bits, and the outer loops (draws, series) already use
/// every core. Swift evaluates a global constant once, at its first use and safely from any thread;
/// every function of Kernel that enters BLAS or LAPACK first calls `useOneThread()`, which reads it.
private let threadsWereSet: Bool = {
  openblas_set_num_threads(1)
  agyn_end_blas_threads()
  return true
}()

/// Ends the threads of the linear algebra beneath, which nothing here uses; the earlier, the less they spin.
public func endIdleThreads() { useOneThread() }

@inline(__always)
func useOneThread() { precondition(threadsWereSet) }

/// Whether several threads may call the library at once: its build without threads has no locks either (Debian's
/// `libopenblas0-serial`), and calls that meet write to one another's memory.
let librarySharesCalls: Bool = openblas_get_parallel() != 0

/// A job letter for LAPACK.
func job(_ letter: Unicode.Scalar) -> Int8 { Int8(UInt8(ascii: letter)) }
