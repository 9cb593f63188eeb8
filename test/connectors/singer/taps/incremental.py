"""A Singer tap as they are written in Python: a page at a time from a file that changes, a state after each page."""

import argparse
import json
import os
import sys

parser = argparse.ArgumentParser()
for name in ("--config", "--catalog", "--state"):
    parser.add_argument(name)
parser.add_argument("--discover", action="store_true")
asked = parser.parse_args()


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def say(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


config = load(asked.config)
schema = {
    "type": "object",
    "properties": {
        "id": {"type": ["string"]},
        "name": {"type": ["null", "string"]},
        "email": {"type": ["null", "string"]},
        "updated_at": {"type": ["string"], "format": "date-time"},
    },
}

if asked.discover:
    own = {"inclusion": "available", "table-key-properties": ["id"], "valid-replication-keys": ["updated_at"]}
    fields = [{"breadcrumb": ["properties", name], "metadata": {"inclusion": "available"}} for name in schema["properties"]]
    streams = [
        {"tap_stream_id": name, "stream": name, "schema": schema, "metadata": [{"breadcrumb": [], "metadata": own}, *fields]}
        for name in ("customers", "invoices")
    ]
    json.dump({"streams": streams}, sys.stdout, indent=2)
    sys.exit(0)

selected = {
    stream["tap_stream_id"]: part["metadata"]
    for stream in load(asked.catalog)["streams"]
    for part in stream["metadata"]
    if part["breadcrumb"] == [] and part["metadata"].get("selected")
}
if selected.get("customers", {}).get("replication-method") != "INCREMENTAL":
    print("CRITICAL customers is not selected as incremental", file=sys.stderr)
    sys.exit(1)
if config.get("token") != "a-tap-secret":
    print(f"CRITICAL 401 for {config.get('token')}", file=sys.stderr)
    sys.exit(1)

state = load(asked.state) if asked.state else {}
place = (state.get("bookmarks", {}).get("customers", {}).get("updated_at", ""), "")
print(f"INFO token {config['token']}, from {place[0]}, customer ada@example.com", file=sys.stderr)
say(type="SCHEMA", stream="customers", schema=schema, key_properties=["id"], bookmark_properties=["updated_at"])
dies = config["file"] + ".dies"
dies_after = load(dies) if os.path.exists(dies) else None
sent = 0
while True:
    rows = load(config["file"])
    rows = sorted((row for row in rows if (row["updated_at"], row["id"]) > place), key=lambda row: (row["updated_at"], row["id"]))
    page = rows[: config.get("page", 100)]
    for row in page:
        if sent == dies_after:
            os._exit(3)
        say(type="RECORD", stream="customers", record=row)
        sent += 1
    if not page:
        break
    place = (page[-1]["updated_at"], page[-1]["id"])
    say(type="STATE", value={"bookmarks": {"customers": {"updated_at": place[0]}}})
