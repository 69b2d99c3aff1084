import Kernel

/// `X'v` and `X'WX` without ever storing a dummy: effects touch whole lines of the table only.
extension InteractionDesign {
  /// `X'v`. O(cells · terms)
  func gradient(_ v: [Double]) -> [Double] {
    let n = table.origins.count
    var g = [Double](repeating: 0, count: parameterCount)
    for cell in v.indices where isUsed[cell] {
      let (i, j) = (cell % n, cell / n)
      if originParameter[i] >= 0 { g[originParameter[i]] += v[cell] }
      if destinationParameter[j] >= 0 { g[destinationParameter[j]] += v[cell] }
      if localParameter[i] >= 0 {
        for k in local.indices { g[localParameter[i] + k] += v[cell] * local[k][cell] }
      }
    }
    for k in common.indices {
      var sum = 0.0
      for cell in v.indices where isUsed[cell] { sum += v[cell] * common[k][cell] }
      g[effectCount + k] = sum
    }
    return g
  }

  /// The lower triangle of `X'WX`. O(cells · terms²)
  func information(_ w: [Double]) -> Matrix {
    let n = table.origins.count
    var H = Matrix(rows: parameterCount, columns: parameterCount)
    for cell in w.indices where isUsed[cell] {
      let (i, j) = (cell % n, cell / n)
      let (a, b, c) = (originParameter[i], destinationParameter[j], localParameter[i])
      let weight = w[cell]
      if a >= 0 { H[a, a] += weight }
      if b >= 0 { H[b, b] += weight }
      if a >= 0, b >= 0 { H[b, a] += weight }
      for k in common.indices {
        let value = weight * common[k][cell]
        let row = effectCount + k
        if a >= 0 { H[row, a] += value }
        if b >= 0 { H[row, b] += value }
        for l in 0...k { H[row, effectCount + l] += value * common[l][cell] }
      }
      guard c >= 0 else { continue }
      for k in local.indices {
        let value = weight * local[k][cell]
        if a >= 0 { H[c + k, a] += value }
        if b >= 0 { H[c + k, b] += value }
        for l in common.indices { H[c + k, effectCount + l] += value * common[l][cell] }
        for l in 0...k { H[c + k, c + l] += value * local[l][cell] }
      }
    }
    return H
  }
}
