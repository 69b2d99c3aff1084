#!/usr/bin/env python3
"""Open a report in headless Chromium and look whether it holds together.

    check_report.py REPORT.html [--width 1280,390] [--shots FOLDER]

At each width: no sideways scroll, nothing in the console, no request to a network, and every chart
has a title and marks, those behind a line once it is opened. One line a check; exit 1 when one fails, 66 when there is no browser.
Needs the package selenium, and Chromium with its driver (Debian: chromium, chromium-driver).
"""

import argparse
import json
import pathlib
import sys
import time

LOOK = """
return [...document.querySelectorAll('figure')].map((figure) => {
  const frame = figure.querySelector('.chart');
  const box = frame ? frame.getBoundingClientRect() : null;
  const svg = frame ? frame.querySelector('svg') : null;
  const ink = svg ? svg.querySelectorAll(
    '.role-mark path, .role-mark line, .role-mark text, .role-mark rect').length : 0;
  const bare = svg ? [...svg.querySelectorAll('.mark-rect.role-mark path, .mark-line.role-mark path,'
    + ' .mark-symbol.role-mark path, .mark-area.role-mark path, .mark-path.role-mark path,'
    + ' .mark-rule.role-mark line')].length : 0;
  return {
    id: figure.id,
    title: (figure.querySelector('h3') || {}).textContent || '',
    drawn: frame ? frame.dataset.drawn === 'yes' : null,
    ink: Math.max(ink, bare),
    overflow: svg ? svg.getBoundingClientRect().right - box.right : 0,
    height: box ? box.height : 0,
  };
});
"""


OPEN = """
const folds = [...document.querySelectorAll('details.fold:not([open])')]
  .filter((fold) => fold.querySelector('.chart'));
for (const fold of folds) fold.open = true;
return folds.length;
"""


def browser(width: int):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--hide-scrollbars", "--force-device-scale-factor=1",
        # No name is resolved, so that a request to a network would fail and be seen.
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ):
        options.add_argument(argument)
    for place in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"):
        if pathlib.Path(place).exists():
            options.binary_location = place
            break
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver_place = pathlib.Path("/usr/bin/chromedriver")
    service = Service(str(driver_place)) if driver_place.exists() else Service()
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_window_size(max(width, 500), 900)
    # A window cannot be narrower than 500 pixels; the page inside it can.
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    return driver


def wait_until_drawn(driver, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not driver.find_elements("css selector", ".chart"):
            return True
        if driver.execute_script("return document.documentElement.dataset.charts") == "drawn":
            return True
        time.sleep(0.1)
    return False


def requests(driver) -> list[str]:
    found = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] != "Network.requestWillBeSent":
            continue
        url = message["params"]["request"]["url"]
        if not url.startswith(("file:", "data:", "blob:", "about:")):
            found.append(url)
    return found


def screenshot(driver, path: pathlib.Path) -> None:
    import base64

    size = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    shot = driver.execute_cdp_cmd(
        "Page.captureScreenshot",
        {
            "format": "png", "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1},
        },
    )
    path.write_bytes(base64.b64decode(shot["data"]))


def check(report: pathlib.Path, width: int, shots: pathlib.Path | None) -> bool:
    driver = browser(width)
    results: list[tuple[bool, str]] = []
    try:
        start = time.monotonic()
        driver.get(report.resolve().as_uri())
        drawn = wait_until_drawn(driver, 60)
        seconds = time.monotonic() - start
        results.append((drawn, f"charts drawn in {seconds:.1f} s"))
        if shots:
            shots.mkdir(parents=True, exist_ok=True)
            screenshot(driver, shots / f"{report.stem}-{width}.png")
        # Charts behind a line are drawn once it is opened: open every one and look at them too.
        folds = driver.execute_script(OPEN)
        time.sleep(0.2)
        opened = wait_until_drawn(driver, 60)
        results.append((opened, f"{folds} folded charts opened and drawn"))
        figures = driver.execute_script(LOOK)
        without_title = [f["id"] for f in figures if not f["title"].strip()]
        results.append((not without_title, f"{len(figures)} figures have titles {without_title or ''}"))
        charts = [f for f in figures if f["drawn"] is not None]
        empty = [f["id"] for f in charts if not f["drawn"] or f["ink"] == 0]
        results.append((not empty, f"{len(charts)} charts have marks {empty or ''}"))
        wide = [f["id"] for f in charts if f["overflow"] > 1]
        results.append((not wide, f"no chart is cut off {wide or ''}"))
        scroll = driver.execute_script(
            "return [document.documentElement.scrollWidth, window.innerWidth]")
        results.append((scroll[0] <= width, f"no sideways scroll ({scroll[0]} of {width} px)"))
        messages = [m["message"] for m in driver.get_log("browser")]
        results.append((not messages, f"console is silent {messages[:3] or ''}"))
        asked = requests(driver)
        results.append((not asked, f"no network request {asked[:3] or ''}"))
        if shots:
            screenshot(driver, shots / f"{report.stem}-{width}-open.png")
    finally:
        driver.quit()
    for good, text in results:
        print(f"{'ok  ' if good else 'FAIL'} {report.name} {width} px: {text.strip()}")
    return all(good for good, _ in results)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("--width", default="1280,390")
    parser.add_argument("--shots", type=pathlib.Path)
    arguments = parser.parse_args()
    try:
        import selenium  # noqa: F401
    except ImportError:
        print("check_report: the package selenium is not installed", file=sys.stderr)
        return 66
    if not arguments.report.is_file():
        print(f"check_report: no file {arguments.report}", file=sys.stderr)
        return 66
    good = [check(arguments.report, int(w), arguments.shots) for w in arguments.width.split(",")]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
