import Demography

/// An option of a command and whether it was given, to be refused where it would change nothing.
public struct GivenOption: Sendable {
  let name: String
  let isGiven: Bool

  public init<Value>(_ name: String, _ value: Value?) {
    self.name = name
    isGiven = value != nil
  }
}

extension [GivenOption] {
  /// - Parameters:
  ///   - chosen: what was asked for, which does not know these options.
  ///   - owner: what they belong to.
  /// - Throws: `Faults` `option.unused` for all that were given.
  public func refuse(with chosen: String, for owner: String) throws {
    let faults = filter(\.isGiven).map {
      Fault(
        .usage, "option.unused", ["option": $0.name, "chosen": chosen, "owner": owner])
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }
  /// - Parameter needed: the option that gives these a meaning and was not given.
  /// - Throws: `Faults` `option.without` for all that were given.
  public func refuse(without needed: String) throws {
    let faults = filter(\.isGiven).map {
      Fault(.usage, "option.without", ["option": $0.name, "needed": needed])
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}
