/// The kinds of rules. To add one: a file in `Types` and a line here.
public enum RuleCatalogue {
  public static let all: [any Rule.Type] = [
    DomainRule.self,
    UniqueRule.self,
    RequiredRule.self,
    RangeRule.self,
    IntegerRule.self,
    IdentityRule.self,
    SumRule.self,
    ClosedSystemRule.self,
    BalanceRule.self,
    DiagonalRule.self,
    OrientationRule.self,
    MonotoneCumulativeRule.self,
    CrossSourceRule.self,
    SignConflictRule.self,
    IncomparableRule.self,
    FreshnessRule.self,
    CoverageRule.self,
    RevisionRule.self,
    MisprintRule.self,
  ]
}
