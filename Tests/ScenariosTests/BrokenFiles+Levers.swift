extension BrokenFile {
  /// Faults of levers, their paths, regions, ages and events.
  static let ofLevers: [BrokenFile] = [
    BrokenFile(
      "an unknown kind", lever: "id: a, kind: rat, target: {component: fertility}",
      "6:19 no kind of lever 'rat' | the kinds that work: rate, count, driver, cap, corridor, programme, return_migration, shock, displacement, stock_rule, closure, climate"
    ),
    BrokenFile(
      "no kind", lever: "id: a, target: {component: fertility}",
      "6:5 the key 'kind' is missing | add 'kind:' here"),
    BrokenFile(
      "no target", lever: "id: a, kind: rate, path: {op: multiply, points: {2025: 1}}",
      "6:5 the key 'target' is missing | add 'target:' here"),
    BrokenFile(
      "an unknown component",
      lever:
        "id: a, kind: rate, target: {component: fertilty}, path: {op: multiply, points: {2025: 1}}",
      "6:45 'fertilty' is not permitted for component | permitted: fertility, mortality, internal, emigration"
    ),
    BrokenFile(
      "a key of another kind",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1}}, takeup: 1",
      "6:98 'takeup' is not a key this file knows | known keys: id, title, kind, enabled, priority, target, evidence, path"
    ),
    BrokenFile(
      "a target's key of another component",
      lever:
        "id: a, kind: rate, target: {component: fertility, from: [City]}, path: {op: multiply, points: {2025: 1}}",
      "6:62 'from' has no meaning for the component fertility | remove the key or choose another component"
    ),
    BrokenFile(
      "an unknown region",
      lever:
        "id: a, kind: rate, target: {component: fertility, regions: [Cty]}, path: {op: multiply, points: {2025: 1}}",
      "6:66 no region or set 'Cty' at the launch | did you mean 'City'? name a region of the launch or a set of the baseline file"
    ),
    BrokenFile(
      "an operation of another kind",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: cap, points: {2025: 1}}",
      "6:68 'cap' is not permitted for op | permitted: multiply, set"),
    BrokenFile(
      "an unknown unit",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, unit: percent, points: {2025: 1}}",
      "6:84 'percent' is not permitted for unit | permitted: ratio"),
    BrokenFile(
      "points out of order",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2026: 1, 2025: 2}}",
      "6:96 the point 2025 does not follow the one before | sort the points by time, each once"),
    BrokenFile(
      "a fifth quarter",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2026-Q5: 1}}",
      "6:87 '2026-Q5' is no time of this file | write a year 2027, a quarter 2027-Q2 or a day 2027-01-01"
    ),
    BrokenFile(
      "a word for a number",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: more}}",
      "6:93 'more' is no number for a.points.2025 | write a figure such as 0.25, or $name for a parameter"
    ),
    BrokenFile(
      "a negative factor",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: -1}}",
      "6:93 a.points.2025 is -1 | it must lie between 0 and 100"),
    BrokenFile(
      "no points", lever: "id: a, kind: rate, target: {component: fertility}, path: {op: multiply}",
      "6:63 the key 'points' is missing | add 'points:' here"),
    BrokenFile(
      "a list for a path", lever: "id: a, kind: rate, target: {component: fertility}, path: [1, 2]",
      "6:63 a list of keys is expected here | write one of these keys with a value: op, unit, points, interpolate, after, multiply_by"
    ),
    BrokenFile(
      "an unknown interpolation",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1}, interpolate: cubic}",
      "6:110 'cubic' is not permitted for interpolate | permitted: step, linear, logistic"),
    BrokenFile(
      "an age beyond the table",
      lever:
        "id: a, kind: rate, target: {component: fertility, ages: 7-9}, path: {op: multiply, points: {2025: 1}}",
      "6:62 '7-9' is no age of the projection | write 18-59, 63+ or a single age"),
    BrokenFile(
      "an unknown sex",
      lever:
        "id: a, kind: rate, target: {component: mortality, sexes: [m, w]}, path: {op: multiply, points: {2025: 1}}",
      "6:67 'w' is not permitted for sexes | permitted: m, f"),
    BrokenFile(
      "age ranges that overlap",
      lever:
        "id: a, kind: count, target: {component: immigration}, path: {op: add, points: {2025: 1}}, allocate: {age_shares: {0-2: 0.5, 2-5: 0.5}}",
      "6:130 the ages 2-5 overlap others in the same list | make the ranges exclude each other"),
    BrokenFile(
      "age shares that miss a tenth",
      lever:
        "id: a, kind: count, target: {component: immigration}, path: {op: add, points: {2025: 1}}, allocate: {age_shares: {0-2: 0.5, 3-5: 0.4}}",
      "6:119 the shares sum to 0.9 | make them sum to 1, or give the rest to 'others'"),
    BrokenFile(
      "an unknown programme",
      lever:
        "id: a, kind: shock, target: {component: temporary, programme: wrk}, event: {at: 2026, magnitude: 5}",
      "6:68 the baseline has no programme 'wrk' | did you mean 'work'? programmes stand under 'temporary' in the baseline"
    ),
    BrokenFile(
      "an event after the horizon",
      lever:
        "id: a, kind: shock, target: {component: temporary, programme: work}, event: {at: 2031-Q1, magnitude: 5}",
      "6:87 the event of 2031 lies outside 2025 to 2028 | choose a time within the projection"),
    BrokenFile(
      "regional shares that miss a tenth",
      lever:
        "id: a, kind: shock, target: {component: temporary, programme: work}, event: {at: 2026, magnitude: 5}, allocate: {to: {City: 0.5, North: 0.4}}",
      "6:123 the shares sum to 0.9 | make them sum to 1, or give the rest to 'others'"),
    BrokenFile(
      "a window that ends before it begins",
      lever:
        "id: a, kind: closure, target: {component: immigration}, window: {from: 2026-Q3, until: 2026-Q1}",
      "6:93 the window ends at 2026-Q1, before it begins | set until to the last quarter or year that is inside"
    ),
    BrokenFile(
      "more renewed and settled than expire",
      lever:
        "id: a, kind: stock_rule, target: {component: temporary, programme: work}, window: {from: 2026}, rule: {renewal: 0.9, to_permanent: 0.2}",
      "6:108 renewal may be 0.9 and to_permanent 0.2: together more than all who expire | lower one of them, or give uncertain shares bounds that sum to at most 1"
    ),
    BrokenFile(
      "more days than the window has",
      lever:
        "id: a, kind: stock_rule, target: {component: temporary, programme: work}, window: {from: 2026}, rule: {max_days: 90, window_days: 30}",
      "6:136 window_days is 30 | it must lie between 90 and 366"),
    BrokenFile(
      "a response of no age",
      lever:
        "id: a, kind: climate, target: {component: internal, from: [South]}, driver: heat, path: {op: multiply, points: {2025: 1}}, response: {young: 1}",
      "6:140 'young' is no age of the projection | write 18-59, 63+ or a single age"),
    BrokenFile(
      "a country the programme does not know",
      lever:
        "id: a, kind: corridor, target: {component: temporary, programme: work, countries: [uz]}, path: {op: multiply, points: {2025: 0}}",
      "6:88 programme 'work' names no countries of origin in the baseline | add origins: with shares that sum to 1 to the programme, or use the kind closure for all of it"
    ),
  ]
}
