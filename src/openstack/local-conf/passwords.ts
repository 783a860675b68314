import { failure } from '../../failure.js';
import { PASSWORDS, type Passwords } from './wanted.js';

/**
 * The passwords of a text, lines of NAME=VALUE or one for all, or of an environment; `generated` where none is given.
 * @param where is said of a text in failures
 * @throws Failure PASSWORD_SHAPE
 */
export function passwordsFrom(
  given: { text: string; where: string } | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  generated: () => string,
): Passwords {
  const found: Record<string, string> = {};
  for (const name of PASSWORDS) {
    const value = environment[name];
    if (value) found[name] = checked(value, name);
  }
  if (given) Object.assign(found, inText(given));
  return { ...found, ADMIN_PASSWORD: found.ADMIN_PASSWORD ?? generated() };
}

function inText({ text, where }: { text: string; where: string }): Record<string, string> {
  const lines = text.split('\n').filter((l) => !/^\s*(#|$)/.test(l));
  if (lines.length === 1 && !lines[0]!.includes('=')) return { ADMIN_PASSWORD: checked(lines[0]!.trim(), where) };
  const found: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (!PASSWORDS.some((p) => p === name))
      throw failure('PASSWORD_SHAPE', { where, why: `has a line that is none of ${PASSWORDS.join(', ')}` });
    found[name!] = checked(value!, `${name} in ${where}`);
  }
  if (lines.length === 0) throw failure('PASSWORD_SHAPE', { where, why: 'holds no password' });
  return found;
}

function checked(value: string, where: string): string {
  if (!/^[A-Za-z0-9]+$/.test(value))
    throw failure('PASSWORD_SHAPE', { where, why: 'has other characters than letters and digits' });
  return value;
}
