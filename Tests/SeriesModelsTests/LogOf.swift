import Glibc

/// Natural logarithm of one number, apart from Kernel's of arrays.
enum LogOf {
  static func value(_ x: Double) -> Double { log(x) }
}
