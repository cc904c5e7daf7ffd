"""Runs bypasses inside a sandbox: each a Python of its own in a folder of its own.

Arguments: the folder of the corpus. Input: one case a line, class/file or
class/folder. Output: case, TAB, "ran" or the end of what it said.

A case has done what it must not when the file pf lies in its working folder:
a child process or a text run as code made it, a socket was bound to it, or
START below did, which watches for a file of the system being opened and for
another module's functions being replaced.
"""
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

START = """
import importlib, json, os, sys

def functions():
    encoder, decoder = json.JSONEncoder, json.JSONDecoder
    return json.loads, json.dumps, json.detect_encoding, encoder.default, encoder.__init__, encoder.__eq__, decoder.decode

was = functions()

def mark():
    os.close(os.open(here + "/pf", os.O_CREAT | os.O_WRONLY))

def watch(event, args):
    if event == "open" and args[0] == "/etc/passwd":
        mark()

here = os.getcwd()
sys.addaudithook(watch)
sys.path.insert(0, sys.argv[1])
try:
    importlib.import_module(sys.argv[2])
finally:
    if functions() != was:
        mark()
"""


def run(case):
    root = sys.argv[1]
    kind, name = case.split("/")
    if os.path.isdir(os.path.join(root, case)):
        where, module = os.path.join(root, kind), name + ".main"
    else:
        where, module = os.path.dirname(root), f"{os.path.basename(root)}.{kind}.{name[:-3]}"
    work = tempfile.mkdtemp()
    said = tempfile.TemporaryFile()
    try:
        subprocess.run([sys.executable, "-B", "-c", START, where, module], cwd=work, timeout=60,
                       stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    except subprocess.TimeoutExpired:
        said.write(b"no end after a minute")
    if os.path.exists(work + "/pf"):
        return "ran"
    said.seek(0)
    return repr(said.read()[-400:])


cases = sys.stdin.read().split()
with ThreadPoolExecutor(2) as pool:
    for case, verdict in zip(cases, pool.map(run, cases)):
        print(case, verdict, sep="\t", flush=True)
