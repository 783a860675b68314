import { basicPattern } from './basic-pattern.js';
import type { Line } from './meta-sections.js';
import { appended, replaced } from './sed-text.js';

export interface IniLine {
  text: string;
  /** The line of local.conf that it comes from. */
  from?: Line;
}

/** An INI file under devstack's own editing, which is grep and sed. A method answers false where sed fails. */
export class IniFile {
  lines: IniLine[];

  constructor(text = '') {
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    this.lines = lines.map((t) => ({ text: t }));
  }

  get text(): string {
    return this.lines.map((l) => `${l.text}\n`).join('');
  }

  /** devstack's iniset: replaces the value where the section has the option, else adds it right below the header. */
  set(section: string, option: string, value: string, from: Line): boolean {
    if (section === '' || option === '') return true;
    const head = basicPattern(section, false);
    const header = head === undefined ? undefined : new RegExp(`^\\[${head}\\]`);
    if (!header || !this.lines.some((l) => header.test(l.text))) {
      this.lines.push({ text: '' }, { text: `[${section}]`, from });
    }
    const place = this.#option(section, option);
    if (!place?.some(Boolean)) return this.add(section, option, value, from);
    // the names go to sed without quotes here
    if (/[ \t\n]/.test(section + option)) return false;
    const pattern = new RegExp(`^(${basicPattern(`${option}${EQUALS}[ \t]*`, true)})[^\\n]*$`);
    for (const [i, line] of this.lines.entries()) {
      if (!place[i]) continue;
      const [whole, group] = pattern.exec(line.text)!;
      const text = replaced(value, whole, group!);
      if (text === undefined) return false;
      this.lines[i] = { text: group + text, from };
    }
    this.#relineate();
    return true;
  }

  /** devstack's iniadd_literal: one more line below the header, whatever is there. */
  add(section: string, option: string, value: string, from: Line): boolean {
    if (section === '' || option === '') return true;
    const head = sedPattern(section, false);
    if (head === undefined) return false;
    const header = new RegExp(`^\\[${head}\\]`);
    const added = appended(`${option} = ${value}`).map((text) => ({ text, from }));
    this.lines = this.lines.flatMap((line) => (header.test(line.text) ? [line, ...added] : [line]));
    return true;
  }

  /** devstack's inidelete: all lines of the option in the section. */
  delete(section: string, option: string): boolean {
    if (section === '' || option === '') return true;
    const place = this.#option(section, option);
    if (!place) return false;
    this.lines = this.lines.filter((_, i) => !place[i]);
    return true;
  }

  /** For each line whether it sets the option of the section; undefined where sed cannot read their names. */
  #option(section: string, option: string): boolean[] | undefined {
    const head = sedPattern(section, false);
    const name = sedPattern(`${option}${EQUALS}`, true);
    if (head === undefined || name === undefined) return undefined;
    const start = new RegExp(`^\\[${head}\\]`);
    const sets = new RegExp(`^${name}`);
    let inside = false;
    return this.lines.map(({ text }) => {
      const was = inside;
      // the line that ends a range does not start the next one
      inside = was ? !/^\[.*\]/s.test(text) : start.test(text);
      return (was || inside) && sets.test(text);
    });
  }

  #relineate(): void {
    this.lines = this.lines.flatMap(({ text, from }) =>
      text.split('\n').map((t) => ({ text: t, ...(from ? { from } : {}) })),
    );
  }
}

/** What stands behind an option's name; a bracket in the name takes some of it for its own. */
const EQUALS = '[ \t]*=';

/** In an address of sed a slash ends the pattern. */
const sedPattern = (pattern: string, starts: boolean): string | undefined =>
  pattern.includes('/') ? undefined : basicPattern(pattern, starts);
