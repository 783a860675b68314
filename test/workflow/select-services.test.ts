import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { selectServices } from '../../src/workflow/select-services.js';
import { RecordedProgress } from '../fakes/recorded-progress.js';

let folder: string;
let host: Host;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  host = await localHost({ state: join(folder, 'state'), sudo: false });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const spec = { start: 'true', stop: 'true', pids: 'true' };
const select = async (...names: string[]) => {
  const services = { 'odd-1': spec, 'odd-2': spec, 'odd.3': spec, even: spec };
  return (await selectServices({ host, services, progress: new RecordedProgress() }, names)).map((s) => s.name);
};

test('services of profkit.yaml by names and patterns, each once', async () => {
  expect(await select('odd-*', 'odd-1', 'even')).toEqual(['odd-1', 'odd-2', 'even']);
  expect(await select('odd?[23]')).toEqual(['odd-2', 'odd.3']);
  expect(await select('odd.?')).toEqual(['odd.3']);
});

test('a pattern that nothing matches is told with what is here', () =>
  expect(select('o-*-odd')).rejects.toMatchObject({
    code: 'SERVICE_NOT_FOUND',
    message: expect.stringContaining('o-*-odd'),
    next: expect.stringContaining('Here are odd-1, odd-2, odd.3, even'),
  }));

const systemd = existsSync('/run/systemd/system');
test.skipIf(systemd)(
  `a host without systemd, and so without OpenStack's units${systemd ? ' (it runs here)' : ''}`,
  () =>
    expect(select('n-sch')).rejects.toMatchObject({
      code: 'NO_SYSTEMD',
      next: expect.stringContaining('profkit.yaml'),
    }),
);
