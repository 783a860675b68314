import { describe, expect, it } from 'vitest';
import { addSettings } from '../../../src/openstack/local-conf/add-settings.js';
import { checkLocalConf } from '../../../src/openstack/local-conf/check.js';
import { localConfText } from '../../../src/openstack/local-conf/local-conf-text.js';
import { wantedSettings } from '../../../src/openstack/local-conf/wanted.js';

const passwords = { ADMIN_PASSWORD: 'made' };
const wanted = wantedSettings({ passwords });
const GUIDE = `[[local|localrc]]
ADMIN_PASSWORD=secret
DATABASE_PASSWORD=$ADMIN_PASSWORD
RABBIT_PASSWORD=$ADMIN_PASSWORD
SERVICE_PASSWORD=$ADMIN_PASSWORD
VIRT_DRIVER=fake
NUMBER_FAKE_NOVA_COMPUTE=50
disable_service cinder
disable_service horizon
disable_service dstat
disable_service tempest

[[post-config|$NOVA_CONF]]
rpc_response_timeout = 300

# Disable filtering entirely.
[filter_scheduler]
enabled_filters = '""'
[notifications]
notification_format = unversioned
`;

/** What nova.conf gets, and what localrc says. */
function got(text: string) {
  const { files, variables, services } = checkLocalConf(text, { path: 'local.conf', beside: false });
  const options = files.map((f) => [f.path, f.settings.map((s) => `[${s.section}] ${s.option} = ${s.value}`)]);
  const localrc = [
    ...variables.map((v) => `${v.name}=${v.value}`),
    ...services.map((s) => `${s.enabled ? '+' : '-'}${s.name}`),
  ];
  return { options: Object.fromEntries(options) as Record<string, string[]>, localrc };
}

const lines = (text: string): string[] => text.split('\n');

