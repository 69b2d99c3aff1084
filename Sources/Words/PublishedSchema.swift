import CTexts

/// Schemas that editors and other programs read, as they stand in `scenarios/`.
public enum PublishedSchema {
  /// JSON Schema of scenario files, compiled in from `scenarios/scenario.schema.json`.
  public static var ofScenarios: String {
    let file = unsafe agyn_scenario_schema()
    // Static for the life of the program.
    let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.count)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
