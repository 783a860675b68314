import { compilePattern } from './python-pattern.js';
import { reprFloat, reprText } from './python-repr.js';
import { standardName } from './standard-name.js';
import type { Stats } from './stats.js';

/**
 * What narrows a table: at most so many rows; this part of them, of 0 to 1; those whose printed name a pattern, in Python's
 * dialect, is found in.
 */
export type Restriction = { readonly limit: number } | { readonly fraction: number } | { readonly pattern: string };

export interface Restricted {
  readonly ids: readonly number[];
  /** What pstats says about it above the table, a line each. */
  readonly messages: readonly string[];
}

/**
 * Applies the restrictions in order, each to what the one before left, as pstats does: a limit or fraction beyond what is
 * there changes nothing, and a pattern that does not compile is reported in `messages` and passed over.
 * @throws PatternError when Python would take a pattern that cannot be carried out here.
 */
export function restrict(stats: Stats, ids: readonly number[], restrictions: readonly Restriction[]): Restricted {
  const messages: string[] = [];
  let left = ids;
  for (const restriction of restrictions) {
    const before = left;
    if ('pattern' in restriction) {
      const pattern = compilePattern(restriction.pattern);
      if (pattern === undefined) messages.push(`   <Invalid regular expression ${reprText(restriction.pattern)}>`);
      else left = left.filter((id) => pattern.test(standardName(stats.name(id))));
    } else {
      left = left.slice(0, amount(restriction, left.length));
    }
    if (left.length !== before.length) {
      messages.push(
        `   List reduced from ${before.length} to ${left.length} due to restriction <${repr(restriction)}>`,
      );
    }
  }
  return { ids: left, messages };
}

/** What a user typed as the REPL of pstats takes it: a whole number, else a fraction, else a pattern. */
export function parseRestriction(text: string): Restriction | undefined {
  if (/^[+-]?\d+(_\d+)*$/.test(text)) return { limit: Number(text.replaceAll('_', '')) };
  const fraction = parseFloatLikePython(text);
  if (fraction === undefined) return { pattern: text };
  // Beyond that pstats complains and goes on without it: "Fraction argument must be in [0, 1]".
  return fraction < 0 || fraction > 1 ? undefined : { fraction };
}

function parseFloatLikePython(text: string): number | undefined {
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]!.toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const digits = String.raw`\d+(?:_\d+)*`;
  const float = new RegExp(`^[+-]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:e[+-]?${digits})?$`, 'i');
  return float.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

function amount(restriction: { readonly limit: number } | { readonly fraction: number }, length: number): number {
  if ('limit' in restriction) return restriction.limit >= 0 ? Math.min(restriction.limit, length) : length;
  const { fraction } = restriction;
  return fraction >= 0 && fraction < 1 ? Math.trunc(length * fraction + 0.5) : length;
}

function repr(restriction: Restriction): string {
  if ('limit' in restriction) return String(restriction.limit);
  return 'fraction' in restriction ? reprFloat(restriction.fraction) : reprText(restriction.pattern);
}
