import Demography
import Glibc
import Kernel

extension Expression {
  /// The value in every row. A row with a missing column is NaN; so is a logarithm of a negative
  /// number, and that of zero is −∞, which the caller sees as not finite.
  ///
  /// - Parameter columns: as `FlowData.inputs` gives them, of `count` values, NaN where missing.
  /// - Precondition: all that the expression reads are among them.
  func values(_ columns: [String: [Double]], count: Int) -> [Double] {
    switch self {
    case .number(let number): return [Double](repeating: number, count: count)
    case .column(let name, _):
      return Self.input(name, of: columns)
    case .level(let column, let value, _):
      return Self.input("\(column)::\(value)", of: columns)
    case .call(let function, let argument):
      let values = argument.values(columns, count: count)
      return switch function {
      case .log: Kernel.log(values)
      case .exp: Kernel.exp(values)
      case .sqrt: values.map { $0.squareRoot() }
      }
    case .binary(let sign, let left, let right):
      let a = left.values(columns, count: count)
      if case .number(let b) = right { return a.map { sign.of($0, b) } }
      let b = right.values(columns, count: count)
      return a.indices.map { sign.of(a[$0], b[$0]) }
    }
  }

  private static func input(_ name: String, of columns: [String: [Double]]) -> [Double] {
    guard let values = columns[name] else {
      preconditionFailure("\(name) is not among \(columns.keys.sorted())")
    }
    return values
  }
}

extension Expression.Operator {
  func of(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .power: b == 2 ? a * a : pow(a, b)
    }
  }
}
