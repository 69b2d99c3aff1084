extension BrokenFile {
  /// Faults of syntax, of keys, and of what stands at the top of a file.
  static let ofForm: [BrokenFile] = [
    BrokenFile(
      "an open bracket", whole: "schema: agyn.scenario/1\nid: [broken\n",
      "3:1 this list or map in brackets cannot be read | inside [ ] and { } a value that contains [ ] { } , or : must be quoted: \"value\""
    ),
    BrokenFile(
      "a tab", whole: "schema: agyn.scenario/1\nbaseline:\n\tref: toy\n",
      "3:1 a tab stands where the line is indented | indent with spaces"),
    BrokenFile(
      "a key twice", "id: again\nlevers: []\n",
      "2:1 the key 'id' stands here twice | keep one of them"),
    BrokenFile(
      "another schema",
      whole:
        "schema: agyn.scenario/2\nid: broken\ntitle: {en: A}\nbaseline: {ref: toy}\nlevers: []\n",
      "1:9 this file says schema 'agyn.scenario/2' | expected 'agyn.scenario/1'"),
    BrokenFile(
      "an unknown key at the top", after: "varants: []\n",
      "7:1 'varants' is not a key this file knows | did you mean 'variants'? known keys: schema, id, title, owner, status, baseline, geography_sets, parameters, correlations, indicators, levers, variants, compare, goal_seek, time, constraint, uncertainty, outputs, checks"
    ),
    BrokenFile(
      "an identifier in capitals",
      whole:
        "schema: agyn.scenario/1\nid: Broken\ntitle: {en: A}\nbaseline: {ref: toy}\nlevers: []\n",
      "2:5 'Broken' is no identifier | use lower-case Latin letters, digits and hyphens, at most 64"
    ),
    BrokenFile(
      "no title",
      whole: "schema: agyn.scenario/1\nid: broken\nbaseline: {ref: toy}\nlevers: []\n",
      "1:1 the key 'title' is missing | add 'title:' here"),
    BrokenFile(
      "another baseline",
      whole:
        "schema: agyn.scenario/1\nid: broken\ntitle: {en: A}\nbaseline: {ref: tay}\nlevers: []\n",
      "4:17 the scenario is a difference to 'tay', the baseline here is 'toy' | write baseline.ref: toy, or use the other baseline file"
    ),
    BrokenFile(
      "no levers", "variants: []\n",
      "1:1 the key 'levers' is missing | add 'levers:' here"),
    BrokenFile(
      "a status of its own", "status: final\nlevers: []\n",
      "5:9 'final' is not permitted for status | permitted: draft, reviewed, official"),
    BrokenFile(
      "a set named as a region", "geography_sets: {City: [North]}\nlevers: []\n",
      "5:18 the set 'City' has the name of a region | give the set another name"),
    BrokenFile(
      "a set of an unknown region", "geography_sets: {upper: [Nort]}\nlevers: []\n",
      "5:26 no region or set 'Nort' at the launch | did you mean 'North'? name a region of the launch or a set of the baseline file"
    ),
    BrokenFile(
      "bounds the wrong way", "parameters: {p: {value: 1, bounds: [2, 0]}}\nlevers: []\n",
      "5:36 bounds are two numbers, the smaller first | write bounds: [0, 1]"),
    BrokenFile(
      "a value outside its bounds", "parameters: {p: {value: 3, bounds: [0, 2]}}\nlevers: []\n",
      "5:25 value is 3 | it must lie between 0 and 2"),
    BrokenFile(
      "an unknown distribution", "parameters: {p: {dist: gaussian, mean: 1, sd: 1}}\nlevers: []\n",
      "5:24 'gaussian' is not permitted for dist | permitted: normal, lognormal, beta, gamma, uniform, triangular, empirical"
    ),
    BrokenFile(
      "a normal without sd", "parameters: {p: {dist: normal, mean: 1}}\nlevers: []\n",
      "5:17 the key 'sd' is missing | add 'sd:' here"),
    BrokenFile(
      "a key of another distribution",
      "parameters: {p: {dist: normal, mean: 1, sd: 1, mode: 2}}\nlevers: []\n",
      "5:48 'mode' is not a key this file knows | did you mean 'note'? known keys: dist, title, unit, bounds, note, evidence, mean, sd"
    ),
    BrokenFile(
      "a sample with a word", "parameters: {p: {dist: empirical, values: [1, two]}}\nlevers: []\n",
      "5:47 'two' is no number for values | write a figure such as 0.25, or $name for a parameter"),
    BrokenFile(
      "a correlation with a fixed number",
      "parameters: {p: {value: 1}, q: {dist: normal, mean: 1, sd: 1}}\ncorrelations: [{between: [p, q], value: 0.5}]\nlevers: []\n",
      "6:27 parameter p is fixed and cannot go together with another | give it a distribution, or leave it out here"
    ),
    BrokenFile(
      "a correlation of one",
      "parameters: {q: {dist: normal, mean: 1, sd: 1}}\ncorrelations: [{between: [q, q], value: 0.5}]\nlevers: []\n",
      "6:26 a correlation is between two different parameters | write between: [wage, jobs]"),
    BrokenFile(
      "an unknown parameter",
      lever:
        "id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: $p}}",
      "6:93 no parameter 'p' | parameters stand at the top of the file"),
    BrokenFile(
      "a parameter that may leave its place",
      """
      parameters: {p: {dist: normal, mean: 0.5, sd: 0.2}}
      levers:
        - {id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 1}}, takeup: $p}

      """,
      "7:133 parameter p may take values from -0.7676 to 1.768, but a.takeup must lie between 0 and 1 | give the parameter bounds within these, or another distribution"
    ),
  ]
}
