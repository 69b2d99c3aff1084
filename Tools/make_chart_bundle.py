#!/usr/bin/env python3
"""Make the JavaScript bundle that draws Agyn's charts, without a network.

    make_chart_bundle.py FOLDER

Writes FOLDER/vega-bundle.js, FOLDER/vega-bundle.js.sha256 and FOLDER/vega-bundle.NOTICE.
The bundle comes out of the vl-convert-python package (requirements.txt beside this file); nothing of
it is kept in the repository. Running it again with the same package writes the same bytes.
"""

import hashlib
import importlib.metadata
import pathlib
import sys

PACKAGE = "vl-convert-python"
SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"

NOTICE = """\
vega-bundle.js was made on this machine from the package {package} {version} and contains, minified,
programs that others wrote. They are not part of Agyn and come under these terms:

  Vega, Vega-Lite, Vega-Embed, Vega-Tooltip, Vega-Themes and their parts
      Copyright (c) University of Washington Interactive Data Lab, and contributors
      BSD 3-Clause License
  D3 modules used by Vega
      Copyright Mike Bostock
      ISC License
  fast-json-patch (MIT), json-stringify-pretty-compact (MIT), semver (ISC), tslib (0BSD),
  topojson-client (ISC)
  vl-convert-python, which bundles them
      Copyright (c) the VegaFusion and vl-convert authors
      BSD 3-Clause License

Redistribution and use of BSD 3-Clause code in source and binary forms, with or without modification,
are permitted provided that the copyright notice, the list of conditions and the disclaimer are kept,
and that the names of the copyright holders are not used to endorse products without permission. The
software is provided "as is", without warranty of any kind.
"""


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        import vl_convert
    except ImportError:
        here = pathlib.Path(__file__).parent
        print(
            f"make_chart_bundle: {PACKAGE} is not installed; "
            f"pip install -r {here / 'requirements-charts.txt'}",
            file=sys.stderr,
        )
        return 66
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    version = importlib.metadata.version(PACKAGE)
    # The terms travel with the program: they stand at its head, and so in every report.
    terms = NOTICE.format(package=PACKAGE, version=version).replace("*/", "* /")
    bundle = f"/*!\n{terms}*/\n{vl_convert.javascript_bundle(SNIPPET)}".encode("utf-8")
    digest = hashlib.sha256(bundle).hexdigest()
    notice = f"{terms}\nSHA-256 of vega-bundle.js: {digest}\n"
    for name, content in (
        ("vega-bundle.js", bundle),
        ("vega-bundle.js.sha256", f"{digest}  vega-bundle.js\n".encode()),
        ("vega-bundle.NOTICE", notice.encode("utf-8")),
    ):
        scratch = folder / f".{name}.part"
        scratch.write_bytes(content)
        scratch.replace(folder / name)
    print(f"{folder / 'vega-bundle.js'}: {len(bundle)} bytes, sha256 {digest[:12]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
