import { boolean, string } from '@oclif/core/flags';
import { failure } from '../../failure.js';
import { HostCommand } from '../../ui/host-command.js';

export default class ComputeDbEnable extends HostCommand {
  static override summary =
    "Let nova-compute read its cell's database itself, as the guide does before it profiles that";
  static override description =
    "profkit's own engine needs none of this: it measures nova-compute as it runs, with its calls to the conductor as waiting. The guide's profiler mixes up the greenlets in which these calls are waited for; with this there are none, and what runs is not what runs otherwise. Both statements in nova/cmd/compute.py become comments, and [database]connection goes into the configuration of each compute service; journaled, and taken back by disable or revert. The URL is never shown.";
  static override examples = [
    '<%= config.bin %> compute-db enable --dry-run',
    '<%= config.bin %> compute-db enable --service n-cpu-1 --service n-cpu-2',
  ];
  static override flags = {
    service: string({
      char: 's',
      multiple: true,
      multipleNonGreedy: true,
      description: 'compute service (n-cpu-1 stands for devstack@n-cpu-1.service); default: all of this host',
    }),
    'keep-connection': boolean({ description: 'use a [database]connection that is there, whatever it is' }),
    'dry-run': boolean({ description: 'show what would change, change nothing' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ComputeDbEnable);
    const context = await this.open(flags);
    const { host, progress, interruption } = context;
    const { computeDbProbes, computeServices, planComputeDb } = await import('../../workflow/compute-db.js');
    const { tellKept } = await import('../../workflow/put-in.js');
    progress.note(
      "profkit's own engine does not need this: it tells nova-compute's waiting for the conductor as waiting",
    );
    const services = await computeServices(context, flags.service ?? []);
    const names = services.map((s) => s.name);
    const there = (await computeDbProbes(host)).find((p) => p.state === 'applied'); // else it is back already, but for its end
    if (there) {
      const others = names.filter((name) => !there.services.includes(name));
      if (others.length > 0) throw failure('COMPUTE_DB_OTHERS', { probe: there.probe, services: others });
      this.log(`It is on already, for ${there.services.join(', ')}: ${there.probe}.`);
      return {
        probe: there.probe,
        applied: false,
        already: true,
        services: there.services,
        files: [],
        diff: '',
        exposed: [],
        others: [],
        notes: [],
      };
    }
    const plan = await progress.step(
      'Find what keeps nova-compute from its database',
      () =>
        interruption.during('looking', () =>
          planComputeDb(context, services, { keepConnection: flags['keep-connection'] }),
        ),
      (p) => p.files.map((f) => f.path).join(', '),
    );
    for (const note of plan.notes) progress.note(note);
    for (const path of plan.exposed)
      progress.warn(`${path} can be read by any user of this host, and will hold the database's password meanwhile`);
    if (plan.others.length > 0)
      progress.warn(
        `${plan.others.join(', ')} may run the same source, and would start without conductor and database: enable it for all, or do not restart them meanwhile`,
      );
    this.log(plan.diff);
    for (const { path, what } of plan.files) this.log(`${path}: ${what}`);
    const { journal, changes } = plan.request;
    const applied = !flags['dry-run'] && changes.length > 0;
    if (changes.length === 0) this.log('There is nothing to change: nova-compute reads its database already.');
    if (applied) {
      await progress.step(
        'Change them',
        async () => tellKept(await host.apply(plan.request), (text) => progress.warn(text)),
        () => journal.probe,
      );
      progress.note(`Next: profkit restart ${names.join(' ')}; and back: profkit compute-db disable`);
    }
    const { services: of, files, diff, exposed, others, notes } = plan;
    return {
      probe: applied ? journal.probe : null,
      applied,
      already: changes.length === 0,
      services: of,
      files,
      diff,
      exposed,
      others,
      notes,
    };
  }
}
