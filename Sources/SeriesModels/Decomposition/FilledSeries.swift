import Glibc
import Kernel

/// A series whose missing values are filled as R's `na.interp` fills them (Hyndman and Khandakar 2008, forecast
/// 8.20): for finding a season, never as data.
///
/// Waves of each season and a polynomial of time first stand in for what is missing; a robust decomposition of
/// that gives the season, and lines between what is known without it the rest. Straight lines alone where there
/// is no season, where two seasons or less are known, or where the filled values would leave the range of the
/// known ones by half of it.
public struct FilledSeries: Hashable, Sendable {
  public let values: [Double]

  /// - Parameters:
  ///   - values: at least one known; NaN where missing.
  ///   - seasons: rising, each above 1; none for straight lines.
  public init(_ values: [Double], seasons: [Int]) {
    let known = values.filter { !$0.isNaN }
    guard known.count < values.count, let longest = seasons.last, known.count > 2 * longest,
      let guess = Self.regression(values, seasons)
    else {
      self.values = Stationarity.interpolated(values)
      return
    }
    let parts = MultipleSTL(guess, seasons: seasons, isRobust: true)
    let season = values.indices.map { t in parts.seasonal.reduce(0) { $0 + $1[t] } }
    let adjusted = Stationarity.interpolated(zip(values, season).map { $0 - $1 })
    let filled = values.indices.map { values[$0].isNaN ? adjusted[$0] + season[$0] : values[$0] }
    let (low, high) = (known.min() ?? 0, known.max() ?? 0)
    let margin = 0.5 * (high - low)
    let isStable = filled.allSatisfy { $0 <= high + margin && $0 >= low - margin }
    self.values = isStable ? filled : Stationarity.interpolated(values)
  }

  /// The known values, and what waves and a polynomial of degree n/10, from 1 to 6, say elsewhere; `nil` where
  /// the regression cannot be had.
  private static func regression(_ values: [Double], _ seasons: [Int]) -> [Double]? {
    let n = values.count
    let rows = (0..<n).map { t in
      waves(t, seasons) + polynomial(t, count: n, degree: min(max(n / 10, 1), 6))
    }
    let known = values.indices.filter { !values[$0].isNaN }
    do throws(KernelError) {
      let fit = try leastSquares(Matrix(known.map { rows[$0] }), known.map { values[$0] })
      return values.indices.map { t in
        values[t].isNaN ? zip(rows[t], fit.coefficients).reduce(0) { $0 + $1.0 * $1.1 } : values[t]
      }
    } catch {
      return nil
    }
  }

  /// Five pairs for one season, up to twenty for each of several; the sine of the shortest wave is zero.
  private static func waves(_ t: Int, _ seasons: [Int]) -> [Double] {
    seasons.flatMap { m in
      (1...min(m / 2, seasons.count == 1 ? 5 : 20)).flatMap { k in
        let angle = 2 * Double.pi * Double(k * (t + 1) % m) / Double(m)
        return 2 * k == m ? [Glibc.cos(angle)] : [Glibc.sin(angle), Glibc.cos(angle)]
      }
    }
  }

  /// Legendre's polynomials on the span of the series, the constant first.
  private static func polynomial(_ t: Int, count n: Int, degree: Int) -> [Double] {
    let x = 2 * Double(t) / Double(max(1, n - 1)) - 1
    var terms = [1, x]
    for k in 1..<max(2, degree) where k < degree {
      terms.append((Double(2 * k + 1) * x * terms[k] - Double(k) * terms[k - 1]) / Double(k + 1))
    }
    return terms
  }
}
