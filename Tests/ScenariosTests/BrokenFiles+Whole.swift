extension BrokenFile {
  /// Faults between levers, and of variants, comparisons, goals and evidence; files with several faults.
  static let ofTheWhole: [BrokenFile] = [
    BrokenFile(
      "a lever twice", after: "  - {\(sound)}\n",
      "7:5 lever 'a' stands twice | give every lever an id of its own"),
    BrokenFile(
      "two levers that set one cell",
      """
      levers:
        - {id: a, kind: count, target: {component: immigration, to: [City]}, path: {op: set, points: {2025: 10}}}
        - {id: b, kind: count, target: {component: immigration, to: [City, North]}, path: {op: set, points: {2026: 20}}}

      """,
      "7:5 levers 'a' (line 6) and 'b' contradict each other: set, set on the same cells | join them into one lever, separate their regions, ages or years, or give both a priority: the higher one has the last word, but no set over a multiply"
    ),
    BrokenFile(
      "a switch of YAML 1.1", lever: "\(sound), enabled: yes",
      "6:109 'yes' is not permitted for enabled | permitted: true, false"),
    BrokenFile(
      "two rules for one programme",
      """
      levers:
        - {id: a, kind: stock_rule, target: {component: temporary, programme: work}, window: {from: 2026}, rule: {renewal: 0.1}}
        - {id: b, kind: stock_rule, target: {component: temporary, programme: work}, window: {from: 2027}, rule: {renewal: 0.2}}

      """,
      "7:5 levers 'a' (line 6) and 'b' contradict each other: set, set on the same cells | join them into one lever, separate their regions, ages or years, or give both a priority: the higher one has the last word, but no set over a multiply"
    ),
    BrokenFile(
      "evidence of an unknown quality", lever: "\(sound), evidence: {quality: certain, source: X}",
      "6:120 'certain' is not permitted for quality | permitted: law, measured, estimated, elicited, assumed"
    ),
    BrokenFile(
      "evidence without a source", lever: "\(sound), evidence: {quality: law}",
      "6:110 the key 'source' is missing | add 'source:' here"),
    BrokenFile(
      "evidence retrieved on no day",
      lever: "\(sound), evidence: {quality: law, source: X, retrieved: spring}",
      "6:147 'spring' is no time of this file | write a year 2027, a quarter 2027-Q2 or a day 2027-01-01"
    ),
    BrokenFile(
      "a variant called baseline", after: "variants: [{id: baseline}]\n",
      "7:12 the variant 'baseline' stands twice or is called baseline | give every variant a name of its own"
    ),
    BrokenFile(
      "a variant twice", after: "variants: [{id: x}, {id: x}]\n",
      "7:21 the variant 'x' stands twice or is called baseline | give every variant a name of its own"
    ),
    BrokenFile(
      "a variant that disables no lever", after: "variants: [{id: x, disable: [b]}]\n",
      "7:30 a variant switches 'b', which is no lever of this file | the levers of this file: a"),
    BrokenFile(
      "a variant that cannot decide", after: "variants: [{id: x, disable: [a], enable: [a]}]\n",
      "7:12 the variant both enables and disables 'a' | keep one of the two"),
    BrokenFile(
      "a variant that sets an unknown parameter", after: "variants: [{id: x, set: {p: 1}}]\n",
      "7:26 no parameter 'p' | parameters stand at the top of the file"),
    BrokenFile(
      "a variant out of bounds",
      """
      parameters: {scale: {value: 1, bounds: [0, 2]}}
      levers:
        - {id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: $scale}}}
      variants: [{id: x, set: {scale: 3}}]

      """,
      "8:33 scale is 3 | it must lie between 0 and 2"),
    BrokenFile(
      "an unknown metric", after: "compare: {metrics: [populaton]}\n",
      "7:21 'populaton' is not permitted for metrics | permitted: population, workforce_15_64, children_0_14, elderly_65_plus, school_age_6_17, dependency_ratio, births, deaths, net_internal, net_international, assisted_moves, temporary_stock, unmet_permits, wanted_permits, temporary_present, displaced_stock, moves_in, moves_out, immigration, emigration, median_age, retained_5y, retention_5y, programme_cost, cost_per_retained_mover"
    ),
    BrokenFile(
      "against an unknown variant", after: "compare: {against: reference}\n",
      "7:20 'reference' is not permitted for against | permitted: baseline, main"),
    BrokenFile(
      "a year after the horizon", after: "compare: {years: [2028, 2040]}\n",
      "7:25 years is 2040 | it must lie between 2025 and 2028"),
    BrokenFile(
      "another decomposition", after: "compare: {decompose: sobol}\n",
      "7:22 'sobol' is not permitted for decompose | permitted: none, shapley, one_at_a_time"),
    BrokenFile(
      "a goal of an unknown parameter",
      after:
        "goal_seek: {vary: p, reach: {metric: population, region: City, year: 2028, value: 5}, bounds: [0, 1]}\n",
      "7:19 no parameter 'p' | parameters stand at the top of the file"),
    BrokenFile(
      "a goal without bounds",
      """
      parameters: {scale: {value: 1}}
      levers:
        - {id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: $scale}}}
      goal_seek: {vary: scale, reach: {metric: population, region: City, year: 2028, value: 5}}

      """,
      "8:12 nothing says between which values of scale to look | add bounds: [lower, upper] to goal_seek or to the parameter"
    ),
    BrokenFile(
      "a goal with two targets",
      """
      parameters: {scale: {value: 1, bounds: [0, 2]}}
      levers:
        - {id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: $scale}}}
      goal_seek:
        vary: scale
        reach: {metric: population, region: City, year: 2028, value: 5, level_of: 2026}

      """,
      "10:64 both value and level_of say what is to be reached | keep one of them"),
    goal(
      "a goal in every region", "metric: population, region: all, year: 2028, value: 5",
      "8:62 a goal is reached in one region or set | name one region, one set of geography_sets, or TOY for the country"
    ),
    goal(
      "a goal of a year that does not end", "metric: births, region: City, year: 2028, value: 5",
      "8:70 year is 2028 | it must lie between 2025 and 2027"),
    goal(
      "a goal at the level of a year that does not end",
      "metric: births, region: City, year: 2027, level_of: 2028",
      "8:86 level_of is 2028 | it must lie between 2025 and 2027"),
    goal(
      "a goal within a year", "metric: population, region: City, year: 2027.9, value: 5",
      "8:74 year is 2027.9 | write a whole number"),
    BrokenFile(
      "half a term",
      lever:
        "id: a, kind: stock_rule, target: {component: temporary, programme: work}, window: {from: 2026}, rule: {max_terms: 2.5}",
      "6:120 max_terms is 2.5 | write a whole number"),
    BrokenFile(
      "three faults in three levers",
      """
      levers:
        - {id: a, kind: rate, target: {component: fertilty}, path: {op: multiply, points: {2025: 1}}}
        - {id: b, kind: levitate, target: {component: internal}}
        - {id: c, kind: count, target: {component: immigration, to: [Suoth]}, path: {op: add, points: {2025: 1}}}

      """,
      "6:45 'fertilty' is not permitted for component | permitted: fertility, mortality, internal, emigration",
      "7:19 no kind of lever 'levitate' | the kinds that work: rate, count, driver, cap, corridor, programme, return_migration, shock, displacement, stock_rule, closure, climate",
      "8:64 no region or set 'Suoth' at the launch | did you mean 'South'? name a region of the launch or a set of the baseline file"
    ),
    BrokenFile(
      "faults in every part",
      whole: """
        schema: agyn.scenario/1
        id: Broken One
        title: {de: Kaputt}
        baseline: {ref: toy, hash: 1}
        parameters: {p: {value: high}}
        levers:
          - {id: a, kind: rate, target: {component: internal, regions: [City]}, path: {op: multiply, points: {2027: 1, 2026: 1}}}
        variants: [{id: x, disabled: [a]}]
        compare: {years: [1999]}

        """,
      "2:5 'Broken One' is no identifier | use lower-case Latin letters, digits and hyphens, at most 64",
      "3:9 'de' is not a key this file knows | known keys: kk, ru, en",
      "3:8 the key 'title.en' is missing | add 'title.en:' here",
      "4:22 'hash' is not a key this file knows | known keys: ref, digest",
      "5:25 'high' is no number for value | write a figure such as 0.25, or $name for a parameter",
      "7:64 'regions' has no meaning for the component internal | remove the key or choose another component",
      "7:112 the point 2026 does not follow the one before | sort the points by time, each once",
      "8:20 'disabled' is not a key this file knows | did you mean 'disable'? known keys: id, title, set, disable, enable",
      "9:19 years is 1999 | it must lie between 2025 and 2028"),
  ]
  /// A file whose goal is at fault, on line 8.
  private static func goal(_ name: String, _ reach: String, _ said: String) -> BrokenFile {
    BrokenFile(
      name,
      """
      parameters: {scale: {value: 1, bounds: [0, 2]}}
      levers:
        - {id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: $scale}}}
      goal_seek: {vary: scale, reach: {\(reach)}}

      """, said)
  }
}
