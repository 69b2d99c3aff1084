"""Runs the built program as a person or a timer would. Standard library only."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build" / "release" / "agyn"
passed, failed = [], []


def agyn(*arguments, cwd=None, check=None, env=None):
    """The finished process; `check` is the exit code it must have."""
    done = subprocess.run(
        [str(PROGRAM), *map(str, arguments)], cwd=cwd or ROOT, capture_output=True, text=True,
        env={**os.environ, "NO_COLOR": "1", **(env or {})})
    if check is not None and done.returncode != check:
        raise AssertionError(
            f"agyn {' '.join(map(str, arguments))}: exit code {done.returncode}, not {check}\n{done.stderr[-2000:]}")
    return done


def workspace(folder):
    """A copy of the bundled workspace, so that tests leave the real one as it is."""
    target = pathlib.Path(folder) / "workspace"
    target.mkdir()
    for name in ("agyn.yaml", "data", "models", "scenarios", "share"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("received"))
        elif source.exists():
            shutil.copy(source, target / name)
    return target


def contents(folder, without=("run.log.jsonl",)):
    """Every file of a folder with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(pathlib.Path(folder).rglob("*"))
        if path.is_file() and path.name not in without}


def case(function):
    """Runs a test in a folder of its own and notes how it ended."""
    name = function.__name__
    with tempfile.TemporaryDirectory() as folder:
        try:
            function(pathlib.Path(folder))
            passed.append(name)
            print(f"  passed  {name}", flush=True)
        except Exception as error:  # a failing case must not hide the others
            failed.append(name)
            print(f"  FAILED  {name}: {error}", flush=True)


def close():
    print(f"{len(passed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)
