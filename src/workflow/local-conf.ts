import { randomInt } from 'node:crypto';
import { chown, readFile, realpath, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { createPatch } from 'diff';
import { failure } from '../failure.js';
import { addSettings, type Conflict } from '../openstack/local-conf/add-settings.js';
import { type Checked, checkLocalConf } from '../openstack/local-conf/check.js';
import { memoryWarning } from '../openstack/local-conf/compute-memory.js';
import { localConfText } from '../openstack/local-conf/local-conf-text.js';
import { readLocalrc } from '../openstack/local-conf/localrc.js';
import { parseLocalConf } from '../openstack/local-conf/meta-sections.js';
import { passwordsFrom } from '../openstack/local-conf/passwords.js';
import { hiddenLine } from '../openstack/local-conf/secrets.js';
import { COMPUTES, type Mode, wantedSettings } from '../openstack/local-conf/wanted.js';
import { isThere, writeParts } from './write-parts.js';

export interface LocalConfOptions {
  /** Undefined: as many as a file has, or the guide's 25. */
  computes?: number | undefined;
  concurrency?: Mode | undefined;
  /** A file that the passwords stand in. */
  passwords?: string | undefined;
  dryRun: boolean;
}

export interface Written {
  path: string;
  written: boolean;
  /** What is or would be written, or the change to it, with its secrets hidden. */
  text: string;
  warnings: string[];
}

export interface Merged extends Written {
  conflicts: { what: string; theirs: string; ours: string; lines: number[]; replaced: boolean }[];
}

/** Bytes of this machine; tests have their own. */
type Memory = number;

/** Writes the guide's local.conf, corrected, for its owner alone. @throws Failure LOCAL_CONF_EXISTS, PASSWORD_SHAPE */
export async function writeLocalConf(
  path: string,
  options: LocalConfOptions,
  memory: Memory = totalmem(),
): Promise<Written> {
  if (await isThere(path)) throw failure('LOCAL_CONF_EXISTS', { path });
  const text = localConfText(await settings(options));
  if (!options.dryRun) await writeParts(path, [text], { force: false, mode: 0o600 });
  const warnings = [memoryWarning(options.computes ?? COMPUTES, memory), await ignored(path)].filter(
    (w) => w !== undefined,
  );
  return { path, written: !options.dryRun, text: hiddenText(text), warnings };
}

/**
 * Adds what is missing to an existing local.conf. Of a setting that has another value there, `ask` says whether it is to be
 * replaced, and undefined that nobody can say.
 * @throws Failure LOCAL_CONF_CONFLICT, and nothing is changed
 */
export async function mergeLocalConf(
  path: string,
  options: LocalConfOptions,
  ask: (conflict: Conflict) => Promise<boolean | undefined>,
  memory: Memory = totalmem(),
): Promise<Merged> {
  const before = await text(path);
  const addition = addSettings(before, await settings(options));
  const replaced = new Set<Conflict>();
  const open: Conflict[] = [];
  for (const conflict of addition.conflicts) {
    const answer = await ask(conflict);
    if (answer === undefined) open.push(conflict);
    else if (answer) replaced.add(conflict);
  }
  const after = addition.text((c) => replaced.has(c));
  if (open.length > 0) {
    const lines = open.map((c) => `line ${c.lines.join(', ')}: ${c.what} is ${c.theirs}, wanted is ${c.ours}`);
    throw failure('LOCAL_CONF_CONFLICT', { path, what: open.map((c) => c.what) }, lines.join('\n'));
  }
  const change = after !== before;
  if (change && !options.dryRun) await replace(path, before, after);
  const conflicts = addition.conflicts.map((c) => ({
    what: c.what,
    theirs: c.theirs,
    ours: c.ours,
    lines: c.lines,
    replaced: replaced.has(c),
  }));
  const warnings = [
    memoryWarning(computesIn(after), memory),
    await ignored(path),
    await readable(path),
    await traps(path, after),
  ];
  return {
    path,
    written: change && !options.dryRun,
    text: change
      ? hiddenText(createPatch(path, before, after, '', '', { context: 3 }).split('\n').slice(2).join('\n'))
      : '',
    warnings: warnings.filter((w) => w !== undefined),
    conflicts,
  };
}

/** What devstack makes of a file. @throws Failure LOCAL_CONF_UNREAD */
export async function checkFile(path: string): Promise<Checked> {
  return checkLocalConf(await text(path), { path, beside: await besideLocalrc(path) });
}

async function settings({ computes, concurrency, passwords }: LocalConfOptions) {
  const given = passwords === undefined ? undefined : { text: await text(passwords), where: passwords };
  return wantedSettings({ computes, concurrency, passwords: passwordsFrom(given, process.env, generated) });
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const generated = (): string => Array.from({ length: 24 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (e) {
    throw failure('LOCAL_CONF_UNREAD', { path, why: (e as Error).message });
  }
}

/** Mode and owner stay, and what a symbolic link leads to is what is changed. */
async function replace(path: string, before: string, after: string): Promise<void> {
  const real = await realpath(path);
  const { mode, uid, gid } = await stat(real);
  if ((await text(real)) !== before) throw failure('LOCAL_CONF_CHANGED', { path });
  await writeParts(real, [after], { force: true, mode: mode & 0o777 });
  const now = await stat(real);
  if (now.uid !== uid || now.gid !== gid) await chown(real, uid, gid);
}

function computesIn(conf: string): number {
  const found = readLocalrc(parseLocalConf(conf)).variables.findLast((v) => v.name === 'NUMBER_FAKE_NOVA_COMPUTE');
  return Number(found?.written) || 1;
}

const besideLocalrc = async (path: string): Promise<boolean> =>
  (await stat(join(dirname(path), 'localrc')).catch(() => undefined)) !== undefined;

async function ignored(path: string): Promise<string | undefined> {
  if (!(await besideLocalrc(path))) return undefined;
  return `a file localrc stands beside ${path}: devstack reads that, and nothing of [[local|localrc]]; move what it says into ${path}`;
}

async function readable(path: string): Promise<string | undefined> {
  const { mode } = await stat(path);
  if ((mode & 0o077) === 0) return undefined;
  return `${path} holds passwords and others may read it (mode ${(mode & 0o777).toString(8)}): chmod 600 ${path}`;
}

async function traps(path: string, after: string): Promise<string | undefined> {
  const { traps } = checkLocalConf(after, { path, beside: false });
  const lost = new Set(traps.filter((t) => t.effect === 'lost').map((t) => t.line)).size;
  if (lost === 0) return undefined;
  const what = lost === 1 ? 'a line of it does not do what it is' : `${lost} lines of it do not do what they are`;
  return `${what} meant for: profkit localconf --check ${path}`;
}

const hiddenText = (shown: string): string => shown.split('\n').map(hiddenLine).join('\n');
