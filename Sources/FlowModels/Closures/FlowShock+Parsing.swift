import Demography

extension FlowShock {
  /// Reads a change as it is written on the command line: what, where, and how it becomes different.
  ///
  /// `wage[dest=KZ-75] * 1.1`, `distance[orig=A|B, dest=C] - 50`, `@departures[orig=A] * 1.2`. A bare name
  /// is a column; `@cost`, `@origin-mass`, `@destination-mass`, `@departures` and `@arrivals` are the
  /// roles of an interaction model and the totals that a closure holds. Without brackets it
  /// concerns every pair.
  /// - Throws: `Faults` `closure.change`.
  public static func parse(_ text: String) throws -> FlowShock {
    let pattern =
      #/\s*([^\[\]]+?)\s*(?:\[([^\[\]]*)\])?\s*([*\/+\-])\s*([0-9][0-9.]*(?:[eE][+\-]?[0-9]+)?)\s*/#
    guard let found = text.wholeMatch(of: pattern), let number = Double(found.4),
      let subject = subject(String(found.1)), let ends = ends(found.2),
      let change = change(String(found.3), number)
    else {
      throw Faults(
        Fault(
          .usage, "closure.change", ["found": text],
          at: Place(file: "change", line: 1, column: 1, length: max(1, text.count), text: text)))
    }
    return FlowShock(
      text.trimmed, subject, change, origins: ends.origins, destinations: ends.destinations)
  }

  private static func subject(_ name: String) -> Subject? {
    switch name {
    case "@cost": .cost
    case "@origin-mass": .originMass
    case "@destination-mass": .destinationMass
    case "@departures": .originTotal
    case "@arrivals": .destinationTotal
    default: name.hasPrefix("@") ? nil : .covariate(name)
    }
  }

  private static func ends(
    _ text: Substring?
  ) -> (origins: Set<String>?, destinations: Set<String>?)? {
    guard let text else { return (nil, nil) }
    var origins: Set<String>?
    var destinations: Set<String>?
    for part in text.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
      guard sides.count == 2 else { return nil }
      let areas = Set(sides[1].split(separator: "|").map { String($0).trimmed })
      switch sides[0] {
      case "orig" where origins == nil: origins = areas
      case "dest" where destinations == nil: destinations = areas
      default: return nil
      }
    }
    return (origins, destinations)
  }

  private static func change(_ operation: String, _ number: Double) -> Change? {
    switch operation {
    case "*": .times(number)
    case "/": number > 0 ? .times(1 / number) : nil
    case "+": .plus(number)
    default: .plus(-number)
    }
  }
}
