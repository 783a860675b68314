import { failure } from '../failure.js';
import { HostCommand } from '../ui/host-command.js';
import type { ProbeStatus } from '../workflow/status.js';

export default class Status extends HostCommand {
  static override summary = 'What probes are here, which processes carry them, how to get back';
  static override examples = ['<%= config.bin %> status'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Status);
    const context = await this.open(flags);
    const { status } = await import('../workflow/status.js');
    const [probes, unreadable] = await Promise.all([status(context), context.host.unreadable()]);
    if ((await context.host.hello()).hidden)
      context.progress.warn(failure('HIDDEN_PROBES', { host: context.host.name }).message);
    for (const u of unreadable) {
      const { message, next } = failure('JOURNAL_UNREADABLE', u);
      context.progress.warn(`${message} ${next}`);
    }
    if (probes.length + unreadable.length === 0) this.log(`There is no probe on ${context.host.name}.`);
    for (const p of probes) this.log(told(p));
    return [...probes, ...unreadable.map(({ probe, path, why }) => ({ probe, unreadable: { path, why } }))];
  }
}

function told(p: ProbeStatus): string {
  const lines = [
    `${p.probe}  ${p.kind === 'compute-db' ? "the cell's database for nova-compute (compute-db)" : p.target}`,
    `  put in ${new Date(p.created * 1000).toLocaleString('sv')} by ${p.by}, mode ${p.mode}${p.concurrency ? `, --concurrency ${p.concurrency}` : ''}; ${stateOf(p)}`,
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
  const until = new Date(p.until * 1000).toLocaleString('sv');
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
