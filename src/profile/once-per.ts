import { isOnlyBelow, type Request, requestOf } from './asks.js';
import { countedNoun } from './counted-noun.js';
import { evidence, type Finding } from './finding.js';
import { type Loop, type LoopNode, loopsOf } from './loop-tree.js';
import type { Sidecar } from './sidecar.js';
import { describe } from './source-place.js';
import type { Row, Stats } from './stats.js';
import { isSimulated, type Target } from './target.js';

/** Below this part of the target, what a function costs is not worth a sentence. */
const LEAST_SHARE = 0.03;
const MOST_FINDINGS = 5;
/** Functions of one chain whose times agree to this part are one cost: the callee's. */
const SAME_COST = 0.9;

/**
 * The guide's inference: functions called once for each of something, and what part of the target that takes. Of every loop
 * it names the body and what the body's time branches into, not what is further down: a single branch only where its name says
 * what it is called for. The most expensive come first.
 */
export function oncePer(stats: Stats, target: Target, sidecar?: Sidecar): Finding[] {
  if (target.seconds <= 0) return [];
  const findings = loopsOf(stats, target, target.seconds * LEAST_SHARE).flatMap((loop) => {
    const chain = sameCost(loop.body);
    const branches = chain.flatMap((node) => node.children).filter((node) => !chain.includes(node));
    const reported = branches.map(sameCost).filter((one) => branches.length > 1 || nameable(one) !== undefined);
    return [chain, ...reported].flatMap((one) => finding(stats, one, loop, target, sidecar));
  });
  return findings.sort((a, b) => (b.share ?? 0) - (a.share ?? 0)).slice(0, MOST_FINDINGS);
}

/** From a node down, as long as one child takes nearly all of its time. */
function sameCost(top: LoopNode): LoopNode[] {
  const chain = [top];
  for (;;) {
    const next = chain.at(-1)!.children.find((child) => child.row.ct >= SAME_COST * top.row.ct);
    if (next === undefined) return chain;
    chain.push(next);
  }
}

/** The deepest function that says by its name what it is called for. */
function nameable(chain: readonly LoopNode[]): LoopNode | undefined {
  return chain.findLast(({ row }) => countedNoun(row.name) !== undefined);
}

function finding(
  stats: Stats,
  chain: readonly LoopNode[],
  loop: Loop,
  target: Target,
  sidecar: Sidecar | undefined,
): Finding[] {
  const { row } = nameable(chain) ?? chain[0]!;
  const { turns } = loop;
  const sizes = Object.entries(sidecar?.sizes ?? {}).filter(([, size]) => size === turns);
  const noun = countedNoun(row.name) ?? argumentNoun(sizes.map(([name]) => name));
  const share = row.ct / target.seconds;
  // Twice is no number of anything unless something says so; more than all is another greenlet's time too.
  if ((turns === 2 && noun === undefined) || share > 1) return [];
  // Of several calls only their sum is known: that each had as many turns is certain where an argument was as long in all.
  const isEach = noun !== undefined && (loop.calls === 1 || sizes.length > 0);
  const how = isEach ? each(loop, noun, target) : times(row, loop, target);
  const whole = target.how === 'root' ? 'of the whole' : 'of the method';
  const time = `${Math.round(share * 100)} % ${whole} (${row.ct.toFixed(3)} of ${target.seconds.toFixed(3)} s)`;
  const equals = sizes.map(([name]) => ` = len(${name})`).join('');
  const asks = eachTime(stats, chain, row);
  const sentence = `${describe(row)} is called ${how}, ${time}${asks}${equals === '' ? '' : `; ${turns}${equals}`}.`;
  const above = chain.map((node) => node.row).filter((one) => one !== row);
  return [{ kind: 'once-per', sentence, share, rows: [row, ...above, loop.parent].map(evidence) }];
}

/** What each turn asks of others, where what asks was called as often, and all of that below the function told of. */
function eachTime(stats: Stats, chain: readonly LoopNode[], top: Row): string {
  const asked = new Map<Request, Row[]>();
  const open = chain.slice(-1);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const request = requestOf(node.row);
    if (request === undefined) open.push(...node.children);
    else if (isOnlyBelow(stats, node.row, top)) asked.set(request, [...(asked.get(request) ?? []), node.row]);
  }
  const words = [...asked].map(([request, rows]) => {
    const seconds = rows.reduce((sum, { ct }) => sum + ct, 0);
    const what = rows.length === 1 ? `one ${request}` : `${rows.length} ${plural(request)}`;
    return `${what}, ${seconds.toFixed(3)} s in all`;
  });
  return words.length === 0 ? '' : `; each time ${words.join(', and ')}`;
}

const plural = (request: Request): string => (request === 'database query' ? 'database queries' : `${request}s`);

function each({ turns, calls, parent }: Loop, noun: string, target: Target): string {
  const all = `once for each of ${turns} ${noun}`;
  return calls === 1 ? all : `${all} in each of ${calls} calls of ${nameOf(parent, target)}`;
}

/** "Below", when the calls come by way of other functions. */
function times(row: Row, { turns, calls, parent }: Loop, target: Target): string {
  const by = row.callers.some((edge) => edge.caller === parent.id) ? 'by' : 'below';
  const who = nameOf(parent, target);
  if (calls === 1) return `${turns} times ${by} one call of ${who}`;
  return `${turns * calls} times ${by} ${calls} calls of ${who}, ${turns} a call on average`;
}

function nameOf(parent: Row, target: Target): string {
  return isSimulated(parent) && target.rows.includes(parent) ? 'the method' : parent.name;
}

/** The name of the only argument of that length, where it is a plural: `provider_summaries`. */
function argumentNoun(names: readonly string[]): string | undefined {
  const [name] = names;
  return names.length === 1 && name?.endsWith('s') ? name.replaceAll('_', ' ').trim() : undefined;
}
