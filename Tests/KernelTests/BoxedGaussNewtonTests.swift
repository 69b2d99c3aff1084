import Kernel
import Testing

struct BoxedGaussNewtonTests {
  /// Rosenbrock's valley as a sum of squares: 10(y − x²) and 1 − x.
  private func valley(_ p: [Double]) -> BoxedGaussNewton.Local {
    let r = [10 * (p[1] - p[0] * p[0]), 1 - p[0]]
    let J = Matrix([[-20 * p[0], 10], [-1, 0]])
    return BoxedGaussNewton.Local(
      value: dot(r, r), gradient: J.transposeTimes(r).map { 2 * $0 }, curvature: 2 * J.gram())
  }

  @Test func aValleyIsFollowedToItsEnd() throws {
    let found = try BoxedGaussNewton().minimise(
      from: [-1.2, 1], lower: [-5, -5], upper: [5, 5], valley)
    #expect(abs(found.point[0] - 1) < 1e-6 && abs(found.point[1] - 1) < 1e-6)
    #expect(found.value < 1e-12)
  }

  /// With x ≤ ½ the minimum lies at (½, ¼), value ¼.
  @Test func aBoundHoldsTheComponentThatPushesOut() throws {
    let found = try BoxedGaussNewton().minimise(
      from: [-1.2, 1], lower: [-5, -5], upper: [0.5, 5], valley)
    #expect(found.point[0] == 0.5)
    #expect(abs(found.point[1] - 0.25) < 1e-8)
    #expect(abs(found.value - 0.25) < 1e-12)
  }

  @Test func aStartOutsideTheDomainIsRefused() {
    #expect(throws: KernelError.objectiveNotFinite(at: [1])) {
      try BoxedGaussNewton().minimise(from: [1], lower: [0], upper: [2]) { _ in nil }
    }
  }
}
