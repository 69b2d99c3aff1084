/// One value of a normal distribution cut off outside `lower … upper`, by inversion in the tail that
/// keeps its digits.
///
/// - Parameter uniform: in (0, 1), from `RandomStream.uniform()`.
/// - Returns: inside the bounds, also where they lie so far out that the mass between them underflows:
///   then the bound nearest to the mean.
public func truncatedNormal(
  mean: Double, standardDeviation: Double, in bounds: ClosedRange<Double>, _ uniform: Double
) -> Double {
  checkPositive(standardDeviation, "standard deviation")
  let a = (bounds.lowerBound - mean) / standardDeviation
  let b = (bounds.upperBound - mean) / standardDeviation
  let z: Double
  if a > 0 {
    // Both bounds above the mean: by upper tails, which do not round to 1.
    let (near, far) = (normalComplementary(a), normalComplementary(b))
    let mass = near - uniform * (near - far)
    z = mass > 0 ? normalUpperQuantile(mass) : a
  } else {
    let (far, near) = (normalCumulative(a), normalCumulative(b))
    let mass = far + uniform * (near - far)
    z = mass > 0 ? normalQuantile(mass) : b
  }
  return min(max(mean + standardDeviation * z, bounds.lowerBound), bounds.upperBound)
}
