import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { HostCommand } from '../ui/host-command.js';
import { patchOptions, probeFlags, TARGET_HELP } from '../ui/probe-flags.js';

export default class Patch extends HostCommand {
  static override summary = 'Put a probe into methods of a service';
  static override description =
    "Finds the methods with the service's own interpreter, shows the edit (one decorator line each) and makes it; journal first. The service has it after its next restart.";
  static override examples = [
    '<%= config.bin %> patch nova.scheduler.manager:SchedulerManager._select_destinations --service n-sch --id instance_uuids',
    '<%= config.bin %> patch select_destinations get_by_host --service n-sch',
    '<%= config.bin %> patch nova/scheduler/manager.py:235 --dry-run',
    '<%= config.bin %> patch scheduler',
  ];
  static override strict = false;
  static override args = { target: string({ description: TARGET_HELP }) };
  static override flags = {
    ...probeFlags,
    'dry-run': boolean({ description: 'show the edit, change nothing' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Patch);
    const { newId } = await import('../workflow/new-id.js');
    // on several hosts one id: what is one to the user is named as one
    const options = { ...patchOptions(argv as string[], flags, await this.defaults()), probe: newId() };
    const { planPatch } = await import('../workflow/plan-patch.js');
    const { putIn, putInWords } = await import('../workflow/put-in.js');
    return this.onHosts(flags, async (context, show) => {
      const { host, progress, interruption } = context;
      const plan = await progress.step(
        'Find the target',
        () => interruption.during('looking', () => planPatch(context, options)),
        (p) => p.summary,
      );
      show(plan.diff);
      const { journal } = plan.request;
      const live = flags['dry-run']
        ? undefined
        : await progress.step(
            'Put the probe in',
            () => interruption.during('putting the probe in', () => putIn(host, plan, (text) => progress.warn(text))),
            (l) => `probe ${journal.probe}, ${putInWords(plan, l)}`,
          );
      const services = plan.services.map((s) => s.name);
      const { mode, why } = plan.chosen;
      const restart = journal.mode === 'live' ? '' : `profkit restart ${services.join(' ')}; then `;
      const note = flags['dry-run']
        ? `mode ${mode}${why ? ` (${why})` : ''}; nothing was changed`
        : `Next: ${restart}profkit trigger; and back: profkit revert ${journal.probe}`;
      return {
        result: {
          probe: journal.probe,
          mode: journal.mode,
          applied: !flags['dry-run'],
          ...plan.located.map(({ target, file, line }) => ({ target, file, line }))[0],
          targets: plan.located.map(({ target, file, line }) => ({ target, file, line })),
          services,
          concurrency: plan.concurrency,
          ...(live ? { live } : {}),
          diff: plan.diff,
        },
        detail: plan.diff,
        state: flags['dry-run'] ? 'planned' : 'put in',
        what: `${journal.probe}, mode ${mode}: ${plan.summary}`,
        notes: [note],
      };
    });
  }
}
