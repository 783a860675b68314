import type { FunctionName } from './stats.js';

/** A function as pstats prints it: `file:line(name)`, or `{name}` for the C functions of cProfile. */
export function standardName({ file, line, name }: FunctionName): string {
  if (file !== '~' || line !== 0) return `${file}:${line}(${name})`;
  return name.startsWith('<') && name.endsWith('>') ? `{${name.slice(1, -1)}}` : name;
}
