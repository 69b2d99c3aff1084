public import Demography
internal import Digests

extension Lineage {
  /// The lineage of a step: its id is the SHA-256 of step, version, parameters and sorted inputs.
  ///
  /// - Parameter inputs: keys or lineage ids in any order; the same input twice counts once.
  public init(
    step: String, parameters: [String: String], inputs: some Sequence<String>, toolVersion: String
  ) {
    let inputs = Set(inputs).sorted()
    var fields = [step, toolVersion]
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) { fields += [name, value] }
    fields.append("\(parameters.count)")
    fields += inputs
    // Every field goes with its length, so that no two lists of fields read the same.
    let record = fields.map { "\($0.utf8.count):\($0)" }.joined()
    self.init(
      id: SHA256.hex(record), step: step, parameters: parameters, inputs: inputs,
      toolVersion: toolVersion)
  }
}
