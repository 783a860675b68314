// What the agent does when nobody is there any more: it ends, and what was stopped is started.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BOOT } from '../../src/host/agent-host.js';
import { agentProgram } from '../../src/host/agent-program.js';

const folder = mkdtempSync(join(tmpdir(), 'profkit-will-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { look, rest } = agentProgram();

/** An agent, and what it is asked, as it travels. */
async function agent(hello: object = {}): Promise<{ child: ChildProcess; ask(request: object): Promise<unknown> }> {
  const child = spawn('/usr/bin/python3', ['-I', '-S', '-c', BOOT], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const write = (text: string) => child.stdin!.write(text);
  write(`${Buffer.byteLength(look)}\n${look}`);
  const ask = async (request: object) => {
    const { id } = request as { id: number };
    write(`${JSON.stringify(request)}\n`);
    const answer = () => said.split('\n').find((line) => line.includes(`"id": ${id},`));
    await expect.poll(answer, { timeout: 60_000 }).toBeDefined();
    return JSON.parse(answer()!);
  };
  await ask({ id: 1, op: 'hello', state: join(folder, 'state'), ...hello });
  write(`${JSON.stringify({ op: 'load', source: rest })}\n`);
  return { child, ask };
}

const file = (name: string) => join(folder, name);
/** Stops something; its will makes a file. */
const stop = (name: string, command: string, more: object = {}) => {
  const will = { id: name, argv: ['sh', '-c', 'echo started >>"$0"', file(name)], ...more };
  return { id: 2, op: 'run', argv: ['sh', '-c', command], daemon: true, will };
};
const ended = (child: ChildProcess) => expect.poll(() => child.exitCode ?? child.signalCode, { timeout: 60_000 });

test('the line ends, also in the middle of a request: what was stopped is started, once', async () => {
  for (const rest of ['', '{"id": 3, "op": "ru']) {
    const { child, ask } = await agent();
    const name = `ended-${rest.length}`;
    await ask(stop(name, 'true'));
    child.stdin!.end(rest);
    await ended(child).toBe(0);
    expect(readFileSync(file(name), 'utf8')).toBe('started\n');
  }
});

test('a stop that is under way comes to its end first, another command is ended', async () => {
  const { child, ask } = await agent();
  void ask({ id: 7, op: 'run', argv: ['sleep', '64.8'] }).catch(() => {});
  child.stdin!.write(`${JSON.stringify(stop('under-way', `sleep 1; echo stopped >>${file('under-way')}`))}\n`);
  await ask({ id: 8, op: 'run', argv: ['true'] });
  child.stdin!.end();
  await ended(child).toBe(0);
  expect(readFileSync(file('under-way'), 'utf8')).toBe('stopped\nstarted\n');
});

test('what was started again is not started twice, nor what lives', async () => {
  const { child, ask } = await agent();
  await ask(stop('again', 'true'));
  await ask({ id: 3, op: 'run', argv: ['true'], fulfils: { id: 'again' } });
  const before = [{ pid: process.pid, started: 0 }];
  await ask({ ...stop('lives', 'true', { pids: ['echo', String(process.pid)], before }), id: 4 });
  await ask({ ...stop('dead', 'true', { pids: ['true'], before }), id: 5 });
  child.stdin!.end();
  await ended(child).toBe(0);
  expect(['again', 'lives', 'dead'].map((name) => existsSync(file(name)))).toEqual([false, false, true]);
});

test('a new connection does not start what the agent before has started, and starts what it has not', async () => {
  const first = await agent();
  await first.ask(stop('successor', 'true'));
  const { ok } = (await first.ask({ id: 9, op: 'hello' })) as { ok: { agent: { pid: number } } };
  expect(ok.agent.pid).toBe(first.child.pid);
  const { child, ask } = await agent();
  // that line is dead: nothing tells its agent
  expect(await ask({ id: 3, op: 'succeed', agent: ok.agent })).toMatchObject({ ok: true });
  expect(readFileSync(file('successor'), 'utf8')).toBe('started\n');
  expect(first.child.exitCode).toBe(0);
  const start = (id: number, pids: string) => {
    const argv = ['touch', file(`start-${id}`)];
    const fulfils = { id: 'successor', argv, pids: ['echo', pids], before: [{ pid: 1, started: 0 }] };
    return ask({ id, op: 'run', argv, fulfils });
  };
  expect(await start(4, String(process.pid))).toMatchObject({ ok: { code: 0 } });
  expect(await start(5, '')).toMatchObject({ ok: { code: 0 } });
  expect([4, 5].map((id) => existsSync(file(`start-${id}`)))).toEqual([false, true]);
  child.stdin!.end();
  await ended(child).toBe(0);
});

test('a line that is dead without an end is noticed by its silence, while something is down', async () => {
  const { child, ask } = await agent({ silence: 2 });
  await ask({ id: 2, op: 'run', argv: ['sleep', '4'] }); // nothing is down: it may be silent
  expect(child.exitCode).toBeNull();
  await ask({ ...stop('silent', 'true'), id: 3 });
  for (let n = 0; n < 4; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.stdin!.write('\n');
  }
  expect(existsSync(file('silent'))).toBe(false);
  await ended(child).toBe(0);
  expect(existsSync(file('silent'))).toBe(true);
});
