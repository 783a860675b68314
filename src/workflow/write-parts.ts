import { link, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failure } from '../failure.js';

/** Parts of a text are gathered until they are worth a write. */
const ENOUGH = 1 << 16;

/** Is there something that must not be replaced unasked? A pipe or device is there to be written to. */
export async function isThere(path: string): Promise<boolean> {
  if ((await lstat(path).catch(() => undefined)) === undefined) return false;
  return !(await isStream(path));
}

/**
 * Writes a file whole or not at all: under another name beside it first. Returns its size in bytes.
 * @throws Failure OUTPUT_EXISTS without `force`, OUTPUT when it cannot be written
 */
export async function writeParts(
  path: string,
  parts: Iterable<string | Uint8Array>,
  { force, mode }: { force: boolean; mode: number },
): Promise<number> {
  try {
    if (await isStream(path)) return await fill(path, 'w', mode, parts);
    const beside = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.part`);
    try {
      const bytes = await fill(beside, 'wx', mode, parts);
      if (force) await rename(beside, path);
      else await putInPlace(beside, path);
      return bytes;
    } finally {
      await rm(beside, { force: true });
    }
  } catch (e) {
    const { code, message } = e as NodeJS.ErrnoException;
    if (code === undefined) throw e;
    throw code === 'EEXIST' ? failure('OUTPUT_EXISTS', { path }) : failure('OUTPUT', { path, why: message });
  }
}

/** A link, unlike a rename, does not replace what came there meanwhile. Not every file system has them. */
async function putInPlace(beside: string, path: string): Promise<void> {
  try {
    await link(beside, path);
  } catch (e) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes((e as NodeJS.ErrnoException).code ?? '')) throw e;
    if (await isThere(path)) throw failure('OUTPUT_EXISTS', { path });
    await rename(beside, path);
  }
}

async function fill(path: string, flags: string, mode: number, parts: Iterable<string | Uint8Array>): Promise<number> {
  const file = await open(path, flags, mode);
  try {
    let bytes = 0;
    for (const block of blocks(parts)) {
      await file.writeFile(block);
      bytes += block.length;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** The parts as bytes, few and large. */
export function* blocks(parts: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    if (text.length >= ENOUGH || (typeof part !== 'string' && text !== '')) {
      yield Buffer.from(text, 'utf8');
      text = '';
    }
    if (typeof part !== 'string') yield part;
  }
  if (text !== '') yield Buffer.from(text, 'utf8');
}

async function isStream(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (found.isFIFO() || found.isCharacterDevice() || found.isSocket());
}
