// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bash's variables
/** Numbers from 0 to 1, the same every time. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const HEADERS = [
  '[[post-config|$NOVA_CONF]]',
  '[[post-config|$NOVA_CONF]]',
  '[[post-config|$NOVA_CONF]]',
  '[[post-config|${NOVA_CONF}]]',
  '[[post-config|out/nova.conf]]',
  '[[post-config|$OTHER_CONF]] # why',
  '[[post-config|$OUT/third.conf]]',
  '[[test-config|$NOVA_CONF]]',
  '[[test-config|$OTHER_CONF]]',
  '[[local|localrc]]',
  '[[extra|$NOVA_CONF]]',
  '[[post-config | $NOVA_CONF]]',
  '[[post-config| $NOVA_CONF]]',
  '[[ post-config|$NOVA_CONF]]',
  ' [[post-config|$NOVA_CONF]]',
  '[[post-config|$NOVA_CONF]',
  '[[post-config|$NOVA_CONF ]]',
  '[[post-config|]]',
  '[[post-config]]',
  '[[post-config|$NOVA_CONF|x]]',
  '[[post-config|$NO_SUCH]]',
  '[[post-config|"$OUT"/quoted.conf]]',
  '[[post-config|$OUT/$(echo sub).conf]]',
];
const SECTIONS = [
  '[DEFAULT]',
  '[DEFAULT]',
  '[api]',
  '[api]',
  '[filter_scheduler]',
  '[a.i]',
  '[filter:x]',
  '[two words]',
  '[ DEFAULT ]',
  '[DEFAULT] # why',
  '[api]x',
  '[]',
  ' [api]',
  '[a/b]',
  '[$EMPTY]',
  '[x*]',
];
const KEYS = [
  ...['a', 'b', 'c', 'key', 'long_key_name', 'workers', 'a', 'b', 'key'],
  ...['a', 'b', 'key', 'workers', 'kex', 'k.y', 'a', 'b'],
  ...[
    'two words',
    'a b',
    '"q"',
    '"q r"',
    '$SPACED',
    '$EMPTY',
    'a/b',
    'a[0]',
    '*',
    'k#y',
    'a #b',
    ';a',
    "'s'",
    'ke*',
    'x\\',
  ],
];
const WORDS = [
  ...['1', '300', 'True', 'value', 'a b', 'a   b', 'x=y', 'mysql://u:p@h/d?c=1', 'a,b,c', 'ä', '%(x)s', ''],
  ...['"a b"', '"x"', "'x'", '\'""\'', '""', "'", '"', '"*"', '*', '"l*"', '"?"', '"no*"', '[a]', '~', '"~"', '"~/x"'],
  ...[
    '$SPACED',
    '"$SPACED"',
    '$EMPTY',
    '${AMP}',
    '$AMP',
    '$TAB',
    '"$STAR"',
    '$STAR',
    '$NO_SUCH',
    '$1',
    '$2',
    '$3',
    '$#',
    '$file',
    '$HOME',
  ],
  ...[
    '$(echo hi)',
    '$(echo "a  b")',
    '`echo hi`',
    '"$(echo a b)"',
    '$(no-such-command)',
    '$(echo hi',
    '`',
    '${',
    '$',
    '$ ',
    '$%',
    '\\$1',
    "$'",
  ],
  ...[
    '&',
    'a & b',
    'a&b',
    '\\&',
    '\\\\&',
    '\\',
    '\\\\',
    '\\\\\\\\',
    '\\t',
    '\\\\t',
    '\\\\\\\\t',
    '\\n',
    '\\\\n',
    '\\"',
    '\\\\1',
    '\\\\x41',
    '\\\\U',
  ],
  ...[
    '# comment',
    'v # comment',
    'v ; comment',
    ';',
    '"a;b"',
    '";no-such-command"',
    'a\tb',
    '!x',
    '{a,b}',
    '(x)',
    '<x>',
    'a|b',
  ],
];
const OTHER = [
  '',
  '   ',
  '# a comment',
  '  # a comment',
  '\t# a comment',
  '; a comment',
  ';x = y',
  'no equals',
  'noequals',
  '  indented = 1',
  '\tindented = 1',
  '= value',
  '"no equals"',
];

/** A local.conf that tries the grammar: mostly what people write, and every trap at times. */
export function generated(random: () => number): string {
  const one = (from: readonly string[]): string => from[Math.floor(random() * from.length)]!;
  const value = (): string => {
    const count = random() < 0.8 ? 1 : 2;
    return Array.from({ length: count }, () => (random() < 0.45 ? one(WORDS.slice(0, 12)) : one(WORDS))).join(
      one(['', ' ', ' ', '  ']),
    );
  };
  const lines: string[] = [];
  if (random() < 0.1) lines.push(one(OTHER));
  const headers = 1 + Math.floor(random() * 2.4);
  for (let h = 0; h < headers; h++) {
    lines.push(random() < 0.5 ? HEADERS[0]! : one(HEADERS));
    const sections = Math.floor(random() * 3);
    for (let s = 0; s <= sections; s++) {
      if (s > 0 || random() < 0.9) lines.push(random() < 0.7 ? one(SECTIONS.slice(0, 5)) : one(SECTIONS));
      const keys = Math.floor(random() * 3);
      for (let k = 0; k <= keys; k++) {
        if (random() < 0.08) lines.push(one(OTHER));
        const key = random() < 0.8 ? one(KEYS.slice(0, 9)) : one(KEYS);
        lines.push(`${key}${one([' = ', ' = ', '=', ' =', '  =\t'])}${value()}${random() < 0.1 ? '  ' : ''}`);
      }
    }
  }
  return lines.map((l) => `${l}${random() < 0.005 ? '\r' : ''}`).join('\n') + (random() < 0.95 ? '\n' : '');
}

const BEFORE = [
  '',
  '',
  '[DEFAULT]\nkey = old\n',
  '# nova\n[DEFAULT]\na = 1\na=2\n\n[api]\nb = old & new\n',
  '[api]\n[api]\nkey = 1\n[DEFAULT]\nworkers\t=  2\n#a = 3\n',
  '[ali]\nkey = dotted\n',
];

/** What stood in the file before. */
export const before = (random: () => number): string => BEFORE[Math.floor(random() * BEFORE.length)]!;
