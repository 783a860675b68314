"""Writes the table of docs/engine.md: each program under profkit's engine, eventlet's Profile and cProfile.

    python tabulate.py DOCUMENT PART ... [--check]

A program runs in a process of its own, in a greenlet as a request of a service does, where it needs eventlet.
--check: prints the lines that would change, and has status 1 if there are any; the document stays as it is.
"""
import argparse
import concurrent.futures
import difflib
import json
import os
import re
import subprocess
import sys

BEGIN, END = "<!-- table: written by test/python/truth/tabulate.py -->", "<!-- end of table -->"
SUITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "suite.py")
ENGINES = "profkit", "eventlet", "cprofile"
LEAKS = re.compile(r"a row that should not be|a caller that is none|a call that was not made|"
                   r"that the truth does not name|that nothing called")
OWN = re.compile(r"(?:\w+ )?(?:\w+|C:(?!switch|throw|getcurrent)\w+)(?: < .*)?: ")
VERDICTS = ("right", "others' rows", "wrong numbers", "harm", "crash")
WORDS = "right in %d", "with rows of what is not the call's in %d", "with wrong numbers in %d", "harming others in %d", "crashing in %d"

parser = argparse.ArgumentParser()
parser.add_argument("document")
parser.add_argument("parts", nargs="+")
parser.add_argument("--check", action="store_true")


def suite(*arguments):
    try:
        done = subprocess.run([sys.executable, SUITE] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, timeout=100)
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError, subprocess.TimeoutExpired):
        return None


def verdict(lines):
    """The worst that the lines of a run say."""
    kinds = [0]
    for line in lines:
        if line.startswith("crash:"):
            kinds.append(4)
        elif line.startswith(("harm:", "left behind:")):
            kinds.append(3)
        elif line.startswith(("untrue:", "capture ")) or OWN.match(line) and not LEAKS.search(line):
            kinds.append(2)
        else:
            kinds.append(1)
    return VERDICTS[max(kinds)]


def judge(work):
    program, engine = work
    found = suite("--as", engine, "--only", program, "--setting", "in_a_greenlet")
    return worst(found[program]) if found else "crash"


def worst(settings):
    return verdict(line for lines in settings.values() for line in lines)


def table(parts):
    programs = suite("--list")
    work = [(program, engine) for program in programs for engine in ENGINES[1:]]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = dict(zip(work, pool.map(judge, work)))
    found.update(((program, "profkit"), worst(settings)) for program, settings in suite(*parts).items())
    for engine, name in zip(ENGINES, ("profkit's engine", "eventlet's `Profile`", "`cProfile`")):
        counts = [sum(found[program, engine] == each for program in programs) for each in VERDICTS]
        yield "- %s: %s." % (name, ", ".join(word % count for word, count in zip(WORDS, counts) if count))
    yield ""
    rows = [("program", "", "profkit", "eventlet", "cProfile")]
    for program, what in programs.items():
        cells = (program.replace("_", " "), what.rstrip(".")) + tuple(found[program, engine] for engine in ENGINES)
        rows.append(cells)
    widths = [max(map(len, column)) for column in zip(*rows)]
    for cells in rows[:1] + [["-" * width for width in widths]] + rows[1:]:
        yield "| %s |" % " | ".join(cell.ljust(width) for cell, width in zip(cells, widths))


def main(options):
    with open(options.document) as document:
        old = document.read()
    head, _, rest = old.partition(BEGIN)
    new = "\n".join([head + BEGIN, ""] + list(table(options.parts)) + ["", END]) + rest.partition(END)[2]
    changes = [line for line in difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)]
    if not options.check:
        with open(options.document, "w") as document:
            document.write(new)
    print("\n".join(changes))
    return 1 if options.check and changes else 0


if __name__ == "__main__":
    sys.exit(main(parser.parse_args()))
