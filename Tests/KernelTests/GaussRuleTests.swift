import Foundation
import Kernel
import Testing

/// Laws of Gaussian quadrature: moments of the weight up to degree 2n − 1, and those beyond missed.
struct GaussRuleTests {
  @Test(arguments: [1, 2, 5, 12, 33, 64])
  func normalMomentsAreExact(_ count: Int) throws {
    let rule = try GaussRule.normal(count)
    #expect(rule.nodes.count == count && rule.nodes == rule.nodes.sorted())
    // (2k − 1)!! as long as it stays a number one can compare.
    var expected = 1.0
    for k in 0..<min(count, 30) {
      let moment = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(2 * k)) }
      #expect(abs(moment / expected - 1) < 1e-11, "\(count) nodes, degree \(2 * k)")
      let odd = zip(rule.nodes, rule.weights).reduce(0) {
        $0 + $1.1 * pow($1.0, Double(2 * k + 1))
      }
      #expect(abs(odd) < 1e-11 * expected * Double(count))
      expected *= Double(2 * k + 1)
    }
  }

  @Test(arguments: [1, 3, 12, 40])
  func uniformMomentsAreExact(_ count: Int) throws {
    let rule = try GaussRule.uniform(count)
    for k in 0..<count {
      let moment = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(2 * k)) }
      #expect(abs(moment * Double(2 * k + 1) - 1) < 1e-12, "\(count) nodes, degree \(2 * k)")
    }
  }

  /// Abramowitz & Stegun 1964, table 25.10: the outer of five nodes is 2.02018 in their scale, √2 of ours.
  @Test func fiveNodesStandWhereTheTableHasThem() throws {
    let rule = try GaussRule.normal(5)
    #expect(abs(rule.nodes[4] / 2.0.squareRoot() - 2.020182870456) < 1e-11)
    #expect(abs(rule.weights[4] * Double.pi.squareRoot() - 0.01995324205905) < 1e-12)
    #expect(abs(rule.weights[2] * Double.pi.squareRoot() - 0.9453087204829) < 1e-12)
  }

  @Test func aDegreeTooHighIsMissed() throws {
    let rule = try GaussRule.normal(3)
    let sixth = zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, 6) }
    #expect(abs(sixth - 15) > 1)
  }
}
