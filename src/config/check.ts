import type { Document, Node, Pair, Scalar, YAMLMap } from 'yaml';
import { isGroupName, readHostWords } from '../hosts/host-words.js';
import { nearest } from '../nearest.js';
import { holdsSecret, isSecretName, WHY_NO_SECRETS } from './secrets.js';
import { type Config, type Kind, SERVICE_SETTINGS, SETTINGS, type Setting } from './settings.js';

/** What is wrong, and where. */
export interface Fault {
  /** Offset into the text. */
  at: number;
  what: string;
  /** What may stand there instead. */
  allowed: string;
}

type Yaml = Pick<typeof import('yaml'), 'isAlias' | 'isMap' | 'isScalar' | 'isSeq'>;

/** What a document says, or all that is wrong with it, in the order of the text. Pure: the parser is given. */
export function checkConfig(document: Document, yaml: Yaml): { config: Config } | { faults: Fault[] } {
  const checker = new Checker(document, yaml);
  const config = checker.settings(document.contents, 'the file', SETTINGS, 0);
  if (checker.faults.length > 0) return { faults: checker.faults.sort((a, b) => a.at - b.at) };
  return { config: { services: {}, ...config } as Config };
}

class Checker {
  readonly faults: Fault[] = [];
  readonly #document: Document;
  readonly #yaml: Yaml;

  constructor(document: Document, yaml: Yaml) {
    this.#document = document;
    this.#yaml = yaml;
  }

