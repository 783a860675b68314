import { PYTHON_NAME } from './python-name.js';

/** Options that take the next word, or the rest of theirs, as a value. */
const VALUED = 'cmWX';

/**
 * Why a Python that is called like this does not look at PYTHONPATH, or imports no sitecustomize; undefined where it does.
 * @param words the command: an interpreter with its options and a script, or uWSGI
 */
export function ignoredPath(words: readonly string[]): string | undefined {
  const name = words[0]?.split('/').at(-1) ?? '';
  if (name.startsWith('uwsgi')) {
    const option = words.find((w) => /^--no-site(=(true|1))?$/.test(w));
    return option && `uWSGI runs it with ${option}, so Python imports no sitecustomize`;
  }
  if (!PYTHON_NAME.test(name)) return undefined;
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at]!;
    if (!/^-[A-Za-z]/.test(word)) return undefined;
    for (const [index, letter] of [...word.slice(1)].entries()) {
      if (letter === 'I' || letter === 'E')
        return `its Python is called with -${letter}, so PYTHONPATH is not looked at`;
      if (letter === 'S') return 'its Python is called with -S, so it imports no sitecustomize';
      if (letter === 'c' || letter === 'm') return undefined; // the rest is the program's
      if (VALUED.includes(letter)) {
        if (index === word.length - 2) at += 1;
        break;
      }
    }
  }
  return undefined;
}
