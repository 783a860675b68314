import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { failure } from '../failure.js';
import { span } from '../ui/duration.js';
import { HostCommand } from '../ui/host-command.js';
import { readyTimeoutFlag } from '../ui/probe-flags.js';
import type { TakenOut } from '../workflow/take-out.js';

export default class Revert extends HostCommand {
  static override summary = 'Take probes out: every file as it was, byte for byte';
  static override description =
    'Restores the sources, brings captures here that were not collected, and restarts the services that a `run` had restarted with the probe. Also what a killed profkit left.';
  static override examples = [
    '<%= config.bin %> revert k3f9q2',
    '<%= config.bin %> revert --all',
    '<%= config.bin %> revert k3f9q2 --host @computes',
  ];
  static override strict = false;
  static override args = { probe: string({ description: 'ids of probes' }) };
  static override flags = {
    all: boolean({ description: 'every probe of this host' }),
    restart: boolean({
      allowNo: true,
      description: 'restart all services that carry the probe, or (--no-restart) none',
    }),
    kill: boolean({ description: 'end processes that outlive the stop of a service' }),
    missing: boolean({ description: 'give up files that are not there any more, and forget them' }),
    discard: boolean({ description: 'drop captures that were not collected' }),
    timeout: span({ default: 120, defaultHelp: async () => '2m', description: 'time to wait for a service to stop' }),
    'ready-timeout': readyTimeoutFlag,
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Revert);
    if (!flags.all && argv.length === 0) throw failure('BAD_OPTION', { what: 'Name the probes, or say --all' });
    const wanted = [...new Set(argv as string[])];
    const { oneProbe } = await import('../workflow/captures.js');
    const { takeOutAll } = await import('../workflow/take-out-all.js');
    return this.onHosts(flags, async (context) => {
      const probes = flags.all
        ? await context.host.probes()
        : await Promise.all(wanted.map((id) => oneProbe(context.host, id)));
      const { discard, timeout, kill, missing } = flags;
      const restart = flags.restart === undefined ? 'journal' : flags.restart ? 'all' : 'none';
      const how = { discard, restart, timeout, readyTimeout: flags['ready-timeout'], kill, missing } as const;
      const { done, failures } = await takeOutAll(context, probes, how, flags);
      return {
        result: done,
        state: failures.length > 0 ? 'failed' : done.length > 0 ? 'taken out' : 'clean',
        what: done.length > 0 ? done.map(inShort).join('; ') : failures.length > 0 ? '' : 'there is no probe here',
        failure: failures[0],
      };
    });
  }
}

function inShort({ probe, collected, restarted, carrying }: TakenOut): string {
  const brought = collected?.files.length ? [`${collected.files.length} captures brought to ${collected.folder}`] : [];
  const anew = restarted.length > 0 ? [`restarted ${restarted.map((r) => r.service).join(', ')}`] : [];
  const still = carrying.length > 0 ? [`still in ${carrying.join(', ')}`] : [];
  return [probe, ...brought, ...anew, ...still].join(', ');
}
