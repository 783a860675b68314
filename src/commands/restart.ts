import { string } from '@oclif/core/args';
import { boolean, integer } from '@oclif/core/flags';
import { failure } from '../failure.js';
import { span } from '../ui/duration.js';
import { HostCommand } from '../ui/host-command.js';

export default class Restart extends HostCommand {
  static override summary = 'Stop services until nothing of them lives, start them, see that they stay up';
  static override examples = ['<%= config.bin %> restart n-sch', '<%= config.bin %> restart n-sch --sleep 5 --kill'];
  static override strict = false;
  static override args = {
    service: string({
      description: 'n-sch stands for devstack@n-sch.service; several may be named; default: those of profkit.yaml',
    }),
  };
  static override flags = {
    timeout: span({
      default: 120,
      defaultHelp: async () => '2m',
      description: 'time to wait for the processes to end',
    }),
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
    const { findService } = await import('../service/find-service.js');
    const { restart } = await import('../service/restart.js');
    const services = await Promise.all(names.map((name) => findService(context.host, name, context.services)));
    const done = [];
    for (const service of services) {
      const title = `Restart ${service.name}`;
      const how = {
        timeout: flags.timeout,
        leftovers: flags.kill ? ('kill' as const) : ('refuse' as const),
        sleep: flags.sleep,
        signal: context.interruption.signal,
      };
      const r = await context.interruption.during(title, () =>
        context.progress.step(
          title,
          (say) => restart(service, { ...how, say }),
          (x) => `main process ${x.mainPid}`,
        ),
      );
      for (const p of r.killed) context.progress.warn(`killed ${p.pid}, which outlived the stop: ${p.argv.join(' ')}`);
      for (const line of r.errors) context.progress.warn(line);
      done.push(r);
    }
    return done;
  }
}
