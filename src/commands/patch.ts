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
    const options = patchOptions(argv as string[], flags, await this.defaults());
    const context = await this.open(flags);
    const { planPatch } = await import('../workflow/plan-patch.js');
    const { putIn, putInWords } = await import('../workflow/put-in.js');
    const plan = await context.progress.step(
      'Find the target',
      () => context.interruption.during('looking', () => planPatch(context, options)),
      (p) => p.summary,
    );
    this.log(plan.diff);
    const { journal } = plan.request;
    const live = flags['dry-run']
      ? undefined
      : await context.progress.step(
          'Put the probe in',
          () => putIn(context.host, plan, (text) => context.progress.warn(text)),
          (l) => `probe ${journal.probe}, ${putInWords(plan, l)}`,
        );
    const services = plan.services.map((s) => s.name);
    const { mode, why } = plan.chosen;
    if (flags['dry-run']) context.progress.note(`mode ${mode}${why ? ` (${why})` : ''}; nothing was changed`);
    else {
      context.progress.note(
        `Next: ${journal.mode === 'live' ? '' : `profkit restart ${services.join(' ')}; then `}profkit trigger; and back: profkit revert ${journal.probe}`,
      );
    }
    return {
      probe: journal.probe,
      mode: journal.mode,
      applied: !flags['dry-run'],
      ...plan.located.map(({ target, file, line }) => ({ target, file, line }))[0],
      targets: plan.located.map(({ target, file, line }) => ({ target, file, line })),
      services,
      concurrency: plan.concurrency,
      ...(live ? { live } : {}),
      diff: plan.diff,
    };
  }
}
