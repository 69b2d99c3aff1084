import CTexts

/// Schemas that editors and other programs read, as they stand in `scenarios/`.
public enum PublishedSchema {
  /// JSON Schema of scenario files, compiled in from `scenarios/scenario.schema.json`.
  public static var ofScenarios: String {
    let file = unsafe agyn_scenario_schema()
    return unsafe text(UnsafeBufferPointer(start: file.bytes, count: file.count))
  }

  /// JSON Schema of baseline files, compiled in from `scenarios/baseline.schema.json`.
  public static var ofBaselines: String {
    let file = unsafe agyn_baseline_schema()
    return unsafe text(UnsafeBufferPointer(start: file.bytes, count: file.count))
  }

  /// The bytes of a file are static for the life of the program.
  private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    unsafe String(decoding: bytes, as: UTF8.self)
  }
}
