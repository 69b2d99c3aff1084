import Kernel

/// What produced a run.
public enum Engine {
  public static let version = "0.12.0"
  /// Changes whenever a change of the code can change a published number.
  public static let generation = 1

  /// To be called first by a program.
  public static func begin() { endIdleThreads() }
}
