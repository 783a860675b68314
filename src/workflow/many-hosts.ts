import type { ExitName } from '../exit-status.js';
import { Failure } from '../failure.js';
import type { NamedHost } from '../hosts/named-host.js';
import type { HostRow } from '../report/hosts-text.js';
import { atOnce } from './at-once.js';
import type { Context } from './context.js';
import type { Outcome } from './outcome.js';

/** What came of one of several hosts. */
export type HostResult<R> = { host: string } & (
  | { kind: 'done'; outcome: Outcome<R> }
  /** A Failure, or a bug. */
  | { kind: 'failed'; error: unknown }
  /** What is looked for is not on this host. */
  | { kind: 'absent'; failure: Failure }
  /** Another name of one that is worked on already. */
  | { kind: 'same'; as: string }
  /** Interrupted before its turn came. */
  | { kind: 'not begun' }
);

export interface ManyHosts<C extends Context, R> {
  hosts: readonly NamedHost[];
  /** How many at the same time. */
  atOnce: number;
  signal: AbortSignal;
  open(host: NamedHost): Promise<C>;
  work(context: C): Promise<Outcome<R>>;
}

/** Failures that say no more than that there is nothing to do on a host. */
const ABSENT: readonly string[] = ['NO_PROBE', 'NO_PROBES'];

/**
 * Does the same on several hosts, a bounded number of them at once; what fails on one does not keep the others from it. A host
 * that has two names is worked on once: twice at once would be in its own way.
 * @returns a result of each host, in their order
 */
export async function onHosts<C extends Context, R>(o: ManyHosts<C, R>): Promise<HostResult<R>[]> {
  const machines = new Map<string, string>();
  return atOnce(o.hosts, o.atOnce, async (host) => {
    return { host: host.name, ...(await one(o, host, machines)) } as HostResult<R>;
  });
}

type Unnamed<T> = T extends unknown ? Omit<T, 'host'> : never;

async function one<C extends Context, R>(
  o: ManyHosts<C, R>,
  host: NamedHost,
  machines: Map<string, string>,
): Promise<Unnamed<HostResult<R>>> {
  if (o.signal.aborted) return { kind: 'not begun' };
  let context: C | undefined;
  try {
    context = await o.open(host);
    const as = await otherName(context, host.name, machines);
    if (as !== undefined) return { kind: 'same', as };
    return { kind: 'done', outcome: await o.work(context) };
  } catch (error) {
    if (error instanceof Failure && ABSENT.includes(error.code)) return { kind: 'absent', failure: error };
    return { kind: 'failed', error };
  } finally {
    await context?.host.close().catch(() => {});
  }
}

/** Opens several hosts, which whoever calls this closes; of those that cannot be, and of other names of the same, what came of them. */
export async function openHosts<C extends Context>(
  o: Omit<ManyHosts<C, never>, 'work'>,
): Promise<{ opened: { name: string; context: C }[]; others: HostResult<never>[] }> {
  const machines = new Map<string, string>();
  const opened = new Map<string, C>();
  const results = await atOnce(o.hosts, o.atOnce, async (host): Promise<HostResult<never> | undefined> => {
    try {
      o.signal.throwIfAborted();
      const context = await o.open(host);
      const as = await otherName(context, host.name, machines);
      if (as === undefined) {
        opened.set(host.name, context);
        return undefined;
      }
      await context.host.close();
      return { host: host.name, kind: 'same', as };
    } catch (error) {
      return { host: host.name, kind: 'failed', error };
    }
  });
  const inOrder = o.hosts.flatMap(({ name }) => (opened.has(name) ? [{ name, context: opened.get(name)! }] : []));
  return { opened: inOrder, others: results.filter((one) => one !== undefined) };
}

/** The name that a host is known by already; else it is by this one from now on. */
async function otherName({ host }: Context, name: string, machines: Map<string, string>): Promise<string | undefined> {
  const { machine } = await host.hello();
  if (machine === null) return undefined;
  const as = machines.get(machine);
  if (as === undefined) machines.set(machine, name);
  return as;
}

/** What it ends with, of each host. Where what is looked for is nowhere, it is missing; else on the others it is not needed. */
export function endings<R>(results: readonly HostResult<R>[]): ExitName[] {
  const isAnywhere = results.some((one) => one.kind === 'done');
  return results.map((one) => {
    if (one.kind === 'done') return one.outcome.failure?.exit ?? one.outcome.exit ?? 'done';
    if (one.kind === 'failed') return one.error instanceof Failure ? one.error.exit : 'fault';
    if (one.kind === 'absent') return isAnywhere ? 'done' : one.failure.exit;
    return one.kind === 'not begun' ? 'interrupted' : 'done';
  });
}

/** As a row of the table. */
export function rowOf<R>(result: HostResult<R>): HostRow {
  const { host } = result;
  switch (result.kind) {
    case 'done': {
      const { state, what, detail, failure } = result.outcome;
      return { host, state, what: [what, failure?.message].filter(Boolean).join('; '), detail };
    }
    case 'failed':
      if (!(result.error instanceof Failure)) return { host, state: 'bug', what: String(result.error) };
      return { host, state: STATES[result.error.exit], what: result.error.message };
    case 'absent':
      return { host, state: 'none', what: result.failure.message };
    case 'same':
      return { host, state: 'same', what: `the same host as ${result.as}` };
    case 'not begun':
      return { host, state: 'not begun', what: 'interrupted before its turn' };
  }
}

const STATES = { done: 'done', fault: 'failed', usage: 'failed', refused: 'refused', interrupted: 'interrupted' };

/** What failed on it, if anything did. */
export function errorOf<R>(result: HostResult<R>): unknown {
  if (result.kind === 'failed') return result.error;
  return result.kind === 'done' ? result.outcome.failure : undefined;
}
