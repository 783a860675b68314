// What OpenStack's services loop over. A name that ends in one of these, in the singular, is about one of them:
// `weigh_host`, but not `get_instance_info`, which may well be called for each host.
const THINGS = new Set(
  'aggregate allocation binding cell compute flavor group host hypervisor image instance migration network node pool port project provider request router server service share snapshot subnet tenant trait volume'.split(
    ' ',
  ),
);

/**
 * What a function is called for, in the plural, by its own name: `get_by_host` and `weigh_host` are for hosts.
 * Undefined where the name does not say, or says that one call takes several: `get_all_by_hosts`.
 */
export function countedNoun(name: string): string | undefined {
  const words = name.toLowerCase().split('_');
  const preposition = words.findLastIndex((word, i) => i < words.length - 1 && /^(?:by|for|per|each)$/.test(word));
  const word =
    preposition >= 0 ? words[preposition + 1]! : words.findLast((one, i) => i === words.length - 1 && THINGS.has(one));
  if (word === undefined || !/^[a-z]+$/.test(word) || (word.endsWith('s') && !THINGS.has(word))) return undefined;
  return plural(word);
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
