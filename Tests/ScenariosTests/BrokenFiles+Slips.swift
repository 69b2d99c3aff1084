/// Slips of people who fill in a file: numbers as they are written elsewhere, and what would do nothing or not what
/// was meant.
extension BrokenFile {
  static let ofSlips: [BrokenFile] = [
    BrokenFile(
      "an empty file", whole: "# nothing yet\n",
      "1:1 the file says nothing | agyn scenario new NAME starts a commented file"),
    BrokenFile(
      "levers by name", "levers:\n  a: {kind: rate}\n",
      "6:3 levers is a list | begin each entry with “- id: …”"),
    BrokenFile(
      "per cent where a share is due",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 300}}, takeup: 80%",
      "6:135 '80%' is no number for a.takeup | did you mean 0.8? write a figure such as 0.25, or $name for a parameter"
    ),
    BrokenFile(
      "a space between thousands",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 5 997}}",
      "6:120 '5 997' is no number for a.points.2025 | did you mean 5997? write a figure such as 0.25, or $name for a parameter"
    ),
    BrokenFile(
      "a comma before decimals",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 300}}, takeup: \"0,8\"",
      "6:135 '0,8' is no number for a.takeup | did you mean 0.8? write a figure such as 0.25, or $name for a parameter"
    ),
    BrokenFile(
      "a comma that may be either",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: \"5,997\"}}",
      "6:120 '5,997' is no number for a.points.2025 | write a figure such as 0.25, or $name for a parameter"
    ),
    BrokenFile(
      "a negative share of a region",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North, City]}, path: {op: add, points: {2025: 300}}, allocate: {to: {North: -5, City: 5}}",
      "6:156 the share of North is below 0 | give shares or weights of 0 or more; leave out a region that takes nobody"
    ),
    BrokenFile(
      "people sent where the target is not",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 300}}, allocate: {to: {City: 1}}",
      "6:142 lever 'a' sends people to City, which its target does not name | name the region in target.to as well, or leave it out of allocate.to"
    ),
    BrokenFile(
      "people sent to where they are",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [South]}, path: {op: add, points: {2025: 300}}",
      "6:79 lever 'a' moves people from a region to itself | name other regions in target.from or target.to"
    ),
    BrokenFile(
      "points as a list",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: [2025, 300]}",
      "6:113 points are values by time | write times with values: points: {2026: 300, 2030: 500}"
    ),
    BrokenFile(
      "a spread that no share can have",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 300}}, takeup: {dist: beta, mean: 0.8, sd: 0.5}",
      "6:163 sd is 0.5 | it must lie between 1e-09 and 0.399"
    ),
    BrokenFile(
      "a cost without its parts",
      lever:
        "id: a, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 300}}, cost: 275",
      "6:133 a list of keys is expected here | write one of these keys with a value: per_person, unit"
    ),
  ]
}
