import Demography
import Kernel

extension SamplingPlan {
  /// What every model that is sampled takes, as its card says it.
  static var parameters: [Card.Parameter] {
    let standard = SamplingPlan()
    return [
      ("chains", chainRange, standard.chains), ("warmup", warmupRange, standard.warmup),
      ("draws", drawRange, standard.draws),
    ].map { name, range, value in
      Card.Parameter(
        name, range: Double(range.lowerBound)...Double(range.upperBound), standard: "\(value)")
    }
  }
}
