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
  const parts = file.split('/').filter((part) => part !== '');
  const library = parts.findLastIndex((part) => /^(?:site-packages|dist-packages|python\d(?:\.\d+)?)$/.test(part));
  if (library >= 0 && library < parts.length - 1) return parts.slice(library + 1).join('/');
  // A checkout is named like the package in it: /opt/stack/nova/nova/objects/host_mapping.py.
  const checkout = parts.findIndex((part, i) => i > 0 && part === parts[i - 1]);
  return parts.slice(checkout > 0 ? checkout : -3).join('/');
}
