public import Demography
import Glibc

/// Which law of opportunities: the probability that a migrant from i ends in j, by the masses of both and the
/// mass s between them.
public enum OpportunityLaw: Hashable, Sendable {
  /// `m_i m_j / ((m_i + s)(m_i + m_j + s))` (Simini, González, Maritan & Barabási 2012), as for a plane without end:
  /// rows add up to less than 1.
  case radiation
  /// The same divided by `1 − m_i/M` (Masucci, Serras, Johansson & Batty 2013): rows add up to 1 without ties.
  case finiteRadiation
  /// `((a + m_j)^α − a^α)(m_i^α + 1) / ((a^α + 1)((a + m_j)^α + 1))` with `a = m_i + s`, rows brought to 1 (Yang,
  /// Herrera, Eagle & González 2014). Not free of the unit of the masses.
  case extendedRadiation(alpha: Double)
  /// `m_j (1/S_ji − 1/M)` with S the mass within the distance of i around j, both ends counted; rows brought to 1
  /// (Yan, Zhao, Fan, Di & Wang 2014).
  case populationWeighted
  /// `e^{−Ls} − e^{−L(s + m_j)}`, rows brought to 1: every opportunity is taken with the same chance (Schneider 1959).
  case schneider(L: Double)
  /// `m_j (s + m_j)^{−γ}`, rows brought to 1; γ = 1 is Stouffer's law (1940).
  case stouffer(gamma: Double)

  public var card: Card {
    switch self {
    case .radiation: Self.card("radiation", "Simini, González, Maritan & Barabási 2012")
    case .finiteRadiation:
      Self.card("radiation_finite", "Masucci, Serras, Johansson & Batty 2013")
    case .extendedRadiation:
      Self.card("radiation_extended", "Yang, Herrera, Eagle & González 2014", "alpha", 0.01...10)
    case .populationWeighted:
      Self.card("population_weighted", "Yan, Zhao, Fan, Di & Wang 2014")
    case .schneider: Self.card("schneider", "Schneider 1959", "L", 0...1)
    case .stouffer: Self.card("stouffer", "Stouffer 1940; Wadycki 1975", "gamma", -5...10)
    }
  }

  /// One law of every kind, with a parameter such as is common.
  public static let all: [OpportunityLaw] = [
    .radiation, .finiteRadiation, .extendedRadiation(alpha: 0.8), .populationWeighted,
    .schneider(L: 1e-6), .stouffer(gamma: 1),
  ]

  private static func card(
    _ id: String, _ reference: String, _ parameter: String? = nil,
    _ range: ClosedRange<Double> = 0...1
  ) -> Card {
    Card(
      catalogue: "flow_opportunity", id: id, reference: reference,
      parameters: parameter.map { [Card.Parameter($0, range: range, standard: "ml")] } ?? [])
  }

  /// Whether the weights of a row are brought to the sum 1.
  var isNormalised: Bool {
    switch self {
    case .radiation, .finiteRadiation: false
    default: true
    }
  }

  /// The weight of one destination.
  /// - Parameters:
  ///   - own: m_i; mass: m_j; s: between them; total: M.
  func weight(own: Double, mass: Double, s: Double, total: Double) -> Double {
    let a = own + s
    switch self {
    case .radiation: return own * mass / (a * (a + mass))
    case .finiteRadiation: return own * mass / (a * (a + mass)) / (1 - own / total)
    case .extendedRadiation(let alpha):
      let (near, far) = (pow(a, alpha), pow(a + mass, alpha))
      return near * expm1(alpha * log1p(mass / a)) * (pow(own, alpha) + 1)
        / ((near + 1) * (far + 1))
    case .populationWeighted: return mass * (1 / (s + own + mass) - 1 / total)
    case .schneider(let L): return -Glibc.exp(-L * s) * expm1(-L * mass)
    case .stouffer(let gamma): return mass * pow(s + mass, -gamma)
    }
  }
}
