#!/usr/bin/env python3
import json
import sys
from typing import Iterator

def read(stream=sys.stdin) -> Iterator[dict]:
    for n, line in enumerate(stream, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            yield json.loads(line)
        except json.JSONDecodeError as e:
            print(f"line {n}: {e.msg} at {e.pos}", file=sys.stderr)

def main(argv=None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    n = 0
    for n, row in enumerate(read(), 1):
        json.dump(row, sys.stdout, sort_keys=True)
        sys.stdout.write("\n")
    sys.stdout.flush()
    return 0 if n else 1

if __name__ == "__main__":
    sys.exit(main())
