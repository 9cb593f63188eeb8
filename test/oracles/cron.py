"""Writes cron.json: when each cron expression is due next.

    python3 test/oracles/cron.py

It needs croniter, an implementation in Python that shares no code with croner, which Rolodesk uses, and cron itself, whose
`crontab -n` says which expressions it accepts.
"""

import json
import pathlib
import subprocess
import tempfile
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import croniter

EXPRESSIONS = """
* * * * *
*/15 * * * *
*/7 * * * *
0 * * * *
5,35 * * * *
0 2 * * *
30 4 1 * *
0 0 29 2 *
0 0 31 * *
0 0 30 2 *
0 0 31 4,6,9,11 *
0 12 * * 1-5
0 12 * * 0
0 12 * * 7
0 12 * * 6,0
0 12 * * 5-7
0 12 * * 1-5/2
0 12 * * MON-FRI
0 12 * * mon,wed
0 12 * * sun
0 0 1 JAN *
0 0 1 jan-mar *
0 0 1 */3 *
0 0 1 1,7 *
0 0 13 * 5
0 0 1,15 * 1
0 0 */2 * 1
0 0 1-7 * 1
0 0 * 6 1
0-29/10 8-18 * * *
0-59/20 */6 * * *
10-20/5 0 * * *
3/20 * * * *
0 22-23 * * *
59 23 31 12 *
0 0 1 1 *
1-5 0 * * *
*/59 * * * *
0 */5 * * *
0 0 */10 * *
60 * * * *
* 24 * * *
* * 0 * *
* * 32 * *
* * * 0 *
* * * 13 *
* * * * 8
-1 * * * *
5-1 * * * *
22-2 * * * *
0 22-2 * * *
0 12 * * 6-1
*/0 * * * *
a * * * *
* * * foo *
* * * * foo
*,5 * * * *
5, * * * *
5,,6 * * * *
1-2-3 * * * *
1.5 * * * *
0 0 ? * 1
0 0 L * *
0 0 * * 5#3
0 0 * * 5L
0 0 15W * *
""".strip().splitlines()

STARTS = ["2026-01-01T00:00:00", "2026-02-28T23:59:30", "2027-12-31T23:59:59"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
# Without a change of clocks in the days after them: croniter does not get across it.
ZONED = ["0 2 * * *", "30 12 * * 1-5", "0 0 15 * *", "*/15 * * * *"]
ZONED_STARTS = ["2026-01-10T00:00:00", "2026-06-10T12:30:00"]


def runs(expression, start, zone="UTC", count=4):
    at = datetime.fromisoformat(start).replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone))
    schedule = croniter.croniter(expression, at)
    found = []
    try:
        while len(found) < count:
            found.append(schedule.get_next(datetime).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    except croniter.CroniterBadDateError:
        pass  # It never comes.
    return {"expression": expression, "zone": zone, "after": f"{start}.000Z", "runs": found}


def cron_accepts(expression):
    with tempfile.NamedTemporaryFile("w", suffix=".crontab") as file:
        file.write(f"{expression} true\n")
        file.flush()
        return subprocess.run(["crontab", "-n", file.name], capture_output=True, check=False).returncode == 0


def version(package):
    return subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=True).stdout


accepted = {expression: cron_accepts(expression) for expression in EXPRESSIONS}
times = [
    runs(expression, start)
    for expression in EXPRESSIONS
    if accepted[expression] and croniter.croniter.is_valid(expression)
    for start in STARTS
] + [runs(expression, start, zone, 2) for zone in ZONES for expression in ZONED for start in ZONED_STARTS]

lines = ",\n".join(json.dumps(one) for one in times)
pathlib.Path(__file__).with_name("cron.json").write_text(
    f'{{"madeWith":"croniter {version("python3-croniter")}, cron {version("cron")}",\n'
    f'"accepted":{json.dumps(accepted, indent=1)},\n"runs":[\n{lines}\n]}}\n'
)
