import { describe, expect, it } from 'vitest';
import { checkLocalConf } from '../../../src/openstack/local-conf/check.js';

const NOVA = '[[post-config|$NOVA_CONF]]\n';

function check(text: string, beside = false) {
  const { files, traps, ...rest } = checkLocalConf(text, { path: 'local.conf', beside });
  const settings = files.flatMap((f) => f.settings.map((s) => `[${s.section}] ${s.option} = ${s.value}`));
  return { ...rest, files, settings, traps: traps.map((t) => `${t.line}:${t.column} ${t.effect} ${t.says}`) };
}

describe('each trap: what the file gets, and the warning with line and column', () => {
  // what stands under [[post-config|$NOVA_CONF]], what nova.conf gets, the warnings
  it.each<[string, string, string[], RegExp[]]>([
    ['a plain option', '[DEFAULT]\na = 1', ['[DEFAULT] a = 1'], []],
    ['an option above any section', 'a = 1\n[api]\nb = 2', ['[api] b = 2'], [/^2:1 lost stands above any \[section\]/]],
    ['an inline comment', '[a]\nb = 1 # why', ['[a] b = 1 # why'], [/^3:7 changed no comment/]],
    ['a star is kept', '[a]\nb = *', ['[a] b = *'], []],
    [
      'a star in double quotes is no longer in any',
      '[a]\nb = "*"',
      ['[a] b = *'],
      [/^3:6 note bash puts the names of files/],
    ],
    ['runs of blanks are kept', '[a]\nb = x   y', ['[a] b = x   y'], []],
    [
      'double quotes',
      '[a]\nb = "x y"',
      ['[a] b = x'],
      [/^3:5 changed .*becomes x$/, /^3:5 changed outside quotes it is 2 words/],
    ],
    ['quotes in quotes', `[a]\nb = '""'`, ["[a] b = ''"], [/^3:6 changed .*becomes ''$/]],
    ['a variable that is known', '[a]\nb = $DEST/x', ['[a] b = /opt/stack/x'], [/^3:5 changed bash evaluates \$/]],
    [
      'a variable that is not',
      '[a]\nb = x$HOST_IP',
      ['[a] b = x$HOST_IP'],
      [/^3:6 note devstack puts the value of \$HOST_IP/],
    ],
    ['a command', '[a]\nb = $(date)', ['[a] b = $(date)'], [/^3:5 note bash runs \$\(date\)/]],
    ['an ampersand', '[a]\nb = x&y', ['[a] b = x&y'], [/^3:6 note where the file has the option already/]],
    ['an ampersand that is safe', '[a]\nb = x\\\\\\\\&y', ['[a] b = x&y'], [/^3:6 changed .*becomes x&y$/]],
    ['a backslash', '[a]\nb = a\\d', ['[a] b = ad'], [/^3:6 changed .*becomes ad$/]],
    ['an indented line', '[a]\nb = 1\n  2', ['[a] b = 1'], [/^4:3 lost an indented line/]],
    ['no equals', '[a]\nverbose', ['[a] verbose = '], [/^3:1 changed has no =/]],
    ['repeated keys', '[a]\nb = 1\nb = 2', ['[a] b = 1', '[a] b = 2'], [/^4:1 note b stands in line 3 too/]],
    [
      'a section with a blank',
      '[a b]\nc = 1',
      ['[a] c = 1'],
      [/^2:3 lost the name of a section ends at its first blank/],
    ],
    [
      'a section after a blank',
      '[a]\nx = 1\n[ b ]\nc = 1',
      ['[a] x = 1', '[c] 1 = '],
      [/^4:2 lost the name of a section must follow/],
    ],
    [
      'a comment of another kind',
      '[a]\n;b = 1\nc = 1',
      ['[a] c = 1'],
      [/^3:1 lost is no comment/, /^3:1 lost bash runs part/],
    ],
    ['a key with a blank', '[a]\nb c = 1', ['[a] b = c'], [/^3:2 changed the option ends at this blank/]],
    ['an open quote', '[a]\nb = "\nc = 1', ['[a] c = 1'], [/^3:1 lost bash cannot parse/]],
    ['a slash in a section', '[a/b]\nc = 1', [], [/^2:3 lost sed ends the name/, /^3:1 lost sed cannot read/]],
  ])('%s', (_, text, settings, traps) => {
    const checked = check(`${NOVA}${text}\n`);
    expect(checked.settings).toEqual(settings);
    expect(checked.traps).toEqual(traps.map((t) => expect.stringMatching(t)));
  });

  it.each<[string, RegExp[]]>([
    ['[[post-config | $NOVA_CONF]]', [/^1:14 lost the header ends at this blank and so names no file/]],
    ['[[post-config|$NOVA_CONF ]]', []],
    [
      '[[post-config|$NOVA CONF]]',
      [/^1:15 note what \$NOVA is/, /^1:20 lost the header ends at this blank: it names the file \$NOVA$/],
    ],
    ['[[post-config|]]', [/^1:15 lost the header names no file/]],
    [' [[post-config|$NOVA_CONF]]', [/^1:2 lost is no header, for it is indented/]],
    ['[[post-config]]', [/^1:1 lost is no \[\[group\|file\]\]/]],
    ['\ufeff[[post-config|$NOVA_CONF]]', [/^1:2 lost .*byte order mark/]],
    ['[[post-config|$NOVA_CONF]]\r', [/^1:27 lost the line ends as in DOS/]],
    ['[[pre-config|$NOVA_CONF]]', [/^1:3 lost stack.sh has no phase pre-config/]],
    ['[[local|nova.conf]]', [/^1:3 lost of the group local/]],
    ['[[post-config|$IRONIC_CONF]]', [/^1:15 note what \$IRONIC_CONF is, only devstack knows/]],
    ['a = 1\n[[post-config|$NOVA_CONF]]', [/^1:1 lost stands above the first/]],
  ])('the header %j', (text, traps) => {
    expect(check(`${text}\n`).traps).toEqual(traps.map((t) => expect.stringMatching(t)));
  });

  it('a file name that is empty ends the phase, not the next one', () => {
    const text = `[[local|localrc]]\nMY_CONF=\n[[post-config|$MY_CONF]]\n[a]\nb = 1\n${NOVA}[a]\nc = 1\n[[test-config|$NOVA_CONF]]\n[a]\nd = 1\n`;
    const checked = check(text);
    expect(checked.settings).toEqual(['[a] d = 1']);
    expect(checked.traps).toEqual([
      '3:15 lost $MY_CONF is empty: devstack skips this and every later file of post-config',
      '6:1 lost is skipped, with the rest of post-config',
    ]);
  });

  it('localrc is bash, and nobody reads it where a file localrc is', () => {
    const text = '[[local|localrc]]\nADMIN_PASSWORD=secret\nHOST_IP = 1.2.3.4\n[DEFAULT]\ndisable_service a b # c\n';
    expect(check(text)).toMatchObject({
      variables: [{ name: 'ADMIN_PASSWORD', value: '****', line: 2 }],
      services: [{ name: 'a', enabled: false, line: 5 }, { name: 'b' }],
      traps: [
        expect.stringMatching(/^3:8 lost .*no blanks around =/),
        expect.stringMatching(/^4:1 lost .*has no \[section\]s/),
      ],
    });
    const beside = check(text, true);
    expect(beside.variables).toEqual([]);
    expect(beside.traps[0]).toMatch(/^1:1 lost a file localrc stands beside/);
  });

  it('names what is wrong behind the line at which stack.sh ends, too', () => {
    const checked = check(`${NOVA}[a]\nb = 1\n;c = 2\n[d]\ne = 1 # why\n;f = 3\n`);
    expect(checked.settings).toEqual([]);
    expect(checked.traps.map((t) => t.split(' ', 2).join(' '))).toEqual([
      ...['4:1 lost', '4:1 lost', '6:7 changed', '7:1 lost', '7:1 lost'],
    ]);
  });

  it('shows no secret', () => {
    const text = `${NOVA}[database]\nconnection = mysql://root:secret@h/nova\n[x]\nmy_password = "sec ret"\n`;
    expect(JSON.stringify(check(text))).not.toMatch(/sec ?ret/);
  });
});
