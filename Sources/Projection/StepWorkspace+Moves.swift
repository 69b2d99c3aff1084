extension StepWorkspace {
  /// Moves of the step that was just taken, without planned ones, `to · from`, origin fastest.
  ///
  /// - Parameter level: the rates of the step, as in `StepRates`.
  public func moves(_ level: [Double]) -> [Double] {
    let n = regions
    precondition(level.count == outLevel.count * n, "\(level.count) rates for \(n) regions")
    var flows = [Double](repeating: 0, count: n * n)
    for (s, g) in classOfStream.enumerated() {
      for j in 0..<n {
        for i in 0..<n { flows[j * n + i] += level[(g * n + j) * n + i] * movers[s * n + i] }
      }
    }
    return flows
  }
}
