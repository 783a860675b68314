import { modulePlace } from './module-place.js';

/** The names of its functions, by file. */
export type Files = ReadonlyMap<string, ReadonlySet<string>>;

/** So many names in common are no chance. */
const LEAST_ALIKE = 2;
/** With more files of one name on a side, none of them is paired by the end of its path. */
const MOST_NAMESAKES = 50;

/**
 * Which file after is which before, by name after: the same path; else the same module, installed elsewhere or for another
 * Python; else, of those whose path ends alike, one that is in a folder of one side alone or has functions of the same names.
 */
export function matchFiles(before: Files, after: Files): Map<string, string> {
  const found = new Map([...after.keys()].filter((file) => before.has(file)).map((file) => [file, file]));
  const left = [...before.keys()].filter((file) => !after.has(file));
  const right = [...after.keys()].filter((file) => !before.has(file));
  const modules = [grouped(left, moduleKey), grouped(right, moduleKey)] as const;
  for (const [key, files] of modules[1]) {
    const there = modules[0].get(key);
    if (key !== undefined && files.length === 1 && there?.length === 1) found.set(files[0]!, there[0]!);
  }
  const taken = new Set(found.values());
  const loose = [left.filter((file) => !taken.has(file)), right.filter((file) => !found.has(file))] as const;
  for (const [b, a] of moved(loose[0], loose[1], before, after)) found.set(a, b);
  return found;
}

function moduleKey(file: string): string | undefined {
  const { kind, path } = modulePlace(file);
  return kind === 'loose' ? undefined : `${kind} ${path}`;
}

function* moved(
  left: readonly string[],
  right: readonly string[],
  filesBefore: Files,
  filesAfter: Files,
): Generator<[string, string]> {
  const isLoose = (file: string) => moduleKey(file) === undefined && !file.startsWith('<');
  const [foldersBefore, foldersAfter] = [folders(filesBefore.keys()), folders(filesAfter.keys())];
  const namesakes = grouped(left.filter(isLoose), baseName);
  for (const [name, after] of grouped(right.filter(isLoose), baseName)) {
    const before = namesakes.get(name) ?? [];
    if (before.length > MOST_NAMESAKES || after.length > MOST_NAMESAKES) continue;
    for (const a of after) {
      const b = onlyBest(a, before);
      if (b === undefined || onlyBest(b, after) !== a) continue;
      const alike = common(a, b);
      // a folder was replaced as a whole, where nothing of it is left on the other side
      const isReplaced = !foldersAfter.has(head(b, alike)) && !foldersBefore.has(head(a, alike));
      if (isReplaced || areAlike(filesBefore.get(b)!, filesAfter.get(a)!)) yield [b, a];
    }
  }
}

/** Do the files share most of their functions' names, and not only those that every class may have? */
function areAlike(before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
  const own = (names: ReadonlySet<string>) => new Set([...names].filter((name) => !/^(?:__.*__|<.*>)$/.test(name)));
  const [left, right] = [own(before), own(after)];
  const shared = [...left].filter((name) => right.has(name)).length;
  return shared >= LEAST_ALIKE && shared * 2 >= Math.min(left.size, right.size);
}

function onlyBest(file: string, others: readonly string[]): string | undefined {
  const lengths = others.map((other) => common(file, other));
  const best = Math.max(...lengths);
  return lengths.filter((one) => one === best).length === 1 ? others[lengths.indexOf(best)] : undefined;
}

/** How many parts at their ends two paths have in common. */
function common(a: string, b: string): number {
  const [left, right] = [a.split('/').reverse(), b.split('/').reverse()];
  const differ = left.findIndex((part, i) => part !== right[i]);
  return differ < 0 ? left.length : differ;
}

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
const head = (file: string, tail: number): string => file.split('/').slice(0, -tail).join('/');

/** Every folder that holds one of the files, at any depth; not the root of all. */
function folders(files: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const file of files) {
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      if (found.has(file.slice(0, at))) break;
      found.add(file.slice(0, at));
    }
  }
  return found;
}

function grouped<K>(files: readonly string[], key: (file: string) => K): Map<K, string[]> {
  const groups = new Map<K, string[]>();
  for (const file of files) {
    const group = groups.get(key(file));
    if (group === undefined) groups.set(key(file), [file]);
    else group.push(file);
  }
  return groups;
}
