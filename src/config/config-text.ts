/** What was seen of a host, for a profkit.yaml that fits it. */
export interface Seen {
  /** As the user named it; undefined: this machine. */
  host: string | undefined;
  systemd: boolean;
  /** Units that run Python, by their short names. */
  services: readonly string[];
  /** Presets whose services run there. */
  presets: readonly { name: string; about: string; services: readonly string[]; trigger: boolean }[];
  /** Programs of supervisor there; undefined where supervisorctl does not answer. */
  supervised: readonly string[] | undefined;
}

/** Makes a value of YAML, quoted where it has to be. */
type Quote = (value: string | readonly string[]) => string;

/**
 * The profkit.yaml of what was seen. Every line says why it stands; `#key:` without a blank is a line to be uncommented.
 * @param schema path or URL of the JSON schema, for editors
 */
export function configText(seen: Seen, schema: string, quote: Quote): string {
  const parts = [
    [
      `# yaml-language-server: $schema=${schema}`,
      '# What would have to be said again and again; the command line comes first.',
    ],
    hostLines(seen, quote),
    targetLines(seen),
    serviceLines(seen, quote),
    [
      '# Only calls that this holds for are captured. It belongs to the target, as id does.',
      '#when: len(instance_uuids) > 1',
    ],
    triggerLines(seen),
    [
      '# What measures: profkit follows greenlets and threads exactly; sample is for calls that make a million calls.',
      '#engine: profkit',
    ],
    ['# How the probe is put in: an edit of the source, a hook, or live; auto chooses, and says why.', '#mode: auto'],
    ['# Where captures are put.', '#into: profkit-captures'],
    seen.systemd ? [] : commandServiceLines(seen, quote),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function hostLines({ host }: Seen, quote: Quote): string[] {
  if (host === undefined) return ['# The services run on this machine: nothing to say.', '#host: stack@devstack'];
  return [
    "# Where the services run, as it was given to profkit init. --host '' is this machine all the same.",
    `host: ${quote(host)}`,
  ];
}

function targetLines({ presets }: Seen): string[] {
  const [first, ...others] = presets;
  if (first === undefined)
    return [
      '# No service of a preset runs there. A method of your own: profkit targets PATTERN finds it.',
      '#target: package.module:Class.method',
      '#id: argument',
    ];
  const trigger = first.trigger ? '' : '; it needs a trigger';
  return [
    `# ${first.services.join(', ')} runs there. "profkit run" alone says ${first.about}${trigger}.`,
    `target: ${first.name}`,
    ...(others.length > 0 ? ['# As well, by what runs there:'] : []),
    ...others.map((p) => `#   ${p.name.padEnd(22)} ${p.about}`),
    '# A method of your own (profkit targets PATTERN finds it), and the argument that names its captures:',
    '#target: nova.scheduler.manager:SchedulerManager._select_destinations',
    '#id: instance_uuids',
  ];
}

function serviceLines({ services, presets, systemd }: Seen, quote: Quote): string[] {
  const runs = services.length > 0 ? [`# Python services that run there: ${services.join(', ')}.`] : [];
  if (presets.length > 0)
    return [
      ...runs,
      '# A preset knows its own. For another target: the one that runs it, else all that have loaded it.',
      `#service: ${quote(services[0] ?? 'n-sch')}`,
    ];
  if (services.length === 1) return [...runs, `service: ${quote(services[0]!)}`];
  const why = systemd
    ? '# The one that runs the target; else all that have loaded it.'
    : '# The one below that runs the target.';
  return [...runs, why, `#service: ${quote(services[0] ?? 'my-api')}`];
}

function triggerLines({ presets }: Seen): string[] {
  const found = presets[0]?.trigger ? ' A preset finds its own out: image, flavor, no network.' : '';
  return [
    `# What makes the target run, word by word, no shell.${found}`,
    '#trigger: [openstack, --os-compute-api-version, 2.37, server, create, --image, IMAGE, --flavor, FLAVOR, --nic, none, x1]',
  ];
}

/** Supervisor's, as docs/services.md has it; with a name of one of its programs where it was seen. */
function commandServiceLines({ supervised }: Seen, quote: Quote): string[] {
  const seen = supervised?.length ? ` Its programs there: ${supervised.join(', ')}.` : '';
  const name = quote(supervised?.[0] ?? 'my-api');
  return [
    '# systemd does not run there: a service is told by commands. This is one of supervisor;',
    `# docs/services.md has docker, podman, kubectl and pid files too.${seen}`,
    '#services:',
    `#  ${name}:`,
    `#    start: [supervisorctl, start, ${name}]`,
    `#    stop: [supervisorctl, stop, ${name}]`,
    '#    # its main process and what that has started; of a stopped one supervisor says 0',
    `#    pids: p=$(supervisorctl pid ${name} | grep -x '[1-9][0-9]*') && pgrep -g "$p"`,
  ];
}
