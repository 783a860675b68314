import { string } from '@oclif/core/args';
import { HostCommand } from '../ui/host-command.js';

export default class Doctor extends HostCommand {
  static override summary = 'What is here, what would go wrong, and what to do about it';
  static override description =
    'Looks at the host, its OpenStack, the services, the client and its credentials, and at what profkit may have left. It changes nothing. Status 1 where anything fails; warnings are none.';
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor n-sch',
    '<%= config.bin %> doctor --host stack@devstack --json',
    '<%= config.bin %> doctor --inventory hosts.ini --host computes',
  ];
  static override strict = false;
  static override args = {
    service: string({
      description: "services (n-sch, 'n-cpu-*'); default: all of OpenStack's, and those of profkit.yaml",
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Doctor);
    const { examine } = await import('../workflow/doctor/examine.js');
    const { diagnosisText, inShort } = await import('../report/diagnosis-text.js');
    return this.onHosts(flags, async (context) => {
      const { progress, interruption } = context;
      const diagnosis = await progress.step('Look around', () =>
        interruption.during('looking', () => examine(context, argv as string[], process.env)),
      );
      return {
        result: diagnosis,
        text: diagnosisText(diagnosis, process.stdout.columns).trimEnd(),
        state: diagnosis.verdict,
        ...inShort(diagnosis),
        exit: diagnosis.verdict === 'fail' ? ('fault' as const) : ('done' as const),
      };
    });
  }
}
