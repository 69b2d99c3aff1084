/// Two sides of arithmetic over measures or columns and the relation that should hold between them:
/// `POP[t+1] - POP[t] == NATINC[t] + NET[t]`.
public struct Expression: Hashable, Sendable {
  public enum Relation: String, Hashable, Sendable {
    case equal = "=="
    case atMost = "<="
    case atLeast = ">="
  }

  /// A measure or a numeric column, in the period of the check or some periods from it.
  public struct Term: Hashable, Sendable {
    public let name: String
    /// Narrows the observations of the name: `NET{SCOPE == EXTERNAL}`.
    public let selector: Predicate?
    /// Periods after the one that is checked; negative before.
    public let offset: Int
    /// Whether all observations of the group are added up.
    public let isSum: Bool
  }

  public indirect enum Node: Hashable, Sendable {
    case number(Double)
    case term(Term)
    case negative(Node)
    case sum(Node, Node)
    case difference(Node, Node)
    case product(Node, Node)
    case quotient(Node, Node)
  }

  public let left: Node
  public let relation: Relation
  public let right: Node
  /// The sides as they were written.
  public let leftText: String
  public let rightText: String

  /// The terms of both sides, from left to right.
  public var terms: [Term] { Self.terms(left) + Self.terms(right) }

  private static func terms(_ node: Node) -> [Term] {
    switch node {
    case .number: []
    case .term(let term): [term]
    case .negative(let inner): terms(inner)
    case .sum(let a, let b), .difference(let a, let b), .product(let a, let b),
      .quotient(let a, let b):
      terms(a) + terms(b)
    }
  }

  /// The value of a side; `nil` when a term is absent or a divisor is zero.
  static func value(_ node: Node, _ resolve: (Term) -> Double?) -> Double? {
    func both(_ a: Node, _ b: Node, _ join: (Double, Double) -> Double) -> Double? {
      guard let a = value(a, resolve), let b = value(b, resolve) else { return nil }
      let joined = join(a, b)
      return joined.isFinite ? joined : nil
    }
    switch node {
    case .number(let number): return number
    case .term(let term): return resolve(term)
    case .negative(let inner): return value(inner, resolve).map(-)
    case .sum(let a, let b): return both(a, b, +)
    case .difference(let a, let b): return both(a, b, -)
    case .product(let a, let b): return both(a, b, *)
    case .quotient(let a, let b): return both(a, b, /)
    }
  }
}
