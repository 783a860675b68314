import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.js';
import { localHost } from '../../src/host/local-host.js';
import { findService } from '../../src/service/find-service.js';
import { restart } from '../../src/service/restart.js';

let folder: string;
let host: Host;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  host = await localHost({ state: join(folder, 'state'), sudo: false });
});
afterEach(async () => {
  execFileSync('sh', ['-c', 'for p in $(pgrep -f "^sh $1/service.sh"); do kill -9 $p; done', 'sh', folder]);
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts `body` as a daemon and its stop command ends just the first process, as KillMode=process does. */
function service(body: string) {
  writeFileSync(join(folder, 'service.sh'), body);
  const start = `setsid sh ${folder}/service.sh ${folder}/ >/dev/null 2>&1 </dev/null & echo $! >${folder}/main`;
  return findService(host, 'it', {
    it: { start, stop: `kill $(cat ${folder}/main); true`, pids: `pgrep -f "^sh ${folder}/service.sh"; true` },
  });
}

const how = { timeout: 3, sleep: 0, settle: 0.5, say: () => {} };
const LEAVES_A_WORKER = `[ "$2" ] || { sh "$0" "$1" worker & }\nwhile :; do sleep 0.1; done\n`;

test('another main process, and none of the old ones', async () => {
  const it = await service('while :; do sleep 0.1; done\n');
  await it.start();
  const before = (await it.look()).mainPid;
  const done = await restart(it, { ...how, leftovers: 'refuse' });
  expect(done.mainPid).not.toBe(before);
  expect(done).toMatchObject({ killed: [], kept: [] });
});

test('a worker that outlives the stop is named, and the service is up again beside it', async () => {
  const it = await service(LEAVES_A_WORKER);
  await it.start();
  await expect(restart(it, { ...how, timeout: 1, leftovers: 'refuse' })).rejects.toMatchObject({
    code: 'SERVICE_LEFTOVERS',
    message: expect.stringMatching(/lived: \d+ \(sh \S+service\.sh/),
  });
  expect((await it.look()).active).toBe(true);
});

test('a worker that the commands do not tell of any more once the main process is gone counts all the same', async () => {
  writeFileSync(join(folder, 'service.sh'), LEAVES_A_WORKER);
  const start = `setsid sh ${folder}/service.sh ${folder}/ >/dev/null 2>&1 </dev/null & echo $! >${folder}/main`;
  const main = join(folder, 'main'); // gone when it is stopped, as a supervisor knows no id then
  const commands = { start, stop: `kill $(cat ${main}) && rm ${main}`, pids: `p=$(cat ${main}) && pgrep -g $p` };
  const it = await findService(host, 'it', { it: commands });
  await it.start();
  while ((await it.look()).processes.length < 2);
  await expect(restart(it, { ...how, timeout: 1, leftovers: 'refuse' })).rejects.toMatchObject({
    code: 'SERVICE_LEFTOVERS',
    message: expect.stringMatching(/lived: \d+ \(sh \S+service\.sh/),
  });
  expect(await it.look()).toMatchObject({ active: true });
});

test('it is ended when that is asked for, and left be when that is', async () => {
  const it = await service(LEAVES_A_WORKER);
  await it.start();
  expect((await restart(it, { ...how, leftovers: 'keep' })).kept).toHaveLength(1);
  const { killed, kept } = await restart(it, { ...how, leftovers: 'kill' });
  expect([killed.length, kept.length]).toEqual([2, 0]);
});

test('one that does not stay up is told', async () => {
  const it = await service(
    `if [ -e ${folder}/second ]; then sleep 0.3; exit 1; fi; touch ${folder}/second; while :; do sleep 0.1; done\n`,
  );
  await it.start();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect(restart(it, { ...how, settle: 2, leftovers: 'refuse' })).rejects.toMatchObject({
    code: 'SERVICE_START_FAILED',
  });
});

test('a start command that fails is told with its words', async () => {
  const it = await findService(host, 'it', {
    it: { start: 'echo no such thing >&2; exit 4', stop: 'true', pids: 'true' },
  });
  await expect(restart(it, { ...how, leftovers: 'refuse' })).rejects.toMatchObject({
    code: 'SERVICE_COMMAND',
    detail: 'no such thing',
  });
});

test('a daemon that keeps its outputs open is started and left running', async () => {
  const start = `sh ${folder}/service.sh ${folder}/ & echo $! >${folder}/main; echo started`;
  writeFileSync(join(folder, 'service.sh'), 'while :; do sleep 0.1; done\n');
  const spec = { start, stop: `kill $(cat ${folder}/main)`, pids: `pgrep -f "^sh ${folder}/service.sh"; true` };
  const it = await findService(host, 'it', { it: spec });
  const began = Date.now();
  await it.start();
  expect(Date.now() - began).toBeLessThan(5000);
  expect((await restart(it, { ...how, leftovers: 'refuse' })).mainPid).toBeGreaterThan(0);
});

test('an interruption while it is stopped does not leave it down', async () => {
  const it = await service('while :; do sleep 0.1; done\n');
  await it.start();
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('enough')), 700);
  const waiting = restart(it, { ...how, sleep: 30, leftovers: 'refuse', signal: controller.signal });
  await expect(waiting).rejects.toThrow();
  expect((await it.look()).active).toBe(true);
});

test('a pids command that does not work is not taken for a stopped service', async () => {
  const it = await findService(host, 'it', { it: { start: 'true', stop: 'true', pids: 'no-such-command' } });
  await expect(it.look()).rejects.toMatchObject({ code: 'SERVICE_COMMAND' });
});
