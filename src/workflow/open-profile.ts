import { readFileSync, statSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { readProfile } from '../profile/stats.js';
import type { Opened, Refused } from '../report/browse/opened.js';
import { pythonRefusal } from '../report/browse/python-refusal.js';
import { ctime } from '../report/python-time.js';

/** What the C library says. Others in the words of libuv. */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  ENAMETOOLONG: 'File name too long',
  ELOOP: 'Too many levels of symbolic links',
  ENXIO: 'No such device or address',
  EIO: 'Input/output error',
};

/** Reads a profile that is here for a dialogue: what is wrong is said as Python says it. */
export function openProfile(path: string): Opened | Refused {
  let bytes: Uint8Array;
  let when: Date;
  try {
    bytes = readFileSync(path);
    when = new Date(Math.floor(statSync(path).mtimeMs));
  } catch (error) {
    return unreadable(error as NodeJS.ErrnoException);
  }
  try {
    return { path, when, stats: readProfile(bytes) };
  } catch (error) {
    if (!(error instanceof Error && /^(Marshal|Stats)Error$/.test(error.name))) throw error;
    return pythonRefusal(bytes, `${ctime(when)}    ${path}`) ?? { kind: error.name, why: error.message };
  }
}

function unreadable(error: NodeJS.ErrnoException): Refused {
  const { code = '', errno } = error;
  if (code === 'ERR_INVALID_ARG_VALUE') return { kind: 'ValueError', why: 'embedded null byte' };
  if (errno === undefined) return { kind: 'OSError', why: error.message };
  return { kind: 'OSError', errno: -errno, why: SYSTEM[code] ?? getSystemErrorMap().get(errno)?.[1] ?? code };
}
