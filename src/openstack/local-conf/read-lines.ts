/** What carries a line of text along. */
interface Carrier {
  text: string;
}

/**
 * Lines as bash's `read` takes them without -r: a backslash takes the next character as it is and goes; at the end of a line
 * it joins the next one, and where there is none, all of it is lost.
 */
export function readLines<T extends Carrier>(lines: readonly T[]): T[] {
  const read: T[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i]!;
    let text = first.text;
    while (endsInBackslash(text)) {
      const next = lines[++i];
      if (!next) return read;
      text = text.slice(0, -1) + next.text;
    }
    read.push({ ...first, text: text.replace(/\\(.)/gs, '$1') });
  }
  return read;
}

const endsInBackslash = (text: string): boolean => /\\*$/.exec(text)![0].length % 2 === 1;
