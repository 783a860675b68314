"""Runs the programs under an engine and prints what is not true, as JSON.

    python suite.py [PART ...] [--as profkit|eventlet|cprofile] [--patched] [--only PROGRAM] [--setting NAME]
                    [--mutant NAME]
    python suite.py [--list | --mutants]            {program: first line of what it is}, {mutant: programs that notice it}

The parts of profkit's engine are joined in the order in which they are given.
"""
import argparse
import faulthandler
import json
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

parser = argparse.ArgumentParser()
parser.add_argument("parts", nargs="*")
parser.add_argument("--as", dest="kind", default="profkit")
parser.add_argument("--patched", action="store_true")
parser.add_argument("--list", action="store_true")
parser.add_argument("--only", action="append", default=[])
parser.add_argument("--setting")
parser.add_argument("--mutant")
parser.add_argument("--mutants", action="store_true")


def main(options):
    if options.patched:
        import eventlet
        eventlet.monkey_patch()
    import mutants
    import ports
    import programs
    from run import run
    found = programs.load(options.patched)
    if options.list:
        return {p.__name__: p.__doc__.partition("\n")[0] for p in found}
    if options.mutants:
        return mutants.mutants(programs.here(options.patched))
    if programs.has("eventlet"):
        from clock import use_virtual_hub
        use_virtual_hub()
        __import__("eventlet.debug").debug.hub_exceptions(False)
    text = ports.joined(options.parts)
    port = ports.port(options.kind, mutants.mutated(text, options.mutant) if options.mutant else text)
    out = {}
    for one in found:
        if not options.only or one.__name__ in options.only:
            out[one.__name__] = run(one, port, options.setting)
    if options.kind == "profkit":
        shutil.rmtree(os.path.dirname(port.file))
    return out


if __name__ == "__main__":
    faulthandler.enable()
    faulthandler.dump_traceback_later(100, exit=True)
    answer = main(parser.parse_args())
    sys.stdout.write("\n" + json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)     # threads of programs and of pools are nobody's any more
