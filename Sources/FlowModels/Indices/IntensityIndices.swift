import Glibc
import Kernel

/// How much people move.
enum IntensityIndices {
  private static let bell = "Bell et al. 2002"

  static let all: [FlowIndex] = [
    // 100 M / P.
    FlowIndex("crude_intensity", bell, needs: [.population], degree: 1) { crude($0) },
    // CMI / ln n²: of one division; `CourgeauIntensity` takes several.
    FlowIndex(
      "courgeau_k", "Courgeau, Population 28 (1973)", needs: [.population], degree: 1
    ) { crude($0) / Glibc.log(Double($0.n * $0.n)) },
    // Σ m_ij / (M p_i p_j), p the shares of the population.
    FlowIndex("preference", "Bachi 1956; Shryock & Siegel 1976", needs: [.population]) {
      system in
      let population = system.population ?? []
      let sum = Statistics.sum(population)
      let moves = system.moves
      return weighted(system) { i, j in
        sum / population[i] * (sum / population[j]) / moves
      }
    },
    // Σ m_ij P / (P_i P_j).
    FlowIndex("velocity", "Bogue, Shryock & Hoermann 1957", needs: [.population], degree: 1) {
      system in
      let population = system.population ?? []
      let sum = Statistics.sum(population)
      return weighted(system) { i, j in sum / population[i] / population[j] }
    },
  ]

  private static func crude(_ system: MigrationSystem) -> Double {
    100 * system.moves / Statistics.sum(system.population ?? [])
  }

  private static func weighted(_ system: MigrationSystem, _ weight: (Int, Int) -> Double) -> Double
  {
    Statistics.sum(
      system.flows.indices.filter { $0 % system.n != $0 / system.n }.map {
        system.flows[$0] * weight($0 % system.n, $0 / system.n)
      })
  }
}

/// What moving does to where people live.
enum ImpactIndices {
  private static let bell = "Bell et al. 2002"

  static let all: [FlowIndex] = [
    // 100 Σ|net| / Σ(in + out).
    FlowIndex("effectiveness", bell, range: 0...100) { system in
      100 * redistribution(system) / (2 * system.moves)
    },
    // 100 · ½ Σ|net| / P: crude intensity times effectiveness by 100.
    FlowIndex("aggregate_net_rate", bell, needs: [.population], degree: 1) { system in
      50 * redistribution(system) / Statistics.sum(system.population ?? [])
    },
  ]

  private static func redistribution(_ system: MigrationSystem) -> Double {
    Statistics.sum(system.net.map { abs($0) })
  }
}
