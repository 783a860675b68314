import { string } from '@oclif/core/args';
import { boolean, integer } from '@oclif/core/flags';
import { failure } from '../failure.js';
import { span } from '../ui/duration.js';
import { HostCommand } from '../ui/host-command.js';
import { fixComputesFlag, readyTimeoutFlag } from '../ui/probe-flags.js';

export default class Restart extends HostCommand {
  static override summary = 'Stop services until nothing of them lives, start them, wait until they are ready';
  static override examples = [
    '<%= config.bin %> restart n-sch',
    "<%= config.bin %> restart 'n-cpu-*' --parallel 4",
    '<%= config.bin %> restart n-sch --sleep 5 --kill',
  ];
  static override strict = false;
  static override args = {
    service: string({
      description:
        "n-sch stands for devstack@n-sch.service, 'n-cpu-*' for all of these that run, nova for all of Nova's that run; several may be named; default: those of profkit.yaml",
    }),
  };
  static override flags = {
    timeout: span({
      default: 120,
      defaultHelp: async () => '2m',
      description: 'time to wait for the processes to end',
    }),
    'ready-timeout': readyTimeoutFlag,
    parallel: integer({ default: 1, min: 1, description: 'how many to restart at once' }),
    'fix-computes': fixComputesFlag,
    kill: boolean({ description: 'end what outlives the stop' }),
    sleep: integer({
      default: 0,
      min: 0,
      description: 'seconds to pause between stop and start, as the guide does with 5',
    }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(Restart);
    const names = argv.length > 0 ? (argv as string[]) : ((await this.defaults()).service ?? []);
    if (names.length === 0) throw failure('NO_SERVICE', {});
    const context = await this.open(flags);
    const { interruption } = context;
    const { selectServices } = await import('../workflow/select-services.js');
    const { restartServices } = await import('../workflow/restart-services.js');
    const services = await interruption.during('looking', () => selectServices(context, names));
    return restartServices(context, services, {
      timeout: flags.timeout,
      readyTimeout: flags['ready-timeout'],
      sleep: flags.sleep,
      leftovers: flags.kill ? 'kill' : 'refuse',
      parallel: flags.parallel,
      goOn: false,
      fixComputes: flags['fix-computes'],
      interruptible: true,
      title: (s) => `Restart ${s.name}`,
    });
  }
}
