extension RogersCastro {
  /// Where a schedule turns, how many moves it stands for and how old the movers are.
  ///
  /// Highest and lowest point are found to a thousandth of a year; the area is that of the trapezoids of
  /// as fine a grid. Shares and mean age are those of a population of the same size at every completed
  /// age from 0 to 100. Rogers & Castro (1981), chapter 3.
  public struct Landmarks: Hashable, Sendable {
    /// Area under the schedule from age 0 to 100: moves of a person who lives through all of it.
    public let grossRate: Double
    /// Exact age between 5 and 45 at which the rate is highest, and the rate.
    public let highAge: Double
    public let highRate: Double
    /// Exact age between 5 and the high one at which the rate is lowest, and the rate.
    public let lowAge: Double
    public let lowRate: Double
    /// Shares of movers aged 0-14, 15-64, 65 and over; they sum to 1.
    public let shareUnder15: Double
    public let share15To64: Double
    public let share65AndOver: Double
    /// Of the movers, in exact years.
    public let meanAge: Double

    /// Years from the lowest to the highest rate.
    public var labourShift: Double { highAge - lowAge }
    /// What the rate rises by between them.
    public var jump: Double { highRate - lowRate }
  }

  public var landmarks: Landmarks {
    let fine = (0...100_000).map { rate(Double($0) / 1000) }
    var area = -(fine[0] + fine[100_000]) / 2
    for value in fine { area += value }
    let high = (5000...45_000).max { fine[$0] < fine[$1] } ?? 5000
    let low = (5000...high).min { fine[$0] < fine[$1] } ?? 5000
    var parts = [0.0, 0, 0]
    var years = 0.0
    for age in 0...100 {
      let moves = fine[age * 1000]
      parts[age < 15 ? 0 : age < 65 ? 1 : 2] += moves
      years += moves * (Double(age) + 0.5)
    }
    let moves = parts[0] + parts[1] + parts[2]
    return Landmarks(
      grossRate: area / 1000, highAge: Double(high) / 1000, highRate: fine[high],
      lowAge: Double(low) / 1000, lowRate: fine[low], shareUnder15: parts[0] / moves,
      share15To64: parts[1] / moves, share65AndOver: parts[2] / moves, meanAge: years / moves)
  }
}
