import { string } from '@oclif/core/args';
import { boolean, integer, string as stringFlag } from '@oclif/core/flags';
import type { NamedHost } from '../hosts/named-host.js';
import { HostCommand } from '../ui/host-command.js';
import type { ContextFlags, HostContext, Watched } from '../ui/open-context.js';
import { fixComputesFlag, intoFlag, patchOptions, probeFlags, TARGET_HELP } from '../ui/probe-flags.js';
import { fireRequest, triggerFlags, triggerOf } from '../ui/trigger-flags.js';
import type { RunOptions } from '../workflow/run.js';

export default class Run extends HostCommand {
  static override summary = 'All of it: probe, restart, trigger, collect, revert, restart, analyse';
  static override description =
    'The guide "Profiling With Eventlet" in one line. Whatever happens, Ctrl-C too, what was changed is undone; after a kill -9, profkit revert --all does that.';
  static override examples = [
    '<%= config.bin %> run scheduler',
    '<%= config.bin %> run scheduler --repeat 10',
    '<%= config.bin %> run scheduler conductor-build compute-build --host ctl,c[1:3]',
    '<%= config.bin %> run nova.scheduler.manager:SchedulerManager._select_destinations --service n-sch --id instance_uuids -- openstack --os-compute-api-version 2.37 server create --image cirros-0.4.0-x86_64-disk --flavor c1 --nic none x1',
  ];
  static override usage = '<%= command.id %> [TARGET...] [FLAG...] [-- COMMAND ARGUMENT...]';
  static override strict = false;
  static override args = { target: string({ description: TARGET_HELP }) };
  static override flags = {
    ...probeFlags,
    ...triggerFlags,
    sleep: integer({ default: 0, min: 0, description: 'seconds to pause between stop and start' }),
    kill: boolean({ description: 'end processes that outlive the stop of a service' }),
    'fix-computes': fixComputesFlag,
    'trigger-host': stringFlag({
      description: 'of several hosts, the one that the trigger runs on; default: the first on which a target runs',
    }),
    into: intoFlag,
    'dry-run': boolean({ description: 'show the edit and the steps, change nothing' }),
  };

  async run(): Promise<unknown> {
    const trailing = this.takeTrailing();
    const { argv, flags } = await this.parse(Run);
    const targets = argv as string[];
    const config = await this.defaults();
    const patch = patchOptions(targets, flags, config);
    const trigger = triggerOf(trailing, targets, config, flags);
    const { planRun, run } = await import('../workflow/run.js');
    const optionsOf = (where: HostContext): RunOptions => ({
      patch,
      fire: fireRequest(trigger, flags, where.folder),
      timeout: flags.timeout,
      sleep: flags.sleep,
      kill: flags.kill,
      fixComputes: flags['fix-computes'],
    });
    const watched = this.watched(flags.quiet);
    const { hosts, several } = await this.chosen(flags, watched);
    if (several) return this.#onSeveral(flags, hosts, watched, optionsOf);
    const context = await this.openOne(flags, hosts[0], watched);
    this.closeAtEnd(context.host);
    const options = optionsOf(context);
    if (flags['dry-run']) {
      const { concurrencyWords } = await import('../workflow/plan-concurrency.js');
      const plan = await planRun(context, options);
      const services = plan.services.map((s) => s.name);
      const { mode, why } = plan.chosen;
      const concurrency = concurrencyWords(plan.concurrency, mode === 'live');
      const [before, after] = mode === 'live' ? ['', ''] : [`restart ${services.join(', ')}; `, '; restart'];
      this.log(
        `${plan.diff}\n${concurrency && `${concurrency}.\n`}Mode ${mode}${why ? ` (${why})` : ''}. Then: ${before}run ${plan.trigger} as ${plan.fire.user}; wait for its capture; collect; take the probe out again${after}.`,
      );
      return {
        applied: false,
        mode,
        targets: plan.located.map(({ target, file, line }) => ({ target, file, line })),
        trigger: plan.fire.recipe.argv,
        services,
        concurrency: plan.concurrency,
        diff: plan.diff,
      };
    }
    const { shots, local, collected, ...result } = await run(context, options);
    const { probe, target, concurrency } = result;
    const of = { probe, target, concurrency };
    const calls = shots.map(({ capture, ...shot }, i) => ({ ...shot, capture: local[i]!, sidecar: capture.sidecar }));
    if (shots.length > 1) {
      const { analyzeRepeats } = await import('../workflow/analyze-repeats.js');
      const { text, ...analysis } = await analyzeRepeats(shots, local, process.stdout.columns);
      this.log(`\n${text}`);
      context.progress.note(`More: profkit analyze ${collected.folder} --each`);
      return { ...of, calls, ...analysis, deleted: result.deleted };
    }
    const [file] = local;
    const { analyze } = await import('../workflow/analyze.js');
    const analysis = await analyze([file], { sort: ['cumulative'], limit: ['10'], width: process.stdout.columns });
    this.log(`\n${analysis.text}`);
    if (file.endsWith('.prof')) context.progress.note(`More: profkit analyze ${file} --sort tottime --limit 30`);
    return { ...of, ...calls[0], deleted: result.deleted, findings: analysis.findings };
  }

  /** The trigger runs on one of them, and what its request came through on the others is captured there. */
  async #onSeveral(
    flags: ContextFlags & { 'dry-run': boolean; 'trigger-host'?: string | undefined },
    hosts: readonly NamedHost[],
    watched: Watched,
    optionsOf: (context: HostContext) => RunOptions,
  ): Promise<unknown> {
    const { openHosts } = await import('../workflow/many-hosts.js');
    const { runSeveral } = await import('../ui/run-several.js');
    const { newId } = await import('../workflow/new-id.js');
    const how = await this.severalHosts(flags, hosts, watched);
    const { opened, others } = await openHosts(how);
    for (const { context } of opened) this.closeAtEnd(context.host);
    const probe = newId(); // one on all hosts
    return runSeveral(opened, others, {
      optionsOf: (context) => {
        const options = optionsOf(context);
        return { ...options, patch: { ...options.patch, probe } };
      },
      most: how.atOnce,
      triggerHost: flags['trigger-host'],
      dryRun: flags['dry-run'],
      print: (text) => this.log(text),
      progress: watched.progress,
      errorJson: (error) => this.toErrorJson(error),
    });
  }
}
