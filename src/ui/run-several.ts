import { EXIT, worstOf } from '../exit-status.js';
import { joinedLines } from '../report/joined-lines.js';
import { endings, type HostResult } from '../workflow/many-hosts.js';
import type { RunOptions } from '../workflow/run.js';
import { type JoinedCapture, type ManyPlan, type ManyRun, planMany, runMany } from '../workflow/run-many.js';
import type { HostContext } from './open-context.js';
import type { Progress } from './progress.js';
import { hostDocuments, sayHosts } from './say-hosts.js';

interface Several {
  optionsOf(context: HostContext): RunOptions;
  /** How many hosts at once. */
  most: number;
  triggerHost: string | undefined;
  dryRun: boolean;
  print(text: string): void;
  progress: Progress;
  errorJson(error: unknown): unknown;
}

/** `profkit run` on several hosts. @returns the document of --json */
export async function runSeveral(
  opened: readonly { name: string; context: HostContext }[],
  others: readonly HostResult<never>[],
  o: Several,
): Promise<unknown> {
  const [first] = others;
  if (opened.length === 0 && first?.kind === 'failed') throw first.error;
  const plan = await planMany(opened, o.optionsOf, o);
  const done = o.dryRun ? undefined : await runMany(plan, o.most);
  const order = [...opened.map((one) => one.name), ...others.map((one) => one.host)];
  const results = [...others, ...(done ? ofRun(plan, done) : ofPlan(plan))].sort(
    (a, b) => order.indexOf(a.host) - order.indexOf(b.host),
  );
  process.exitCode = EXIT[worstOf(endings(results))];
  sayHosts(results, o);
  const hosts = hostDocuments(results, o.errorJson);
  if (done === undefined) return { applied: false, trigger: plan.trigger.plan.trigger, on: plan.trigger.name, hosts };
  o.print(`\n${joinedLines(done.captures).join('\n')}`);
  o.progress.note('More of one: profkit analyze FILE');
  const { probe, shots, deleted } = done.result;
  const calls = shots.map(({ capture: { sidecar }, ...shot }) => ({ ...shot, request: sidecar.request_id }));
  return { probe, on: plan.trigger.name, calls, captures: done.captures, deleted, hosts };
}

type Row = HostResult<unknown>;

const failures = ({ failed, without }: Pick<ManyRun, 'failed' | 'without'>): Row[] => [
  ...failed.map(({ host, error }): Row => ({ host, kind: 'failed', error })),
  ...without.map((host): Row => ({ host, kind: 'done', outcome: { result: null, state: 'none', what: NOTHING } })),
];

const NOTHING = 'no service of the targets runs there';

function ofPlan(plan: ManyPlan<HostContext>): Row[] {
  const rows = [plan.trigger, ...plan.companions].map(({ name, plan: { diff, summary, located, services } }): Row => {
    const targets = located.map(({ target, file, line }) => ({ target, file, line }));
    const result = { targets, services: services.map((s) => s.name), diff };
    const what = name === plan.trigger.name ? `${summary}; the trigger runs here` : summary;
    return { host: name, kind: 'done', outcome: { result, state: 'planned', what, detail: diff } };
  });
  return [...rows, ...failures(plan)];
}

function ofRun(plan: ManyPlan<HostContext>, done: ManyRun): Row[] {
  const failed = new Set(done.failed.map((one) => one.host));
  const names = [plan.trigger, ...plan.companions].map((one) => one.name).filter((name) => !failed.has(name));
  const rows = names.map((name): Row => {
    const captures = done.captures.filter((one) => one.host === name);
    const what = captures.map(({ sidecar }) => `${sidecar.function.name} ${sidecar.wall_seconds.toFixed(3)} s`);
    const state = captures.length > 0 ? 'captured' : 'no call';
    const files = captures.map((one: JoinedCapture) => one.file);
    const said = captures.length > 0 ? what.join(', ') : 'the request did not come here';
    return { host: name, kind: 'done', outcome: { result: { captures: files }, state, what: said } };
  });
  return [...rows, ...failures(done)];
}
