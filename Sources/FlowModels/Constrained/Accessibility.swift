import Glibc

/// How near each destination lies to its competitors.
public enum Accessibility {
  /// `acc_ij = Σ_{k ≠ i, j} W_k^a d_jk^b`: the other destinations as seen from j, without the origin.
  ///
  /// Its logarithm as a covariate gives the competing-destinations model (Fotheringham 1983): a negative
  /// coefficient says that destinations near others get less.
  ///
  /// - Parameters:
  ///   - masses: W, one for each area, positive.
  ///   - distances: between all areas, `areas · areas`, first index fastest; the diagonal is not read.
  ///   - massExponent: a; distanceExponent: b, as a rule −1.
  /// - Returns: `areas · areas`, origin fastest; NaN on the diagonal.
  /// - Complexity: O(areas³) additions, O(areas²) powers.
  public static func competing(
    masses: [Double], distances: [Double], massExponent: Double, distanceExponent: Double
  ) -> [Double] {
    let n = masses.count
    precondition(distances.count == n * n, "\(distances.count) distances between \(n) areas")
    let weights = masses.map { pow($0, massExponent) }
    var values = [Double](repeating: .nan, count: n * n)
    for j in 0..<n {
      let terms = (0..<n).map { k in
        k == j ? 0 : weights[k] * pow(distances[k * n + j], distanceExponent)
      }
      for i in 0..<n where i != j {
        // Summed anew: taking one term off the whole would lose its digits where it is most of it.
        var sum = 0.0
        for k in 0..<n where k != i { sum += terms[k] }
        values[j * n + i] = sum
      }
    }
    return values
  }
}
