#!/usr/bin/env python3
"""Follows docs/ADDING.md to the letter in a copy of the tree, builds it, and looks for the result in the help."""
import pathlib
import re
import shutil
import subprocess

from program import ROOT, case, close

TREE = ROOT / ".build-adding" / "tree"


def sentence(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout


def oneSourceOneModelOneLeverAreFoundInTheHelp(folder):
    shutil.rmtree(TREE, ignore_errors=True)
    TREE.mkdir(parents=True)
    shutil.copy(ROOT / "Package.swift", TREE)
    for name in ("Sources", "Tests"):
        shutil.copytree(ROOT / name, TREE / name)
    text = (ROOT / "docs" / "ADDING.md").read_text()
    recipes = re.findall(
        r"`(Sources/\S+\.swift)`\n\n```swift\n(.*?)```\n\nLine in `(Sources/\S+\.swift)`: `([^`]+)`\n\nText `(\S+)`: ([^\n]+)\n", text, re.S)
    assert len(recipes) == 3, len(recipes)
    for file, code, catalogue, line, key, texts in recipes:
        assert not (TREE / file).exists(), file
        (TREE / file).write_text(code)
        listed = (TREE / catalogue).read_text()
        end = re.search(r"\n  \]", listed)
        (TREE / catalogue).write_text(listed[:end.start()] + "\n    " + line + listed[end.start():])
        for language, words in zip(("en", "ru", "kk"), texts.split(" · ")):
            with (TREE / "Sources/Words/Texts" / f"{language}.txt").open("a") as out:
                out.write(f"{key} = {words}\n")
    build = subprocess.run(
        ["swift", "build", "--product", "agyn", "--scratch-path", str(ROOT / ".build-adding" / "build")],
        cwd=TREE, capture_output=True, text=True)
    assert build.returncode == 0, build.stdout[-3000:]
    program = str(ROOT / ".build-adding" / "build" / "debug" / "agyn")
    assert "recent-mean" in sentence(program, "series", "forecast", "--help")
    assert "The mean of the last eight values." in sentence(program, "series", "forecast", "--help")
    assert "birth_bonus" in sentence(program, "scenario", "check", "--help")
    assert "plain" in sentence(program, "data", "add", "--help")
    table = folder / "y.csv"
    table.write_text("unique_id,ds,y\n" + "".join(f"a,{2000 + k},{k * k}\n" for k in range(12)))
    shown = sentence(program, "series", "forecast", str(table), "--model", "recent-mean", "--horizon", "1", "--json")
    mean = sum(k * k for k in range(4, 12)) / 8
    assert f"{mean:g}" in shown, shown
    shutil.rmtree(TREE)


case(oneSourceOneModelOneLeverAreFoundInTheHelp)
close()
