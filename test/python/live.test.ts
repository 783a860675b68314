import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookProgram, readAnswers } from '../../src/probe/live.js';
import { pythons } from '../pythons.js';
import { type LiveOptions, LiveService } from './live-service.js';

vi.setConfig({ testTimeout: 120_000 }); // what sleeps is waited for, and a busy machine takes its time

const services: LiveService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((s) => s.remove()));
});

async function start(python: string, subject: string, main: string, o?: LiveOptions): Promise<LiveService> {
  const service = await LiveService.start(python, subject, main, o);
  services.push(service);
  return service;
}

it.each(pythons().map(({ name, path }) => [name, path] as const))('looks into processes with %s', async (_, python) => {
  const found = execFileSync(python, ['-I', '-S', '-W', 'error', '-'], { input: await lookProgram([process.pid]) });
  // this is a Node; and the right to look is asked for first
  expect(readAnswers(found.toString())).toMatchObject([
    { pid: process.pid, state: 'refused', kind: expect.stringMatching(/version|denied/) },
  ]);
});

const live = pythons().filter(({ name }) => /^Python 3\.(1[4-9]|[2-9]\d)/.test(name));
if (live.length === 0) {
  it('live mode', ({ skip }) => {
    if (process.env.CI) throw new Error('no Python 3.14 here: test/python/debian-pythons make');
    skip('no Python 3.14 here: test/python/debian-pythons make');
  });
}

const subject = `import functools

def shown(f):
    @functools.wraps(f)
    def inner(*args, **kwargs): return f(*args, **kwargs)
    return inner

def hidden(f):
    return lambda *args, **kwargs: f(*args, **kwargs)

def plain(a, b=2, *rest, c=3) -> "nothing that is there":
    """Adds."""
    return a + b + c

def outer(n):
    def inside(x, y=5): return x + y + n
    return inside

made = outer(100)

class Base:
    def named(self): return 'base'

class K(Base):
    value = 7
    def method(self, x): return x * 2
    @staticmethod
    def static(x): return x + 1
    @classmethod
    def of_class(cls, x): return [cls.__name__, x]
    @property
    def prop(self): return self.value
    @prop.setter
    def prop(self, value): self.value = value
    @shown
    def decorated(self, x): return x
    @hidden
    def below(self, x): return x
    def named(self): return super().named() + ' and more'
    def generic[T](self, x: T) -> T: return x
`;

const NAMES = [
  'plain',
  'outer.<locals>.inside',
  'K.method',
  'K.static',
  'K.of_class',
  'K.prop',
  'K.decorated',
  'K.below',
  'K.named',
  'K.generic',
];

const ALL = `[plain(1), plain(a=1, c=0), subject.made(1), bound(2), K.static(1), K.of_class(1), k.prop, k.decorated(3), k.below(4), k.named(), k.generic(5)]`;
const RIGHT = [6, 3, 106, 4, 2, ['K', 1], 7, 3, 4, 'base and more', 5];
const CODES = `[id(f.__code__) for f in (plain, subject.made, K.method, K.static, K.of_class.__func__, K.prop.fget, K.decorated.__wrapped__, K.named, K.generic)] + [sorted(map(str, plain.__dict__)), str(__import__('inspect').signature(plain))]`;

/** Others bind names before the probe comes; a thread wakes now and then, as in a service. */
const main = `
import threading, time, subject
from subject import plain, K
k = K(); bound = k.method
def tick():
    while True: time.sleep(0.01)
threading.Thread(target=tick, daemon=True).start()
answers()
`;

