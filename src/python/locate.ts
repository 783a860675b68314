import { failure } from '../failure.js';
import type { Answer, AskPython, Found, SearchAnswer } from './ask.js';
import { meant, nameOf } from './candidates.js';
import type { Candidate, Located } from './place.js';
import { readTarget, type TargetName, writeTarget } from './target.js';

/** Where to look, and what is known of names. */
export interface Search {
  /** Path of the interpreter, for what is said. */
  interpreter: string;
  /** Folders of modules before its own. */
  path: readonly string[];
  /** Packages in which a bare name is looked for. */
  packages: readonly string[];
  /** Names that a target has in other releases, the newest first. */
  aliases?(target: TargetName): readonly TargetName[];
  /** Of several that a bare name can mean: those that matter here, e.g. that the service has loaded. */
  prefer?(candidates: readonly Candidate[]): Promise<readonly Candidate[]>;
}

/**
 * Finds the one definition that a target names: by name, by a part of one, by an older name, or by a line.
 * @throws Failure when it is not there, is several, has no source, or cannot be profiled; which says what else to choose
 */
export async function locate(text: string, search: Search, ask: AskPython): Promise<Located> {
  const { path, packages, interpreter } = search;
  const wanted = readTarget(text);
  if (wanted.by === 'line') {
    const { file, line } = wanted;
    return one(text, (await ask({ op: 'at', file, line, path, packages })) as Answer, interpreter, file);
  }
  let first: { reading: TargetName; answer: Answer } | undefined;
  for (const reading of wanted.readings) {
    const answer = (await ask({ op: 'locate', ...reading, path, packages })) as Answer;
    if (isFound(answer)) return one(reading.name, answer, interpreter);
    const better = first?.answer.missing === 'module' && answer.missing !== 'module';
    if (first === undefined || better) first = { reading, answer };
    for (const other of search.aliases?.(reading) ?? []) {
      const instead = (await ask({ op: 'locate', ...other, path, packages })) as Answer;
      if (!isFound(instead)) continue;
      const located = one(other.name, instead, interpreter);
      located.notes.unshift(`${writeTarget(reading)} is ${located.target} in this release`);
      return located;
    }
  }
  // a name of two words or more whose module is not there is the end of one
  if (wanted.pattern !== undefined && (first === undefined || first.answer.missing === 'module')) {
    const found = await byPattern(wanted.pattern, search, ask);
    if (found) return found;
  }
  if (first === undefined) throw failure('TARGET_UNKNOWN', { name: text, python: interpreter });
  throw absent(first.reading, first.answer, interpreter);
}

const isFound = (answer: Answer): answer is Found => answer.missing === undefined && answer.found.length > 0;

async function byPattern(pattern: string, search: Search, ask: AskPython): Promise<Located | undefined> {
  const { path, packages } = search;
  const answer = (await ask({ op: 'search', pattern, exact: true, path, packages })) as SearchAnswer;
  let candidates: readonly Candidate[] = meant(answer.found);
  if (distinct(candidates).length > 1 && search.prefer) {
    const preferred = await search.prefer(candidates);
    if (preferred.length > 0) candidates = preferred;
  }
  const names = distinct(candidates);
  if (names.length === 0) return undefined;
  if (names.length > 1)
    throw failure('TARGETS_SEVERAL', {
      name: pattern,
      places: names.map((n) => {
        const c = candidates.find((one) => nameOf(one) === n)!;
        return `${n} (${c.file}:${c.line})`;
      }),
    });
  const { module, name } = candidates[0]!;
  const located = one(
    name,
    (await ask({ op: 'locate', module, name, path, packages })) as Answer,
    search.interpreter,
    module,
  );
  located.notes.unshift(`${pattern} is ${located.target}`);
  return located;
}

const distinct = (candidates: readonly Candidate[]): string[] => [...new Set(candidates.map(nameOf))];

/** The one place of an answer. */
function one(asked: string, answer: Answer, interpreter: string, module = asked): Located {
  if (!isFound(answer)) throw absent({ module, name: asked }, answer, interpreter);
  const { python, file, sha256 } = answer;
  const [place, ...others] = answer.found;
  if (place === undefined || others.length > 0) {
    const places = answer.found.map(
      (p) => `${p.name} line ${p.line}${/^(method|function)$/.test(p.role) ? '' : `, ${p.role}`}`,
    );
    throw failure('TARGET_AMBIGUOUS', { name: asked, file, places, line: answer.found[0]!.line });
  }
  const target = writeTarget({ module: answer.module, name: place.name });
  if (place.kind === 'class') throw failure('TARGET_CLASS', { name: target });
  if (place.kind !== 'function') throw failure('TARGET_KIND', { name: target, kind: place.kind });
  const notes = [
    ...answer.notes,
    ...(place.stub ? [`${target} ${STUBS[place.stub]}: see profkit targets ${lastWord(place.name)}`] : []),
  ];
  return { ...place, target, module: answer.module, file, sha256, python, notes };
}

const STUBS = {
  abstract: 'does nothing itself, it is there to be overridden',
  rpc: 'only sends a message, the work is done in another service',
  proxy: 'only hands the call on',
};

const lastWord = (name: string): string => name.split('.').at(-1)!;

function absent(reading: TargetName, answer: Answer, interpreter: string) {
  const { module, name } = reading;
  switch (answer.missing) {
    case 'module':
      return failure('MODULE_NOT_FOUND', { module, reached: answer.reached, python: interpreter });
    case 'source':
      return failure('NO_SOURCE', { module, origin: answer.origin });
    case 'syntax':
      return failure('SOURCE_SYNTAX', { why: answer.why });
    case 'local':
      return failure('TARGET_LOCAL', answer);
    case 'assigned':
      return failure('TARGET_ASSIGNED', { name, file: answer.file, line: answer.line });
    case 'file':
      return failure('TARGET_NO_FILE', { file: module, python: interpreter });
    case 'files':
      return failure('TARGET_FILES', { file: module, files: answer.files });
    case 'import':
      return failure('TARGET_NOT_IMPORTED', { file: answer.file, python: interpreter });
    case 'def':
      return failure('TARGET_NO_DEF', { place: name });
    default:
      return failure('TARGET_NOT_FOUND', { name, file: answer.file, near: answer.near, unknown: answer.unknown ?? [] });
  }
}
