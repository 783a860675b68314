import { failure } from '../failure.js';
import type { SearchAnswer } from '../python/ask.js';
import { meant, nameOf, ranked } from '../python/candidates.js';
import { locate } from '../python/locate.js';
import type { Candidate } from '../python/place.js';
import { readTarget } from '../python/target.js';
import { asker } from './ask-python.js';
import type { Context } from './context.js';
import { interpreters, searchWith } from './find-targets.js';
import { selectServices } from './select-services.js';

/** A function that can be named, or the reason why it cannot be a target. */
export interface ListedTarget {
  target: string;
  file: string;
  line: number;
  signature: string;
  /** method, class method, property, function, …, or what it is that cannot be profiled: coroutine, generator. */
  kind: string;
  /** Why it is not where the work is done. */
  stub: string | null;
  test: boolean;
  /** Its name is the pattern, or ends with it. */
  exact: boolean;
}

export interface Listing {
  found: ListedTarget[];
  /** How many more there are. */
  more: number;
  python: string;
}

/**
 * What a pattern can mean among the modules of a host's services: what does the work first, then stubs and RPC proxies,
 * tests last.
 * @param pattern a name or a part of one, with * for any; `file.py:LINE`; `module:Class.method`
 * @throws Failure TARGET_UNKNOWN
 */
export async function listTargets(
  context: Context,
  pattern: string,
  asked: { services: readonly string[]; python?: string; limit: number },
): Promise<Listing> {
  const { host } = context;
  if (!/\w{2}/.test(pattern)) throw failure('BAD_OPTION', { what: `"${pattern}" says too little of a name` });
  const named = await selectServices(context, asked.services);
  const known = await interpreters(host, named, asked.python);
  const merged = new Map<string, Candidate>();
  let more = 0;
  for (const { interpreter, user } of known) {
    const ask = asker(host, interpreter, user);
    const search = searchWith(host, interpreter, named);
    const { path, packages } = search;
    if (/\.py:\d+$/.test(pattern) && readTarget(pattern).by === 'line') {
      const { module, file, ...place } = await locate(pattern, search, ask);
      merged.set(`${file}:${place.line}`, { ...place, module, file, fit: 0, test: false });
      break;
    }
    const answer = (await ask({ op: 'search', pattern, exact: false, path, packages })) as SearchAnswer;
    for (const c of answer.found) merged.set(`${c.file}:${c.line}`, c);
    more = Math.max(more, answer.more);
  }
  const all = ranked([...merged.values()]);
  const python = known.map((k) => k.interpreter.path).join(', ');
  if (all.length === 0) throw failure('TARGET_UNKNOWN', { name: pattern, python });
  const exact = new Set(meant(all));
  return {
    found: all.slice(0, asked.limit).map((c) => listed(c, exact.has(c))),
    more: more + Math.max(0, all.length - asked.limit),
    python,
  };
}

const listed = (c: Candidate, exact: boolean): ListedTarget => ({
  target: nameOf(c),
  file: c.file,
  line: c.line,
  signature: c.signature,
  kind: c.kind === 'function' ? c.role : c.kind,
  stub: c.stub,
  test: c.test,
  exact,
});