  #wrong(at: number, what: string, allowed: string): undefined {
    this.faults.push({ at, what, allowed });
  }

  #resolved(node: unknown): Node | undefined {
    const found = this.#yaml.isAlias(node) ? node.resolve(this.#document) : node;
    return (found as Node | null) ?? undefined;
  }

  /** @param where in words; at: where it stands, if it is nothing itself */
  settings(node: unknown, where: string, known: Record<string, Setting>, at: number): Record<string, unknown> {
    const allowed = Object.keys(known).join(', ');
    const found: Record<string, unknown> = {};
    const map = this.#map(node, where, at, allowed);
    if (map === 'wrong') return found;
    const places = this.#entries(map, (name, place) => {
      const setting = Object.hasOwn(known, name) ? known[name] : undefined;
      if (setting === undefined) this.#unknown(name, place, where, Object.keys(known));
      return setting !== undefined;
    });
    for (const [name, { pair, place }] of places) {
      const { kind, needs } = known[name]!;
      const value = this.#value(this.#resolved(pair.value), kind, whole(where, name), place);
      if (value !== undefined) found[name] = value;
      if (needs && !places.has(needs))
        this.#wrong(place, `${name} says something about a ${needs}, and none stands here`, `${name} beside ${needs}`);
    }
    for (const [name, { required }] of Object.entries(known))
      if (required && !places.has(name)) this.#wrong(at, `${where} lacks ${name}`, allowed);
    return found;
  }

  #unknown(name: string, at: number, where: string, known: readonly string[]): void {
    if (isSecretName(name)) {
      this.#wrong(at, `"${name}": ${WHY_NO_SECRETS}`, known.join(', '));
      return;
    }
    const near = nearest(name, known);
    const what = `${where} has no setting "${name}"${near ? `; did you mean ${near}?` : ''}`;
    this.#wrong(at, what, known.join(', '));
  }

  /** undefined: it is empty. */
  #map(node: unknown, where: string, at: number, allowed: string): YAMLMap | 'wrong' | undefined {
    const { isMap, isScalar } = this.#yaml;
    const found = this.#resolved(node);
    if (isMap(found)) return found;
    if (found === undefined || (isScalar(found) && found.value === null)) return undefined;
    this.#wrong(found.range?.[0] ?? at, `${where} is no list of names and values`, allowed);
    return 'wrong';
  }

  /** Its entries by name; one that stands there twice is a fault. */
  #entries(map: YAMLMap | undefined, take: (name: string, at: number) => boolean) {
    const entries = new Map<string, { pair: Pair; place: number }>();
    for (const pair of map?.items ?? []) {
      const key = this.#resolved(pair.key);
      const place = key?.range?.[0] ?? map?.range?.[0] ?? 0;
      const name = this.#yaml.isScalar(key) && key.value !== null ? written(key) : '';
      if (name.trim() === '') this.#wrong(place, 'a name is missing before the colon', 'name: value');
      else if (entries.has(name)) this.#wrong(place, `${name} stands here a second time`, `${name} once`);
      else if (take(name, place)) entries.set(name, { pair, place });
    }
    return entries;
  }

  #value(node: Node | undefined, kind: Kind, name: string, place: number): unknown {
    const at = node?.range?.[0] ?? place;
    if (kind === 'services') return this.#services(node, place);
    if (kind === 'groups') return this.#groups(node, place);
    if (typeof kind !== 'string') return this.#oneOf(node, kind, name, at);
    const seq = this.#yaml.isSeq(node) && kind !== 'text' ? node : undefined;
    if (kind === 'words' && seq === undefined) return this.#wrong(at, `${name} is no list of words`, ALLOWED.words);
    if (seq === undefined) {
      const text = this.#text(node, name, at, ALLOWED[kind]);
      return kind === 'texts' && text !== undefined ? [text] : text;
    }
    if (seq.items.length === 0) return this.#wrong(at, `${name} is empty`, ALLOWED[kind]);
    const items = seq.items.map((item) => {
      const one = this.#resolved(item);
      const there = one?.range?.[0] ?? at;
      return kind === 'texts'
        ? this.#text(one, name, there, ALLOWED[kind])
        : this.#word(one, name, there, ALLOWED[kind]);
    });
    return items.every((item) => item !== undefined) ? items : undefined;
  }

  #text(node: Node | undefined, name: string, at: number, allowed: string): string | undefined {
    const value = this.#yaml.isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' && value.trim() !== '') return this.#open(value, name, at, allowed);
    if (value === '' || value === null || node === undefined) return this.#wrong(at, `${name} is empty`, allowed);
    const what = typeof value === 'object' || value === undefined ? 'no text' : `a ${typeof value}: put it in quotes`;
    return this.#wrong(at, typeof value === 'string' ? `${name} is blank` : `${name} is ${what}`, allowed);
  }

  /** As it is written: 2.10 is not 2.1, and `true` is a command. */
  #word(node: Node | undefined, name: string, at: number, allowed: string): string | undefined {
    if (this.#yaml.isScalar(node) && node.value !== null) return this.#open(written(node), name, at, allowed);
    return this.#wrong(at, `${name} has something in it that is no word`, allowed);
  }

  #open(text: string, name: string, at: number, allowed: string): string | undefined {
    return holdsSecret(text) ? this.#wrong(at, `${name}: ${WHY_NO_SECRETS}`, allowed) : text;
  }

  #oneOf(node: Node | undefined, known: readonly string[], name: string, at: number): string | undefined {
    const value = this.#yaml.isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' && known.includes(value)) return value;
    const near = typeof value === 'string' ? nearest(value, known) : undefined;
    const what = typeof value === 'string' ? `there is no ${name} "${value}"` : `${name} is none of its words`;
    return this.#wrong(at, `${what}${near ? `; did you mean ${near}?` : ''}`, known.join(', '));
  }

  #services(node: Node | undefined, place: number): Record<string, unknown> {
    const map = this.#map(node, 'services', place, ALLOWED.services);
    if (map === 'wrong') return {};
    const all = [...this.#entries(map, () => true)].map(([name, { pair, place: at }]) => {
      const value = this.#resolved(pair.value);
      return [name, this.settings(value, `services.${name}`, SERVICE_SETTINGS, at)];
    });
    return Object.fromEntries(all);
  }

  #groups(node: Node | undefined, place: number): Record<string, unknown> {
    const map = this.#map(node, 'hosts', place, ALLOWED.groups);
    if (map === 'wrong') return {};
    const entries = this.#entries(map, (name, at) => {
      if (!isGroupName(name)) this.#wrong(at, `"${name}" is no name of a group`, 'letters, digits, _ . and -');
      return isGroupName(name);
    });
    const all = [...entries].map(([name, { pair, place: at }]) => {
      const value = this.#resolved(pair.value);
      const texts = this.#value(value, 'texts', `hosts.${name}`, at) as string[] | undefined;
      for (const text of texts ?? []) this.#hostWords(text, [...entries.keys()], value?.range?.[0] ?? at, name);
      return [name, texts];
    });
    return Object.fromEntries(all);
  }

  #hostWords(text: string, groups: readonly string[], at: number, of: string): void {
    const words = readHostWords(text);
    if (!Array.isArray(words)) {
      this.#wrong(at, `hosts.${of}: "${text}" ${words.wrong}`, ALLOWED.groups);
      return;
    }
    const unknown = words.flatMap((word) => ('group' in word && !groups.includes(word.group) ? [word.group] : []));
    for (const group of unknown) {
      const near = nearest(group, groups);
      this.#wrong(
        at,
        `hosts.${of}: there is no group "${group}"${near ? `; did you mean @${near}?` : ''}`,
        ALLOWED.groups,
      );
    }
  }
}

const ALLOWED = {
  groups: 'names, each with hosts as ssh is told them, ranges such as c[1:3], and other groups such as @computes',
  text: 'text',
  texts: 'text, or a list of texts',
  words: 'a list of words, such as [openstack, server, list]',
  command: 'a command: text for sh, or a list of words',
  services: 'names, each with start, stop and pids',
};

const whole = (where: string, name: string): string => (where.startsWith('services.') ? `${where}.${name}` : name);

const written = (node: Scalar): string =>
  typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
