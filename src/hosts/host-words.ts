/** One word of what says where: a group, or a host as ssh is told it. */
export type HostWord = { group: string } | { host: string };

/** This machine, among others. No name of a host is only a dot. */
export const HERE = '.';

/** Of more than these nobody wants to wait for each. */
const MOST = 1000;

/**
 * Reads `ctl,c[1:3],@computes`: hosts as ssh is told them, ranges of them, and groups, with commas between. Ranges count as
 * Ansible's do, with leading zeros where the first number has them.
 * @returns the words with ranges as single hosts; or what is wrong, as the end of a sentence that begins with the text
 */
export function readHostWords(text: string): HostWord[] | { wrong: string } {
  const words: HostWord[] = [];
  for (const word of text.split(',').map((part) => part.trim())) {
    if (word === '') return { wrong: 'has nothing between two commas' };
    if (word.startsWith('-') || /\s/.test(word)) return { wrong: `has "${word}" in it, which is no name of a host` };
    if (word.startsWith('@')) {
      if (!isGroupName(word.slice(1))) return { wrong: `has "${word}" in it, which is no name of a group` };
      words.push({ group: word.slice(1) });
      continue;
    }
    const hosts = inRange(word);
    if (hosts === undefined) return { wrong: `has "${word}" in it, whose range is none from a number to a higher one` };
    if (words.length + hosts.length > MOST) return { wrong: `is more than ${MOST} hosts` };
    words.push(...hosts.map((host) => ({ host })));
  }
  return words;
}

export const GROUP_NAME = /^\w[\w.-]*$/;
export const isGroupName = (name: string): boolean => GROUP_NAME.test(name);

/** Does the text say several hosts, whatever their number comes to? */
export const saysSeveral = (text: string): boolean => /[,@]|\[\d+:\d+\]/.test(text.replace(/[^,@]+@/g, ''));

/** `c[1:3]` is c1, c2, c3; undefined where there are no numbers from the first to the last. */
function inRange(word: string): string[] | undefined {
  const [, before, first, last, after] = /^(.*?)\[(\d+):(\d+)\](.*)$/.exec(word) ?? [];
  if (before === undefined || first === undefined || last === undefined || after === undefined) return [word];
  const [from, to] = [Number(first), Number(last)];
  if (to < from || to - from >= MOST) return undefined;
  const found: string[] = [];
  for (let n = from; n <= to; n += 1) {
    const more = inRange(`${before}${String(n).padStart(first.startsWith('0') ? first.length : 0, '0')}${after}`);
    if (more === undefined || found.length + more.length > MOST) return undefined;
    found.push(...more);
  }
  return found;
}
