import { Failure, failure } from '../failure.js';
import type { ProbeState } from '../host/host.js';
import { modeWords } from '../openstack/concurrency.js';
import type { Context } from './context.js';
import { type TakenOut, type TakeOutOptions, takeOut } from './take-out.js';

/**
 * Takes probes out, each whatever becomes of the others.
 * @param all they are all that there are: what a killed profkit left beside them goes too, and what cannot be read is told
 * @returns what came out, and what did not: the first of that is what a command fails with, the others have been told
 */
export async function takeOutAll(
  context: Context,
  probes: readonly ProbeState[],
  options: TakeOutOptions,
  { all }: { all: boolean },
): Promise<{ done: TakenOut[]; failures: Failure[] }> {
  const { host, progress } = context;
  if (probes.length === 0) progress.note('there is no probe here');
  const done: TakenOut[] = [];
  const failures: Failure[] = [];
  for (const probe of probes) {
    try {
      const out = await takeOut(context, probe, options);
      for (const name of out.carrying) {
        const has =
          probe.kind === 'compute-db' ? 'runs with its database still' : 'still has it in memory, as a plain call';
        const mode = probe.concurrency ? `, and runs with ${modeWords[probe.concurrency]}` : '';
        progress.note(`${name} ${has}${mode}; profkit restart ${name} ends that`);
      }
      done.push(out);
    } catch (e) {
      if (!(e instanceof Failure)) throw e;
      failures.push(e); // the others come out all the same
    }
  }
  if (all) {
    await host.sweep();
    failures.push(...(await host.unreadable()).map((u) => failure('JOURNAL_UNREADABLE', u)));
  }
  for (const f of failures.slice(1)) progress.warn(`${f.message} ${f.next}`);
  if (failures.length === 0 && (await host.hello()).hidden)
    failures.push(failure('HIDDEN_PROBES', { host: host.name }));
  return { done, failures };
}
