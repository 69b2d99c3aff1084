import Demography

/// What a long job tells while it works; the command line draws it, a log keeps it.
public protocol ProgressListener: AnyObject, Sendable {
  /// A stage began or has news. `stage` and `detail` are keys of the language files.
  func report(_ event: ProgressEvent)
}

/// One piece of news.
public struct ProgressEvent: Sendable {
  /// Key under `stage.`: `loading`, `checking`, `harmonising`, `fitting`, `projecting`, `writing`.
  public let stage: String
  /// Key of the sentence that says what was done, with its arguments; `nil` while counting.
  public let detail: String?
  public let arguments: [String: String]
  /// Parts done and parts in all, where the stage can say.
  public let done: Int?
  public let total: Int?

  public init(
    _ stage: String, detail: String? = nil, _ arguments: [String: String] = [:], done: Int? = nil,
    total: Int? = nil
  ) {
    self.stage = stage
    self.detail = detail
    self.arguments = arguments
    self.done = done
    self.total = total
  }
}

/// Keeps quiet.
public final class SilentProgress: ProgressListener {
  public init() {}
  public func report(_ event: ProgressEvent) {}
}
