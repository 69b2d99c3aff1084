#!/usr/bin/env python3
"""Draw chart specifications as pictures, all in one process and without a network.

    render_charts.py CHARTS_FOLDER OUT_FOLDER [--svg] [--png] [--scale 2]

Reads every *.vl.json (Vega-Lite) and *.vg.json (Vega) of CHARTS_FOLDER and writes NAME.svg and
NAME.png; both where neither is asked for. One line a chart; exit 1 when one cannot be drawn, 66 when
the package vl-convert-python is absent or there is no specification.
"""

import argparse
import json
import pathlib
import sys


def written(path: pathlib.Path, content: bytes) -> None:
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_bytes(content)
    scratch.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("charts", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--svg", action="store_true")
    parser.add_argument("--png", action="store_true")
    parser.add_argument("--scale", type=float, default=2)
    arguments = parser.parse_args()
    try:
        import vl_convert
    except ImportError:
        print("render_charts: the package vl-convert-python is not installed", file=sys.stderr)
        return 66
    paths = sorted(arguments.charts.glob("*.vl.json")) + sorted(arguments.charts.glob("*.vg.json"))
    if not paths:
        print(f"render_charts: no chart in {arguments.charts}", file=sys.stderr)
        return 66
    both = not arguments.svg and not arguments.png
    arguments.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    for path in paths:
        name = path.name.rsplit(".", 2)[0]
        specification = json.loads(path.read_text(encoding="utf-8"))
        locale = specification.get("config", {}).get("locale", {}).get("number")
        options = {"format_locale": locale} if locale else {}
        try:
            if path.name.endswith(".vl.json"):
                specification = vl_convert.vegalite_to_vega(specification)
            if arguments.svg or both:
                svg = vl_convert.vega_to_svg(specification, **options)
                written(arguments.out / f"{name}.svg", svg.encode("utf-8"))
            if arguments.png or both:
                png = vl_convert.vega_to_png(specification, scale=arguments.scale, **options)
                written(arguments.out / f"{name}.png", png)
        except ValueError as error:
            failed += 1
            print(f"FAIL {path.name}: {str(error).splitlines()[0]}")
        else:
            print(f"ok   {path.name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
