import { string } from '@oclif/core/args';
import { boolean, integer, string as stringFlag } from '@oclif/core/flags';
import { HostCommand } from '../ui/host-command.js';
import { intoFlag, patchOptions, probeFlags, span, TARGET_HELP, triggerOf } from '../ui/probe-flags.js';

export default class Run extends HostCommand {
  static override summary = 'All of it: probe, restart, trigger, collect, revert, restart, analyse';
  static override description =
    'The guide "Profiling With Eventlet" in one line. Whatever happens, Ctrl-C too, what was changed is undone; after a kill -9, profkit revert --all does that.';
  static override examples = [
    '<%= config.bin %> run scheduler',
    '<%= config.bin %> run nova.scheduler.manager:SchedulerManager._select_destinations --service n-sch --id instance_uuids -- openstack --os-compute-api-version 2.37 server create --image cirros-0.4.0-x86_64-disk --flavor c1 --nic none x1',
  ];
  static override usage = '<%= command.id %> [TARGET...] [FLAG...] [-- COMMAND ARGUMENT...]';
  static override strict = false;
  static override args = { target: string({ description: TARGET_HELP }) };
  static override flags = {
    ...probeFlags,
    user: stringFlag({ description: "who runs the trigger; default: the service's user" }),
    timeout: span({
      default: 300,
      defaultHelp: async () => '5m',
      description: 'time for each wait; of the capture 60 s at most',
    }),
    sleep: integer({ default: 0, min: 0, description: 'seconds to pause between stop and start' }),
    kill: boolean({ description: 'end processes that outlive the stop of a service' }),
    delete: boolean({ description: 'delete the server afterwards' }),
    into: intoFlag,
    'dry-run': boolean({ description: 'show the edit and the steps, change nothing' }),
  };

  async run(): Promise<unknown> {
    const trailing = this.takeTrailing();
    const { argv, flags } = await this.parse(Run);
    const targets = argv as string[];
    const config = await this.defaults();
    const patch = patchOptions(targets, flags, config);
    const trigger = triggerOf(trailing, targets, config);
    const context = await this.open(flags);
    const { planRun, run } = await import('../workflow/run.js');
    const fire = {
      argv: trigger,
      timeout: flags.timeout,
      delete: flags.delete,
      cwd: context.folder,
      environment: process.env,
      ...(flags.user ? { user: flags.user } : {}),
    };
    const options = {
      patch,
      fire,
      timeout: flags.timeout,
      sleep: flags.sleep,
      kill: flags.kill,
    };
    if (flags['dry-run']) {
      const { concurrencyWords } = await import('../workflow/plan-concurrency.js');
      const plan = await planRun(context, options);
      const services = plan.services.map((s) => s.name);
      const { mode, why } = plan.chosen;
      const concurrency = concurrencyWords(plan.concurrency, mode === 'live');
      const [before, after] = mode === 'live' ? ['', ''] : [`restart ${services.join(', ')}; `, '; restart'];
      this.log(
        `${plan.diff}\n${concurrency && `${concurrency}.\n`}Mode ${mode}${why ? ` (${why})` : ''}. Then: ${before}run "${plan.fire.argv.join(' ')}" as ${flags.user ?? plan.request.owner}; wait for its capture; collect; take the probe out again${after}.`,
      );
      return {
        applied: false,
        mode,
        targets: plan.located.map(({ target, file, line }) => ({ target, file, line })),
        trigger: plan.fire.argv,
        services,
        concurrency: plan.concurrency,
        diff: plan.diff,
      };
    }
    const result = await run(context, options);
    const { analyze } = await import('../workflow/analyze.js');
    const analysis = await analyze([result.file], {
      sort: ['cumulative'],
      limit: ['10'],
      width: process.stdout.columns,
    });
    this.log(`\n${analysis.text}`);
    if (result.file.endsWith('.prof')) {
      context.progress.note(`More: profkit analyze ${result.file} --sort tottime --limit 30`);
    }
    return {
      probe: result.probe,
      target: result.target,
      concurrency: result.concurrency,
      ...result.triggered,
      capture: result.file,
      sidecar: result.capture.sidecar,
      deleted: result.deleted,
      findings: analysis.findings,
    };
  }
}
