import Demography

/// Gathers the faults of a file; the same one on many rows becomes one with the count of its rows.
struct FaultCollector {
  private var order: [Key] = []
  private var first: [Key: Fault] = [:]
  private var rows: [Key: Int] = [:]

  private struct Key: Hashable {
    let code: String
    let arguments: [String: String]
  }

  mutating func add(
    _ code: String, _ arguments: [String: String], at place: Place, kind: Fault.Kind = .badData
  ) {
    let key = Key(code: code, arguments: arguments)
    rows[key, default: 0] += 1
    if first[key] == nil {
      first[key] = Fault(kind, code, arguments, at: place)
      order.append(key)
    }
  }

  /// In the order in which they were met, with `rows` among their arguments.
  var faults: [Fault] {
    order.compactMap { key in
      first[key].map { fault in
        var arguments = fault.arguments
        arguments["rows"] = String(rows[key] ?? 1)
        return Fault(fault.kind, fault.code, arguments, at: fault.place)
      }
    }
  }
}
