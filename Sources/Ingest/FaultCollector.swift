import Demography

/// Gathers the faults of a file; the same one on many rows becomes one with the count of its rows.
///
/// After 500 different ones the rest is only counted: nobody reads more, and a file of another form
/// has a fault in every cell.
struct FaultCollector {
  private static let limit = 500
  private var omitted = 0
  private var lastPlace: Place?
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
    if order.count >= Self.limit, first[key] == nil {
      omitted += 1
      lastPlace = place
      return
    }
    rows[key, default: 0] += 1
    if first[key] == nil {
      first[key] = Fault(kind, code, arguments, at: place)
      order.append(key)
    }
  }

  /// In the order in which they were met, with `rows` among their arguments.
  var faults: [Fault] {
    let shown = order.compactMap { key in
      first[key].map { fault in
        var arguments = fault.arguments
        arguments["rows"] = String(rows[key] ?? 1)
        return Fault(fault.kind, fault.code, arguments, at: fault.place)
      }
    }
    guard omitted > 0 else { return shown }
    return shown + [Fault(.badData, "faults.more", ["count": String(omitted)], at: lastPlace)]
  }
}
