"""measure.py ENGINE WORKLOAD ROUNDS PROFILER...: runs a workload once under each profiler, in turn, ROUNDS times, all in
this process. Prints the seconds of CPU time of each run: {profiler: [a round's, ...]}."""
import gc
import json
import sys
import time

import profilers
import workloads


def measured(make, run):
    gc.collect()
    profiler = make()
    began = time.process_time()
    profiler.start()
    run()
    profiler.stop()
    return time.process_time() - began


def main(engine, workload, rounds, *names):
    with workloads.WORKLOADS[workload]() as run:
        makers = profilers.profilers(engine)
        for _ in range(3):  # what is done once, and what an adapting interpreter learns
            run()
        spent = {name: [] for name in names}
        for number in range(int(rounds)):
            for place in range(len(names)):  # not always after the same one
                name = names[(place + number) % len(names)]
                spent[name].append(measured(makers[name], run))
    print(json.dumps(spent))


main(*sys.argv[1:])
