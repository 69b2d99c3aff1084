#pragma once
#include <cblas.h>

/// What the library itself calls before a fork and at the end; its builds without threads do not have it.
__attribute__((weak)) int blas_thread_shutdown_(void);

/// Ends the threads that the library starts when it is loaded. With one thread to use it never wakes them, and they
/// would spin for some 30 ms.
static inline void agyn_end_blas_threads(void) {
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}
