import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../host/host.js';
import { findService } from '../service/find-service.js';
import { template } from '../templates.js';
import type { Interruption } from '../ui/interruption.js';
import type { Progress } from '../ui/progress.js';
import { type Analysis, analyze } from './analyze.js';
import { type RunResult, run } from './run.js';

export interface DemoParts {
  progress: Progress;
  interruption: Interruption;
  /** Opens this machine with its journal in that folder. */
  openHost(state: string): Promise<Host>;
  python: string;
  /** Folder to keep the captures in; without one they go with the rest. */
  keep?: string;
}

const DEMO_TARGET = 'manager:SchedulerManager.select_destinations';

/**
 * A whole run on a service that ships inside, through the code that a real one goes through: the service is one that
 * is started and stopped by commands, in a temporary folder that is gone afterwards.
 */
export async function demo(parts: DemoParts): Promise<{ result: RunResult; analysis: Analysis }> {
  const { progress, interruption, python } = parts;
  const folder = await mkdtemp(join(tmpdir(), 'profkit-demo-'));
  const code = join(folder, 'service');
  const command = (verb: string) => [python, join(code, 'service.py'), verb, folder];
  const services = { demo: { start: command('start'), stop: command('stop'), pids: command('pids') } };
  let host: Host | undefined;
  try {
    await cp(template('demo'), code, { recursive: true });
    host = await parts.openHost(join(folder, 'state'));
    const context = { host, progress, interruption, services, captures: parts.keep ?? join(folder, 'captures') };
    const service = await findService(host, 'demo', services);
    await interruption.during('starting the service', () =>
      progress.step(
        'Start a small service',
        () => service.start(),
        () => 'a scheduler with 25 hosts, in a temporary folder',
      ),
    );
    const result = await run(context, {
      patch: {
        targets: [DEMO_TARGET],
        services: ['demo'],
        ids: ['instance_uuids'],
        mode: 'source',
        engine: 'profkit',
        max: 20,
        duration: 600,
      },
      fire: {
        cwd: folder,
        argv: [python, join(code, 'client.py'), folder, 'x1'],
        environment: { OS_CLOUD: 'none' },
        timeout: 30,
        delete: false,
        count: 1,
        parallel: 1,
        repeat: 1,
      },
      timeout: 20,
      sleep: 0,
      settle: 1,
      kill: false,
      fixComputes: false,
    });
    return { result, analysis: await analyze(result.local, { sort: ['cumulative'], limit: ['12'] }) };
  } finally {
    await host?.run(command('stop')).catch(() => {});
    await host?.close();
    await rm(folder, { recursive: true, force: true });
  }
}
