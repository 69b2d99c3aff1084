import COpenBLAS

/// OpenBLAS set to one thread, once per process.
///
/// With more threads dgemm changes in its last bits, and the outer loops (draws, series) already use
/// every core. Swift evaluates a global constant once, at its first use and safely from any thread;
/// every function of Kernel that enters BLAS or LAPACK first calls `useOneThread()`, which reads it.
private let threadsWereSet: Bool = {
  openblas_set_num_threads(1)
  return true
}()

@inline(__always)
func useOneThread() { precondition(threadsWereSet) }

/// A job letter for LAPACK.
func job(_ letter: Unicode.Scalar) -> Int8 { Int8(UInt8(ascii: letter)) }
