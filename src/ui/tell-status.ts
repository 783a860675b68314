import { failure } from '../failure.js';
import type { Context } from '../workflow/context.js';
import type { Outcome } from '../workflow/outcome.js';
import { type ProbeStatus, status } from '../workflow/status.js';

/** No more than the way without oclif tells. */
type Told = Pick<Outcome<unknown>, 'result' | 'text' | 'detail' | 'state' | 'what'>;

/** What `profkit status` says of a host. */
export async function tellStatus(context: Context): Promise<Told> {
  const { name } = context.host;
  const [probes, unreadable] = await Promise.all([status(context), context.host.unreadable()]);
  if ((await context.host.hello()).hidden) context.progress.warn(failure('HIDDEN_PROBES', { host: name }).message);
  for (const u of unreadable) {
    const { message, next } = failure('JOURNAL_UNREADABLE', u);
    context.progress.warn(`${message} ${next}`);
  }
  const text = probes.map(told).join('\n');
  return {
    result: [...probes, ...unreadable.map(({ probe, path, why }) => ({ probe, unreadable: { path, why } }))],
    text: probes.length + unreadable.length === 0 ? `There is no probe on ${name}.` : text,
    detail: text,
    state: unreadable.length > 0 ? 'unreadable' : probes.length > 0 ? 'probed' : 'clean',
    what: [...probes.map(inShort), ...unreadable.map((u) => `${u.probe}, which cannot be read`)].join('; '),
  };
}

function inShort(p: ProbeStatus): string {
  const carrying = p.processes.reduce((count, { carrying }) => count + carrying.length, 0);
  const captures = p.kind === 'compute-db' ? '' : `, ${p.captures === 1 ? '1 capture' : `${p.captures} captures`}`;
  return `${p.probe} ${carrying > 0 ? `in ${carrying === 1 ? '1 process' : `${carrying} processes`}` : 'in no process'}${captures}`;
}

function told(p: ProbeStatus): string {
  const lines = [
    `${p.probe}  ${p.kind === 'compute-db' ? "the cell's database for nova-compute (compute-db)" : p.target}`,
    `  put in ${local(p.created)} by ${p.by}, mode ${p.mode}${p.concurrency ? `, --concurrency ${p.concurrency}` : ''}; ${stateOf(p)}`,
    ...(p.when === null ? [] : [`  captures calls with ${p.when}`]),
    ...(p.unhooked ? ['  in nothing: its drop-ins are gone, as after a reboot'] : []),
    ...p.files.map((f) => `  ${f.path}: ${f.now}`),
    ...p.processes.map((s) => `  ${s.service} is ${s.state}: ${carried(s, p)}`),
    ...p.notes.map((n) => `  ${n}`),
    ...(p.kind === 'compute-db' ? [] : [`  captures on the host: ${p.captures}`]),
    `  back: ${p.back.command}; where profkit is gone: ${p.back.script}`,
  ];
  return lines.join('\n');
}

function stateOf(p: ProbeStatus): string {
  if (p.state === 'reverted') return 'taken out, but not all the way';
  const until = local(p.until);
  const then = p.autoRevert ? `, then ${p.autoRevert}.timer takes it out` : '';
  if (p.kind === 'compute-db') return 'in place';
  return p.spent ? 'spent: a plain call now' : `at most ${p.max} captures, until ${until}${then}`;
}

function carried({ carrying, without, service }: ProbeStatus['processes'][number], p: ProbeStatus): string {
  const pids = (list: number[]) => list.join(', ');
  if (carrying.length === 0 && without.length === 0) return 'no process';
  if (carrying.length === 0) {
    const late = p.unhooked || p.state === 'reverted';
    const how = p.mode === 'live' ? 'profkit trigger puts it in' : `profkit restart ${service}`;
    return late ? `not in ${pids(without)}` : `not yet in ${pids(without)}; ${how}`;
  }
  return `in ${pids(carrying)}${without.length > 0 ? `, not in ${pids(without)}` : ''}`;
}

/** `2026-11-24 18:52:33`. Not by toLocaleString, which loads for 40 ms what it knows of languages. @param at seconds since the epoch */
function local(at: number): string {
  const utc = new Date(at * 1000);
  const shifted = new Date(utc.getTime() - utc.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19).replace('T', ' ');
}
