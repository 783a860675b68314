import { readFile, stat } from 'node:fs/promises';
import { failure } from '../failure.js';
import { checkConfig, type Fault } from './check.js';
import type { Config } from './settings.js';

/**
 * Reads profkit.yaml of a folder, and of no other: what runs commands, perhaps as root, shall not be found by surprise in a
 * folder above. An absent one is an empty one.
 * @throws Failure BAD_CONFIG with all that is wrong, by line and column; CONFIG_FOREIGN, CONFIG_UNREAD
 */
export async function readConfig(folder: string): Promise<Config> {
  const file = `${folder}/profkit.yaml`;
  const text = await readFile(file, 'utf8').catch((e: NodeJS.ErrnoException) => {
    if (e.code === 'ENOENT') return undefined;
    throw failure('CONFIG_UNREAD', { file, why: e.message });
  });
  if (text === undefined) return { services: {} };
  await refuseForeign(file, folder);
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const [broken] = [...document.errors, ...document.warnings];
  const checked = broken ? { faults: [asFault(broken)] } : checkConfig(document, yaml);
  if ('config' in checked) return checked.config;
  const place = ({ at }: Fault) => {
    const { line, col } = lines.linePos(at);
    return `${file}:${line}:${col}`;
  };
  const [first, ...others] = checked.faults as [Fault, ...Fault[]];
  const more = others.map((f) => `${place(f)}: ${f.what} (allowed: ${f.allowed})`).join('\n');
  throw failure('BAD_CONFIG', { place: place(first), what: first.what, allowed: first.allowed }, more);
}

const asFault = ({ pos, message }: { pos: [number, number]; message: string }): Fault => ({
  at: pos[0],
  what: (message.split('\n')[0] ?? 'it is no YAML').replace(/\.$/, ''),
  allowed: 'YAML',
});

/** What another user has put into a folder that all may write to is not obeyed: it could be commands, run as root. */
async function refuseForeign(file: string, folder: string): Promise<void> {
  const trusted = [process.getuid?.(), 0, Number(process.env.SUDO_UID || 0), (await stat(folder)).uid];
  const { uid } = await stat(file);
  if (!trusted.includes(uid)) throw failure('CONFIG_FOREIGN', { file, uid });
}