describe('the file that is written', () => {
  it('gives exactly the settings that the guide wants, and the two that make captures clean', () => {
    const { traps } = checkLocalConf(localConfText(wanted), { path: 'local.conf', beside: false });
    expect(traps).toEqual([]);
    expect(got(localConfText(wanted))).toEqual({
      localrc: [
        'ADMIN_PASSWORD=****',
        'DATABASE_PASSWORD=$ADMIN_PASSWORD',
        'RABBIT_PASSWORD=$ADMIN_PASSWORD',
        'SERVICE_PASSWORD=$ADMIN_PASSWORD',
        'VIRT_DRIVER=fake',
        'NUMBER_FAKE_NOVA_COMPUTE=25',
        'API_WORKERS=1',
        'MYSQL_GATHER_PERFORMANCE=False',
        ...['-cinder', '-horizon', '-dstat', '-tempest'],
      ],
      options: {
        '/etc/nova/nova.conf': [
          '[DEFAULT] rpc_response_timeout = 300',
          "[filter_scheduler] enabled_filters = ''",
          '[notifications] notification_format = unversioned',
        ],
      },
    });
  });

  it('says of each setting why it stands there, and of services once', () => {
    const bare = lines(localConfText(wanted)).filter((l, i, all) => /^[\w ]+=/.test(l) && !/^#/.test(all[i - 1]!));
    expect(bare).toEqual(
      ['DATABASE_PASSWORD', 'RABBIT_PASSWORD', 'SERVICE_PASSWORD'].map((n) => `${n}=$ADMIN_PASSWORD`),
    );
  });

  it("sets Nova's mode for the cell's conductor too, which has a file of its own", () => {
    const { options } = got(localConfText(wantedSettings({ passwords, concurrency: 'threading' })));
    expect(options['/etc/nova/nova.conf']).toContain('[DEFAULT] concurrency_backend = threading');
    expect(options['/etc/nova/nova_cell1.conf']).toEqual(['[DEFAULT] concurrency_backend = threading']);
  });
});

describe('adding to one that is there', () => {
  it("mends the guide's own: passwords and the number of computes stay, the lost timeout gets its section", () => {
    const addition = addSettings(GUIDE, wanted);
    expect(addition.conflicts).toEqual([]);
    const text = addition.text(() => false);
    const added = lines(text).filter((l) => !lines(GUIDE).includes(l) && !l.startsWith('#'));
    expect(added).toEqual(['API_WORKERS=1', 'MYSQL_GATHER_PERFORMANCE=False', '[DEFAULT]']);
    expect(got(text).options).toEqual({
      '/etc/nova/nova.conf': [
        "[filter_scheduler] enabled_filters = ''",
        '[notifications] notification_format = unversioned',
        '[DEFAULT] rpc_response_timeout = 300',
      ],
    });
    expect(got(text).localrc).toContain('NUMBER_FAKE_NOVA_COMPUTE=50');
  });

  it('keeps each line and their order', () => {
    const text = addSettings(GUIDE, wanted).text(() => false);
    let at = -1;
    for (const line of lines(GUIDE).slice(0, -1)) {
      at = lines(text).indexOf(line, at + 1);
      expect(at, line).toBeGreaterThanOrEqual(0);
    }
  });

  it('changes nothing the second time', () => {
    const once = addSettings(GUIDE, wanted).text(() => false);
    const again = addSettings(once, wanted);
    expect(again.there).toBe(wanted.length);
    expect(again.text(() => true)).toBe(once);
    const own = localConfText(wanted);
    expect(addSettings(own, wanted).text(() => true)).toBe(own);
  });

  it.each([
    '',
    '# mine\n',
    '[[local|localrc]]\n',
    '[[post-config|$NOVA_CONF]]\n[api]\nx = 1',
    '[[post-config|/etc/nova/nova.conf]]\n[DEFAULT]\n\n[api]\n# end\n',
  ])('all of it gets there, after %j', (before) => {
    const { options, localrc } = got(addSettings(before, wanted).text(() => false));
    const all = got(localConfText(wanted));
    expect(localrc).toEqual(all.localrc);
    expect(options['/etc/nova/nova.conf']).toEqual(expect.arrayContaining(all.options['/etc/nova/nova.conf']!));
  });

  it('adds to the section that is there, above the comment of the next one', () => {
    const before = '[[post-config|$NOVA_CONF]]\n[DEFAULT]\ndebug = True\n\n# about the API\n[api]\nx = 1\n';
    const text = addSettings(before, wanted).text(() => false);
    expect(text).toMatch(/debug = True\n(# .*\n)+rpc_response_timeout = 300\n\n# about the API\n\[api\]\nx = 1\n/);
  });

  const OTHER = `[[local|localrc]]
API_WORKERS="4"  # mine
enable_service horizon
[[post-config|\${NOVA_CONF}]]
[DEFAULT]
rpc_response_timeout =  60
rpc_response_timeout = 90
`;

  it('names what is otherwise, with its lines', () => {
    expect(addSettings(OTHER, wanted).conflicts.map(({ wanted: _, ...c }) => c)).toEqual([
      { what: 'API_WORKERS', theirs: '"4"', ours: '1', lines: [2] },
      { what: 'horizon', theirs: 'enable_service', ours: 'disable_service', lines: [3] },
      { what: '[DEFAULT] rpc_response_timeout', theirs: '60, then 90', ours: '300', lines: [6, 7] },
    ]);
  });

  it('keeps or replaces them, as is chosen', () => {
    const kept = got(addSettings(OTHER, wanted).text(() => false));
    expect(kept.localrc).toEqual(expect.arrayContaining(['API_WORKERS="4"  # mine', '+horizon']));
    expect(kept.options['/etc/nova/nova.conf']).toContain('[DEFAULT] rpc_response_timeout = 90');
    const replaced = got(addSettings(OTHER, wanted).text(() => true));
    expect(replaced.localrc).toContain('API_WORKERS=1');
    expect(replaced.localrc.lastIndexOf('-horizon')).toBeGreaterThan(replaced.localrc.indexOf('+horizon'));
    const timeouts = replaced.options['/etc/nova/nova.conf']!.filter((s) => s.includes('rpc_response'));
    expect(timeouts).toEqual(['[DEFAULT] rpc_response_timeout = 300']);
  });
});
