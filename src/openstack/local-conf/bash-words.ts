import { Expansions } from './expansions.js';
import type { Shell } from './shell.js';

/** What bash makes of one line. */
export interface BashLine {
  /** Its commands, each with its words expanded, as far as bash would get. */
  commands: string[][];
  /** Why it is no simple command: bash cannot parse it, or an operator makes it run something else. */
  stop?: 'syntax' | 'operator';
  /** Parts that only the host can say; they stand in the words as they are written. */
  unsettled: string[];
}

const BLANK = /[ \t\n]/;

/**
 * Cuts a line into commands and words and expands these, as bash does: quotes, variables, commands, field splitting, file
 * names. Of operators only `;` is followed.
 */
export function bashLine(text: string, shell: Shell): BashLine {
  const commands: string[][] = [[]];
  const all = new Expansions(shell);
  const end = (stop?: 'syntax' | 'operator'): BashLine => ({
    // a line that does not parse runs nothing of it
    commands: stop === 'syntax' ? [] : commands.filter((c) => c.length > 0),
    unsettled: all.unsettled,
    ...(stop ? { stop } : {}),
  });
  let at = 0;
  let separated = false;
  while (at < text.length) {
    const c = text[at]!;
    if (BLANK.test(c)) at++;
    else if (c === '#') break;
    else if (c === ';') {
      if (commands.at(-1)!.length === 0) return end('syntax');
      commands.push([]);
      separated = true;
      at++;
    } else if (/[&|<>()]/.test(c)) return end('operator');
    else {
      const next = all.word(text, at);
      if (next === undefined) return end('syntax');
      commands.at(-1)!.push(...all.take());
      at = next;
    }
  }
  if (separated && commands.at(-1)!.length === 0) commands.pop();
  return end();
}
