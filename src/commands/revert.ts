import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { Failure, failure } from '../failure.js';
import { modeWords } from '../openstack/concurrency.js';
import { span } from '../ui/duration.js';
import { HostCommand } from '../ui/host-command.js';
import { readyTimeoutFlag } from '../ui/probe-flags.js';
import type { TakenOut } from '../workflow/take-out.js';

export default class Revert extends HostCommand {
  static override summary = 'Take probes out: every file as it was, byte for byte';
  static override description =
    'Restores the sources, brings captures here that were not collected, and restarts the services that a `run` had restarted with the probe. Also what a killed profkit left.';
  static override examples = ['<%= config.bin %> revert k3f9q2', '<%= config.bin %> revert --all'];
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

  /** What came out, for --json, also where another did not. */
  #done: TakenOut[] = [];

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Revert);
    if (!flags.all && argv.length === 0) throw failure('BAD_OPTION', { what: 'Name the probes, or say --all' });
    const context = await this.open(flags);
    const { oneProbe } = await import('../workflow/captures.js');
    const { takeOut } = await import('../workflow/take-out.js');
    const wanted = argv as string[];
    const probes = flags.all
      ? await context.host.probes()
      : await Promise.all([...new Set(wanted)].map((id) => oneProbe(context.host, id)));
    if (probes.length === 0) context.progress.note('there is no probe here');
    const restart = flags.restart === undefined ? 'journal' : flags.restart ? 'all' : 'none';
    const done = this.#done;
    const failures: Failure[] = [];
    for (const probe of probes) {
      try {
        const out = await takeOut(context, probe, {
          discard: flags.discard,
          restart,
          timeout: flags.timeout,
          readyTimeout: flags['ready-timeout'],
          kill: flags.kill,
          missing: flags.missing,
        });
        for (const name of out.carrying) {
          const has =
            probe.kind === 'compute-db' ? 'runs with its database still' : 'still has it in memory, as a plain call';
          const mode = probe.concurrency ? `, and runs with ${modeWords[probe.concurrency]}` : '';
          context.progress.note(`${name} ${has}${mode}; profkit restart ${name} ends that`);
        }
        done.push(out);
      } catch (e) {
        if (!(e instanceof Failure)) throw e;
        failures.push(e); // the others come out all the same
      }
    }
    if (flags.all) {
      await context.host.sweep();
      failures.push(...(await context.host.unreadable()).map((u) => failure('JOURNAL_UNREADABLE', u)));
    }
    for (const f of failures.slice(1)) context.progress.warn(`${f.message} ${f.next}`);
    if (failures[0]) throw failures[0];
    if ((await context.host.hello()).hidden) throw failure('HIDDEN_PROBES', { host: context.host.name });
    return done;
  }

  protected override toErrorJson(error: unknown): unknown {
    return { ...(super.toErrorJson(error) as object), done: this.#done };
  }
}
