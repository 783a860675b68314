import { failure } from '../failure.js';
import { targetsOf } from '../host/host.js';
import { ProfkitCommand } from '../ui/profkit-command.js';
import type { ProbeStatus } from '../workflow/status.js';

export default class Status extends ProfkitCommand {
  static override summary = 'What probes are here, which processes carry them, how to get back';
  static override examples = ['<%= config.bin %> status'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Status);
    const context = await this.open(flags);
    const { status } = await import('../workflow/status.js');
    const probes = await status(context);
    if ((await context.host.hello()).hidden)
      context.progress.warn(failure('HIDDEN_PROBES', { host: context.host.name }).message);
    if (probes.length === 0) this.log(`There is no probe on ${context.host.name}.`);
    for (const p of probes) this.log(told(p));
    return probes;
  }
}

function told(p: ProbeStatus): string {
  const until = new Date(p.until * 1000).toLocaleString('sv');
  const lines = [
    `${p.probe}  ${targetsOf(p)}`,
    `  put in ${new Date(p.created * 1000).toLocaleString('sv')} by ${p.by}; ${p.state === 'reverted' ? 'taken out, but not all the way' : p.spent ? 'spent: a plain call now' : `at most ${p.max} captures, until ${until}`}`,
    ...(p.when === null ? [] : [`  captures calls with ${p.when}`]),
    ...(p.unhooked ? ['  in nothing: its drop-ins are gone, as after a reboot'] : []),
    ...p.files.map((f) => `  ${f.path}: ${f.now}`),
    ...p.processes.map((s) => `  ${s.service} is ${s.state}: ${carried(s, p.unhooked)}`),
    ...p.notes.map((n) => `  ${n}`),
    `  captures on the host: ${p.captures}`,
    `  back: profkit revert ${p.probe}`,
  ];
  return lines.join('\n');
}

function carried({ carrying, without, service }: ProbeStatus['processes'][number], unhooked: boolean): string {
  const pids = (list: number[]) => list.join(', ');
  if (carrying.length === 0 && without.length === 0) return 'no process';
  if (carrying.length === 0)
    return unhooked ? `not in ${pids(without)}` : `not yet in ${pids(without)}; profkit restart ${service}`;
  return `in ${pids(carrying)}${without.length > 0 ? `, not in ${pids(without)}` : ''}`;
}
