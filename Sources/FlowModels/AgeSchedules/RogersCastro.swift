import Glibc

/// Rogers and Castro's model of migration rates by age.
///
/// `m(x) = c + a₁e^{−α₁x} + a₂e^{−α₂(x−μ₂) − e^{−λ₂(x−μ₂)}} + a₃e^{−α₃(x−μ₃) − e^{−λ₃(x−μ₃)}} + a₄e^{α₄x}`:
/// a constant, children, the labour force, retirement and the oldest. Without retirement and oldest
/// seven parameters, with the oldest nine, with retirement eleven, with both thirteen.
///
/// A. Rogers and L. J. Castro, Model Migration Schedules, IIASA RR-81-30 (1981); United Nations,
/// Preparing Migration Data for Subnational Population Projections (1992).
public struct RogersCastro: Hashable, Sendable {
  /// A curve that rises at `steepness` around `position` and falls at `descent`.
  public struct Peak: Hashable, Sendable {
    /// a, α, μ, λ.
    public var level: Double
    public var descent: Double
    public var position: Double
    public var steepness: Double

    public init(level: Double, descent: Double, position: Double, steepness: Double) {
      self.level = level
      self.descent = descent
      self.position = position
      self.steepness = steepness
    }

    func rate(_ x: Double) -> Double {
      let past = x - position
      return level * Glibc.exp(-descent * past - Glibc.exp(-steepness * past))
    }
  }

  /// a e^{slope · x}.
  public struct Slope: Hashable, Sendable {
    public var level: Double
    /// α: a fall for children, a rise for the oldest; above 0 for both.
    public var rate: Double

    public init(level: Double, rate: Double) {
      self.level = level
      self.rate = rate
    }
  }

  /// c.
  public var constant: Double
  public var children: Slope
  public var labour: Peak
  public var retirement: Peak?
  public var oldest: Slope?

  public init(
    constant: Double, children: Slope, labour: Peak, retirement: Peak? = nil,
    oldest: Slope? = nil
  ) {
    self.constant = constant
    self.children = children
    self.labour = labour
    self.retirement = retirement
    self.oldest = oldest
  }

  /// The rate at exact age x.
  public func rate(_ x: Double) -> Double {
    constant + children.level * Glibc.exp(-children.rate * x) + labour.rate(x)
      + (retirement?.rate(x) ?? 0)
      + (oldest.map { $0.level * Glibc.exp($0.rate * x) } ?? 0)
  }

  public func rates(_ ages: [Double]) -> [Double] { ages.map { rate($0) } }

  /// Indices of the shape (Rogers & Castro 1981, table 5).
  public struct Shape: Hashable, Sendable {
    /// μ₂.
    public let peaking: Double
    /// a₁ / a₂ and its inverse.
    public let childDependency: Double
    public let labourDependency: Double
    /// λ₂ / α₂.
    public let labourAsymmetry: Double
    /// α₁ / α₂: whether children move as their parents do.
    public let regularity: Double
  }

  public var shape: Shape {
    Shape(
      peaking: labour.position, childDependency: children.level / labour.level,
      labourDependency: labour.level / children.level,
      labourAsymmetry: labour.steepness / labour.descent,
      regularity: children.rate / labour.descent)
  }

  /// Names and values in the order c, a1, alpha1, a2, alpha2, mu2, lambda2, a3, …, a4, alpha4.
  public var parameters: [(name: String, value: Double)] {
    var list = [
      ("c", constant), ("a1", children.level), ("alpha1", children.rate), ("a2", labour.level),
      ("alpha2", labour.descent), ("mu2", labour.position), ("lambda2", labour.steepness),
    ]
    if let peak = retirement {
      list += [
        ("a3", peak.level), ("alpha3", peak.descent), ("mu3", peak.position),
        ("lambda3", peak.steepness),
      ]
    }
    if let slope = oldest { list += [("a4", slope.level), ("alpha4", slope.rate)] }
    return list
  }

  /// A schedule from parameters by name; `nil` unless c, a1, alpha1 and the four of the labour force are
  /// there. Retirement needs all four of its own, the oldest both.
  public init?(named values: [String: Double]) {
    func peak(_ k: Int) -> Peak? {
      guard let level = values["a\(k)"], let descent = values["alpha\(k)"],
        let position = values["mu\(k)"], let steepness = values["lambda\(k)"]
      else { return nil }
      return Peak(level: level, descent: descent, position: position, steepness: steepness)
    }
    func slope(_ k: Int) -> Slope? {
      guard let level = values["a\(k)"], let rate = values["alpha\(k)"] else { return nil }
      return Slope(level: level, rate: rate)
    }
    guard let constant = values["c"], let children = slope(1), let labour = peak(2) else {
      return nil
    }
    self.init(
      constant: constant, children: children, labour: labour, retirement: peak(3),
      oldest: slope(4))
  }
}
