import { string } from '@oclif/core/flags';
import { ProfkitCommand } from '../ui/profkit-command.js';

export default class Demo extends ProfkitCommand {
  static override summary =
    'A whole run on a small service that ships inside: no root, no systemd, nothing left behind';
  static override examples = ['<%= config.bin %> demo'];
  static override flags = {
    python: string({
      default: 'python3',
      description: 'interpreter of the service; where it has eventlet, the service uses that',
    }),
    keep: string({ description: 'folder to keep the capture in' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Demo);
    const { demo } = await import('../workflow/demo.js');
    const { localHost } = await import('../host/local-host.js');
    const { progress, interruption } = this.watched(flags.quiet);
    const openHost = (state: string) => localHost({ state, sudo: false });
    const { result, analysis } = await demo({
      progress,
      interruption,
      openHost,
      python: flags.python,
      ...(flags.keep ? { keep: flags.keep } : {}),
    });
    this.log(`\n${analysis.text}\n\n${NEXT}`);
    return { target: result.target, sidecar: result.shots[0].capture.sidecar, findings: analysis.findings };
  }
}

const NEXT = `That was a small service. On a devstack host, the same on Nova's scheduler:

    profkit run nova.scheduler.manager:SchedulerManager._select_destinations --service n-sch --id instance_uuids \\
      -- openstack --os-compute-api-version 2.37 server create --image IMAGE --flavor c1 --nic none x1

Add --dry-run to see the edit first. Any .prof: profkit analyze FILE.prof --sort tottime`;
