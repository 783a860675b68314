import { modulePlace } from './module-place.js';
import type { FunctionName } from './stats.js';

/** `get_by_host (nova/objects/host_mapping.py:103)`, or the bare name of a C function, which has no place. */
export function describe({ file, line, name }: FunctionName): string {
  return line === 0 ? name : `${name} (${modulePath(file)}:${line})`;
}

/**
 * The part of a path that says which module it is: from the package on, where the path shows where that begins, else its
 * last three parts.
 */
export function modulePath(file: string): string {
  const { kind, path } = modulePlace(file);
  if (kind === 'package' || kind === 'python') return path;
  return file
    .split('/')
    .filter((part) => part !== '')
    .slice(-3)
    .join('/');
}
