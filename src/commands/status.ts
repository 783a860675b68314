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
    `${p.probe}  ${p.target}`,
    `  put in ${new Date(p.created * 1000).toLocaleString('sv')} by ${p.by}; ${p.state === 'reverted' ? 'taken out, but not all the way' : p.spent ? 'spent: a plain call now' : `at most ${p.max} captures, until ${until}`}`,
    ...p.files.map((f) => `  ${f.path}: ${f.now}`),
    ...p.processes.map((s) => `  ${s.service} is ${s.state}: ${carried(s)}`),
    `  captures on the host: ${p.captures}`,
    `  back: profkit revert ${p.probe}`,
  ];
  return lines.join('\n');
}

function carried({ carrying, without, service }: ProbeStatus['processes'][number]): string {
  const pids = (list: number[]) => list.join(', ');
  if (carrying.length === 0)
    return without.length > 0 ? `not yet in ${pids(without)}; profkit restart ${service}` : 'no process';
  return `in ${pids(carrying)}${without.length > 0 ? `, not in ${pids(without)}` : ''}`;
}
