import { string } from '@oclif/core/args';
import { integer, string as stringFlag } from '@oclif/core/flags';
import { PRESETS } from '../openstack/presets.js';
import { HostCommand } from '../ui/host-command.js';
import type { ListedTarget } from '../workflow/targets.js';

const STUBS: Record<string, string> = { abstract: 'to be overridden', rpc: 'sends a message', proxy: 'hands on' };

export default class Targets extends HostCommand {
  static override summary = 'What can be profiled here: functions of a name, or the presets';
  static override description =
    "Looks into the modules of the services' own interpreters and imports none. What does the work stands first, stubs and RPC proxies below, tests last. Without a pattern: the presets, which run and patch take in place of a target.";
  static override examples = [
    '<%= config.bin %> targets',
    '<%= config.bin %> targets select_destinations',
    "<%= config.bin %> targets 'SchedulerManager.*' --service n-sch",
    '<%= config.bin %> targets nova/scheduler/manager.py:235',
  ];
  static override args = {
    pattern: string({ description: 'a name, a part of one, Class.method, module:*, or path/to/file.py:LINE' }),
  };
  static override flags = {
    service: stringFlag({
      char: 's',
      multiple: true,
      multipleNonGreedy: true,
      description: 'service whose modules are meant; default: those of all that run',
    }),
    python: stringFlag({ description: "the service's interpreter, where it is not found" }),
    limit: integer({ default: 40, min: 1, description: 'how many are listed' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Targets);
    if (args.pattern === undefined) {
      this.log(PRESETS.map((p) => `${p.name.padEnd(24)}${p.about}\n${' '.repeat(24)}${p.target}`).join('\n'));
      return { presets: PRESETS };
    }
    const context = await this.open(flags);
    const { listTargets } = await import('../workflow/targets.js');
    const { python, limit } = flags;
    const services = flags.service ?? (await this.defaults()).service ?? [];
    const listing = await context.interruption.during('looking', () =>
      listTargets(context, args.pattern!, { services, limit, ...(python ? { python } : {}) }),
    );
    this.log(listing.found.map(told).join('\n'));
    if (listing.more > 0) context.progress.note(`${listing.more} more: say more of the name, or --limit`);
    return listing;
  }
}

function told(t: ListedTarget): string {
  const marks = [
    /^(method|function)$/.test(t.kind) ? '' : t.kind,
    t.stub ? (STUBS[t.stub] ?? t.stub) : '',
    t.test ? 'a test' : '',
  ].filter(Boolean);
  return `${t.target}${t.signature}${marks.length > 0 ? `  [${marks.join(', ')}]` : ''}\n    ${t.file}:${t.line}`;
}
