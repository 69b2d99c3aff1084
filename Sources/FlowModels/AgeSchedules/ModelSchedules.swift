/// Published schedules of migration by age, ages in years, rates per person and year.
public enum ModelSchedules {
  public struct Named: Hashable, Sendable {
    /// As the publication abbreviates it: `ws`, `ld`, …
    public let id: String
    /// `F`, `M` or `_T`.
    public let sex: String
    public let schedule: RogersCastro
  }

  /// Rogers & Castro (1981): the fundamental schedule.
  public static let fundamental = Named(
    id: "fundamental", sex: "_T", schedule: schedule(0.02, 0.1, 0.06, 0.1, 20, 0.4, 0.003))

  /// United Nations, Preparing Migration Data for Subnational Population Projections (1992): Western
  /// standard `ws`, low and high dependency `ld`, `hd`, young and old labour force entry `ylfe`, `olfe`,
  /// low dependency with low labour force entry `ldllfe`.
  public static let unitedNations: [Named] =
    [
      named("ws", "M", schedule(0.0215, 0.105, 0.0694, 0.112, 20.04, 0.391, 0.0028)),
      named("ld", "M", schedule(0.0128, 0.105, 0.0804, 0.112, 20.04, 0.391, 0.0028)),
      named("hd", "M", schedule(0.0303, 0.105, 0.0582, 0.112, 20.04, 0.391, 0.0028)),
      named("ylfe", "M", schedule(0.0215, 0.105, 0.0691, 0.112, 16.09, 0.391, 0.0028)),
      named("olfe", "M", schedule(0.0215, 0.105, 0.0691, 0.112, 23.99, 0.391, 0.0028)),
      named("ldllfe", "M", schedule(0.0128, 0.105, 0.08, 0.112, 16.09, 0.391, 0.0028)),
      named("ws", "F", schedule(0.0233, 0.107, 0.0766, 0.1436, 20.632, 0.4003, 0.0036)),
      named("ld", "F", schedule(0.0149, 0.107, 0.09, 0.1436, 20.632, 0.4003, 0.0036)),
      // μ₂ = 20.04 as in migest 2.0.5; the other schedules of this sex have 20.632.
      named("hd", "F", schedule(0.0318, 0.107, 0.0632, 0.1436, 20.04, 0.4003, 0.0036)),
      named("ylfe", "F", schedule(0.0233, 0.107, 0.0766, 0.1436, 17.132, 0.4003, 0.0036)),
      named("olfe", "F", schedule(0.0233, 0.107, 0.0766, 0.1436, 24.132, 0.4003, 0.0036)),
      named("ldllfe", "F", schedule(0.0149, 0.107, 0.09, 0.1436, 17.132, 0.4003, 0.0036)),
    ]

  private static func named(_ id: String, _ sex: String, _ schedule: RogersCastro) -> Named {
    Named(id: id, sex: sex, schedule: schedule)
  }

  private static func schedule(
    _ a1: Double, _ alpha1: Double, _ a2: Double, _ alpha2: Double, _ mu2: Double,
    _ lambda2: Double, _ c: Double
  ) -> RogersCastro {
    RogersCastro(
      constant: c, children: RogersCastro.Slope(level: a1, rate: alpha1),
      labour: RogersCastro.Peak(
        level: a2, descent: alpha2, position: mu2, steepness: lambda2))
  }
}