describe.each(live.map(({ name, path }) => [name, path] as const))('live mode on %s', (_, python) => {
  it('wraps every kind of function under every name that it has, and leaves the very code behind', async () => {
    const s = await start(python, subject, main);
    const before = await s.ask(CODES);
    const probe = await s.apply(...NAMES);
    expect(await s.putIn(probe)).toEqual({ inside: [s.pid], outside: [], waiting: [], notes: expect.any(Array) });
    expect(await s.ask(ALL)).toEqual(RIGHT);
    expect((await s.ask<unknown[]>(CODES)).at(-1)).toBe((before as unknown[]).at(-1)); // its signature
    expect(await s.captures(probe)).toBe(11);
    expect(await s.takeOut(probe)).toMatchObject({ inside: [], outside: [s.pid] });
    expect(await s.ask(CODES)).toEqual(before);
    expect(await s.ask(ALL)).toEqual(RIGHT);
    expect(await s.captures(probe)).toBe(11);
    expect(await s.ask('[n for n in vars(sys) if "profkit" in n]')).toEqual([]);
    expect(s.said).toBe('');
  });

  it('measures the call as it does after a restart', async () => {
    const s = await start(
      python,
      'def f(n):\n    return sum(g(i) for i in range(n))\ndef g(i):\n    return i\n',
      main.replace('from subject import plain, K', '').replace('k = K(); bound = k.method', ''),
    );
    const probe = await s.apply('f');
    await s.putIn(probe);
    expect(await s.ask('subject.f(5)')).toBe(10);
    const { captures, directory } = (await s.host.probes())[0]!;
    const name = captures.find((c) => c.endsWith('.prof'))!;
    const rows = `{str(k[1:]): v[:2] for k, v in __import__('marshal').load(open(${JSON.stringify(`${directory}/captures/${name}`)}, 'rb')).items()}`;
    const found = JSON.parse(execFileSync(python, ['-c', `import json; print(json.dumps(${rows}))`]).toString());
    expect(found).toMatchObject({ "(1, 'f')": [1, 1], "(3, 'g')": [5, 5] });
    expect(Object.keys(found).filter((k) => /profkit|wrapper|inner|<module>/.test(k))).toEqual([]);
  });

  it('reaches workers that a thread has forked, whose main thread is nowhere', async () => {
    const forks = `
import os, threading, time, subject
def work():
    threads = [threading.Thread(target=loop) for _ in range(3)]
    for t in threads: t.start()
    for t in threads: t.join()
def loop():
    while True: subject.plain(1); time.sleep(0.005)
children = []
def fork():
    for _ in range(2):
        pid = os.fork()
        if pid == 0: work()
        children.append(pid)
t = threading.Thread(target=fork); t.start(); t.join()
answers()
`;
    const s = await start(python, subject, forks, { flags: ['-W', 'ignore'] });
    const children = await s.ask<number[]>('children');
    s.pids = [s.pid, ...children];
    const probe = await s.apply('plain');
    const now = await s.putIn(probe);
    expect(now).toMatchObject({ inside: children, waiting: [s.pid] }); // which waits to be told something
    expect(await s.takeOut(probe)).toMatchObject({ inside: [], outside: children, waiting: [] });
    expect(await s.captures(probe)).toBeGreaterThan(0);
    expect(await s.ask(`'__signature__' in subject.plain.__dict__`)).toBe(false);
    expect(s.said).toBe('');
  });

  it('waits in a process that sleeps, and is there before its next call', async () => {
    const s = await start(python, subject, 'import subject\nanswers()');
    const probe = await s.apply('plain');
    expect(await s.putIn(probe)).toMatchObject({ inside: [], waiting: [s.pid] });
    expect(await s.ask('subject.plain(1)')).toBe(6);
    expect(await s.captures(probe)).toBe(1);
    expect(s.said).toBe('');
  });

  it('is inherited by what is forked afterwards, and put in twice it is in once', async () => {
    const s = await start(
      python,
      subject,
      `import os\n${main.replace('answers()', '')}
def forked():
    pid = os.fork()
    if pid == 0:
        os._exit(K().method(2))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
answers()`,
      { flags: ['-W', 'ignore'] },
    );
    const probe = await s.apply('K.method');
    await s.putIn(probe);
    await s.putIn(probe);
    expect(await s.ask('forked()')).toBe(4);
    expect(await s.captures(probe)).toBe(1);
    expect(await s.ask('bound(1)')).toBe(2);
    expect(await s.captures(probe)).toBe(2);
    const before = await s.ask<number>('id(K.method.__code__)');
    await s.takeOut(probe);
    await s.takeOut(probe);
    expect(await s.ask('id(K.method.__code__)')).not.toBe(before);
    expect(s.said).toBe('');
  });

  it('comes out in any order where two are around one function', async () => {
    const s = await start(python, subject, main);
    const before = await s.ask(CODES);
    for (const first of [0, 1]) {
      const probes = [await s.apply('plain'), await s.apply('plain')];
      for (const probe of probes) await s.putIn(probe);
      expect(await s.ask('plain(1)')).toBe(6);
      await s.takeOut(probes[first]!);
      expect(await s.ask('plain(1)')).toBe(6);
      await s.takeOut(probes[1 - first]!);
      expect(await s.ask(CODES)).toEqual(before);
    }
    expect(s.said).toBe('');
  });

  it('says what a process has not loaded, and which Python it cannot reach', async () => {
    const s = await start(
      python,
      subject,
      main
        .replaceAll('subject', 'json')
        .replace('from json import plain, K', '')
        .replace('k = K(); bound = k.method', ''),
    );
    const probe = await s.apply('plain');
    await expect(s.putIn(probe)).rejects.toMatchObject({ code: 'LIVE_NOT_LOADED' });
    s.version = '3.13.5';
    await expect(s.plan('plain')).rejects.toThrow(/^subject runs Python 3\.13\.5, and .* from 3\.14 on\./);
    const off = await start(python, subject, main, { environment: { PYTHON_DISABLE_REMOTE_DEBUG: '1' } });
    await expect(off.plan('plain')).rejects.toThrow(/: remote debugging is switched off in it\./);
    const older = pythons().find(({ name }) => /^Python 3\.(8|9|1[0-3])/.test(name));
    if (older === undefined) return;
    const old = await start(older.path, 'def plain(): pass', 'import subject\nanswers()');
    await expect(old.plan('plain')).rejects.toThrow(/: it runs (no Python 3\.14|Python 3\.13)\./);
  });

  it('says that another traces a process, and that it sees other files', async () => {
    const s = await start(python, subject, main);
    const probe = await s.apply('plain');
    const seize = `import ctypes, sys; print(ctypes.CDLL(None).ptrace(0x4206, ${s.pid}, None, None), flush=True); sys.stdin.read()`;
    const tracer = spawn(python, ['-c', seize]);
    try {
      await once(tracer.stdout, 'data');
      await expect(s.putIn(probe)).rejects.toThrow(`the process ${tracer.pid} traces it`);
    } finally {
      tracer.stdin.end();
      await once(tracer, 'exit');
    }
    expect(await s.putIn(probe)).toMatchObject({ inside: [s.pid] });
    if (process.getuid?.() !== 0) return; // a file system of its own needs root
    const apart = await start(python, subject, main, { through: ['unshare', '--mount'] });
    const other = await apart.apply('plain');
    execFileSync('nsenter', ['--mount', `--target=${apart.pid}`, 'mount', '-t', 'tmpfs', 'none', other.directory]);
    await expect(apart.putIn(other)).rejects.toThrow(/it does not see .*\/live\/put_in\.py/);
  });

  it('loses no request of a server with threads, however often it goes in and out', async () => {
    const server = `
import threading, socketserver, socket, time, subject
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile: self.wfile.write(b'%d\\n' % subject.plain(int(line)))
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
server = Server(('127.0.0.1', 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
right, wrong, stop = [0], [], []
def client(n):
    with socket.create_connection(server.server_address) as one, one.makefile('rwb') as file:
        while not stop:
            file.write(b'%d\\n' % n); file.flush()
            got = file.readline()
            if got == b'%d\\n' % (n + 5): right[0] += 1
            else: wrong.append(repr(got))
            time.sleep(0.001)
clients = [threading.Thread(target=client, args=(n,)) for n in range(8)]
for c in clients: c.start()
answers()
`;
    const s = await start(python, subject, server);
    let captures = 0;
    for (let turn = 0; turn < 3; turn++) {
      const probe = await s.apply('plain');
      await s.putIn(probe);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await s.takeOut(probe);
      captures += await s.captures(probe);
    }
    expect(await s.ask<unknown>('[stop.append(1), [c.join() for c in clients] and 0, wrong]')).toEqual([null, 0, []]);
    expect(await s.ask<number>('right[0]')).toBeGreaterThan(100);
    expect(captures).toBeGreaterThan(2);
    expect(s.said).toBe('');
  });

  it('goes into a service of greenlets, whose hub waits', async () => {
    const s = await start(
      python,
      subject,
      `
import eventlet; eventlet.monkey_patch()
import subject, threading
def work():
    while True: subject.plain(1); eventlet.sleep(0.02)
for _ in range(3): eventlet.spawn(work)
eventlet.sleep(0.1)
def later(n):
    eventlet.sleep(n); return 1
import os
def told():
    r = os.fdopen(os.dup(0))
    while True:
        eventlet.hubs.trampoline(0, read=True)
        print(json.dumps(eval(r.readline())), flush=True)
told()
`,
      { flags: ['-W', 'ignore'] },
    );
    await s.ask('later(0)'); // all is imported: that takes long with eventlet
    const probe = await s.apply('plain');
    expect(await s.putIn(probe)).toMatchObject({ inside: [s.pid] });
    await s.ask('later(0.1)');
    expect(await s.takeOut(probe)).toMatchObject({ outside: [s.pid] });
    expect(await s.captures(probe)).toBeGreaterThan(0);
    expect(s.said.replace(/.*(deprecat|not greened).*\n|^ .*\n|\s+$/gim, '')).toBe('');
  });
});
