import type { FunctionName } from './stats.js';

/**
 * A function's name without what differs from process to process and from Python to Python: addresses, and how a C
 * function's name is written (`<built-in method builtins.len>`, `{len}`).
 */
export function comparableName(file: string, name: string): string {
  const still = name.replaceAll(/ at 0x[0-9a-fA-F]+/g, '');
  if (file !== '~') return still;
  const bare = /^[<{].*[>}]$/s.test(still) ? still.slice(1, -1) : still;
  return bare.replace(/^built-in (?:method|function) /, '').replace(/^(?:builtins|__builtin__)\./, '');
}

/** Is it a C function? Those have no line by which they could be told apart. */
export const isBuiltIn = ({ file, line }: Pick<FunctionName, 'file' | 'line'>): boolean =>
  line === 0 && (file === '~' || file === '');
