"""Writes countries.json: the codes and English names of countries, as in ISO 3166-1.

    python3 test/oracles/countries.py

It needs the data of Debian's package iso-codes in /usr/share/iso-codes.
"""

import json
import pathlib
import subprocess

countries = json.loads(pathlib.Path("/usr/share/iso-codes/json/iso_3166-1.json").read_text())["3166-1"]
version = subprocess.run(["dpkg-query", "-W", "-f=${Version}", "iso-codes"], capture_output=True, text=True, check=True).stdout
lines = ",\n".join(
    json.dumps({key: one[key] for key in ("alpha_2", "alpha_3", "name", "official_name", "common_name") if key in one}, ensure_ascii=False)
    for one in sorted(countries, key=lambda one: one["alpha_2"])
)
pathlib.Path(__file__).with_name("countries.json").write_text(f'{{"madeWith":"iso-codes {version}","countries":[\n{lines}\n]}}\n')
