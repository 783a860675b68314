import type { ProbeState } from '../host/host.js';
import { findService } from '../service/find-service.js';
import { type Restarted, restart } from '../service/restart.js';
import { type Collected, collect } from './collect.js';
import type { Context } from './context.js';

export interface TakeOutOptions {
  /** Captures that are still on the host are dropped, not brought here. */
  discard: boolean;
  /** Which services are started anew without the probe. `journal`: those that a run restarted with it. */
  restart: 'journal' | 'all' | 'none';
  /** Seconds to wait for a service to stop. */
  timeout: number;
  settle?: number;
}

export interface TakenOut {
  probe: string;
  target: string;
  /** What was done, by file. */
  files: Record<string, string>;
  collected: Collected | undefined;
  restarted: Restarted[];
  /** Services that still run with the probe in memory, where it is a plain call now. */
  carrying: string[];
}

/**
 * Takes a probe out: switched off and files restored first, then what was captured is brought here, then the services
 * that a run restarted are restarted, and last the journal goes. Can be cut off anywhere and run again.
 */
export async function takeOut(context: Context, probe: ProbeState, options: TakeOutOptions): Promise<TakenOut> {
  const { host, progress } = context;
  const files = await progress.step(
    `Take the probe ${probe.probe} out`,
    () => host.revert(probe.probe),
    (f) =>
      Object.entries(f)
        .map(([path, what]) => `${path} ${what}`)
        .join(', '),
  );
  const collected =
    options.discard || probe.captures.length === 0 ? undefined : await collect(context, probe, { clean: false });
  if (collected && collected.files.length > 0)
    progress.note(`${collected.files.length} captures were brought to ${collected.folder}`);
  const restarted: Restarted[] = [];
  const carrying: string[] = [];
  for (const name of probe.services) {
    const service = await findService(host, name, context.services);
    const now = await service.look();
    // a run stops services too: one that is down now was up before
    const down = !now.active && (probe.restarts ?? []).includes(name);
    const carries = now.processes.some((p) => p.started >= probe.created);
    const wanted =
      options.restart === 'all' || (options.restart === 'journal' && (probe.restarts ?? []).includes(name));
    if (wanted && (down || carries)) {
      const how = {
        timeout: options.timeout,
        kill: true,
        sleep: 0,
        ...(options.settle === undefined ? {} : { settle: options.settle }),
      };
      restarted.push(
        await progress.step(
          `Restart ${service.name} without it`,
          (say) => restart(service, { ...how, say }),
          (r) => `main process ${r.mainPid}`,
        ),
      );
    } else if (carries) carrying.push(service.name);
  }
  await host.forget(probe.probe);
  return { probe: probe.probe, target: probe.target, files, collected, restarted, carrying };
}
