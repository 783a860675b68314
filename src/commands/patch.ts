import { string } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { HostCommand } from '../ui/host-command.js';
import { patchOptions, probeFlags } from '../ui/probe-flags.js';

export default class Patch extends HostCommand {
  static override summary = 'Put a probe into a method of a service';
  static override description =
    "Finds the method with the service's own interpreter, shows the edit (one decorator line) and makes it; journal first. The service has it after its next restart.";
  static override examples = [
    '<%= config.bin %> patch nova.scheduler.manager:SchedulerManager._select_destinations --service n-sch --id instance_uuids',
  ];
  static override args = { target: string({ required: true, description: 'package.module:Class.method' }) };
  static override flags = {
    ...probeFlags,
    'dry-run': boolean({ description: 'show the edit, change nothing' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Patch);
    const context = await this.open(flags);
    const { planPatch } = await import('../workflow/plan-patch.js');
    const plan = await context.progress.step(
      'Find the target',
      () => context.interruption.during('looking', () => planPatch(context, patchOptions(args.target, flags))),
      (p) => p.summary,
    );
    this.log(plan.diff);
    const { journal } = plan.request;
    if (!flags['dry-run'])
      await context.progress.step(
        'Put the probe in',
        () => context.host.apply(plan.request),
        () => `probe ${journal.probe}`,
      );
    const services = plan.services.map((s) => s.name);
    if (!flags['dry-run']) {
      context.progress.note(
        `Next: profkit restart ${services.join(' ')}; then profkit trigger -- COMMAND; and back: profkit revert ${journal.probe}`,
      );
    }
    return {
      probe: journal.probe,
      applied: !flags['dry-run'],
      target: plan.located.target,
      file: plan.request.edit.path,
      line: plan.located.line,
      services,
      diff: plan.diff,
    };
  }
}
