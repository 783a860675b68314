import type { ExitName } from './exit-status.js';
import { type ConcurrencyMode, modeWords } from './openstack/concurrency.js';
import { faultRemedy } from './openstack/fault-remedy.js';

interface Row<F> {
  exit: ExitName;
  /** One sentence: what happened. */
  says(facts: F): string;
  /** One sentence: what to do. */
  next(facts: F): string;
}
const row = <F>(exit: ExitName, says: (f: F) => string, next: (f: F) => string): Row<F> => ({ exit, says, next });
const list = (words: readonly string[], most = 6): string =>
  words.length <= most ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${words.length - most} more`;

const LIVE_NEXT: Record<string, string> = {
  denied: 'Run profkit as root, or as a user whom sudo asks for no password; or use --mode source or --mode hook.',
  off: 'Start it once without PYTHON_DISABLE_REMOTE_DEBUG and -X disable-remote-debug, or use --mode source or --mode hook.',
  busy: 'Wait until nothing else looks into it, then run the command again.',
};

const MAKE = {
  image: 'openstack image create --disk-format qcow2 --file cirros.img cirros',
  flavor: 'openstack flavor create --ram 256 --disk 1 --vcpus 1 c1',
  'larger flavor': 'openstack flavor create --ram 512 --disk 1 --vcpus 1 c2',
};

/** Every message about what a user can mend, in one table. */
export const FAILURES = {
  // hook mode and the choice of the mode
  HOOK_NEEDS_SYSTEMD: row(
    'refused',
    (f: { service: string }) => `${f.service} is no unit of systemd, so it cannot be given a hook.`,
    () => 'Let profkit edit the source: --mode source.',
  ),
  HOOK_REFUSED: row(
    'refused',
    (f: { why: string }) => `A hook would not work: ${f.why}.`,
    () => 'Let profkit edit the source: --mode source.',
  ),
  HOOK_HIDDEN: row(
    'refused',
    (f: { service: string; hook: string }) => `${f.service} would start without ${f.hook} in its PYTHONPATH.`,
    (f) => `See what else sets it, and under which name: systemctl cat ${f.service}. The probe was taken out again.`,
  ),
  NO_MODE: row(
    'refused',
    (f: { file: string; edit: string; hook: string }) =>
      `The probe can neither be put into ${f.file} (${f.edit}) nor in by a hook (${f.hook}).`,
    () => 'Mend one of the two, then run the command again.',
  ),
  // live mode
  LIVE_PYTHON: row(
    'refused',
    (f: { services: readonly string[]; version: string }) =>
      `${list(f.services)} runs Python ${f.version}, and a running process can be given a probe from 3.14 on.`,
    () => 'Put it in with a restart: --mode source or --mode hook.',
  ),
  LIVE_REFUSED: row(
    'refused',
    (f: { services: readonly string[]; kind: string; why: string }) =>
      `No probe can be put into the running ${list(f.services)}: ${f.why}.`,
    (f) => LIVE_NEXT[f.kind] ?? 'Put it in with a restart: --mode source or --mode hook.',
  ),
  LIVE_NOT_LOADED: row(
    'fault',
    (f: { services: readonly string[]; why: string }) => `No process of ${list(f.services)} has the target: ${f.why}.`,
    () => 'Name the service that runs it with --service, or put it in with a restart: --mode source or --mode hook.',
  ),
  LIVE_ATTACH: row(
    'fault',
    (f: { host: string; code: number }) =>
      `The program that looks into running processes ended with status ${f.code} on ${f.host}.`,
    () => 'It needs the ctypes module of python3; else put the probe in with a restart: --mode source or --mode hook.',
  ),
  // targets
  TARGET_SYNTAX: row(
    'usage',
    (f: { target: string }) => `"${f.target}" is not a target.`,
    () =>
      'Write it as package.module:Class.method, as the end of that (Class.method, method), or as path/to/file.py:LINE.',
  ),
  MODULE_NOT_FOUND: row(
    'usage',
    (f: { module: string; reached: string; python: string }) =>
      `${f.python} finds no module ${f.module}${f.reached === f.module ? '' : ` (there is no ${f.reached})`}.`,
    () => 'Check the spelling, or name the service that has it with --service, or its interpreter with --python.',
  ),
  NO_SOURCE: row(
    'refused',
    (f: { module: string; origin: string }) => `${f.module} has no source file that could be edited (${f.origin}).`,
    () => 'Choose a target in a Python source file.',
  ),
  SOURCE_SYNTAX: row(
    'fault',
    (f: { why: string }) => `The service's interpreter cannot parse the module: ${f.why}.`,
    () => 'Mend the file, or name the right interpreter with --python.',
  ),
  TARGET_NOT_FOUND: row(
    'usage',
    (f: { name: string; file: string; near: readonly string[]; unknown?: readonly string[] }) =>
      `${f.file} has no ${f.name}${f.unknown?.length ? `, and its base ${list(f.unknown)} was not found` : ''}.`,
    (f) =>
      f.near.length > 0
        ? `Did you mean ${list(f.near)}?`
        : 'Look for it with: profkit targets, and a part of its name.',
  ),
  TARGET_AMBIGUOUS: row(
    'usage',
    (f: { name: string; file: string; places: readonly string[]; line?: number }) =>
      `${f.name} is defined ${f.places.length} times in ${f.file}: ${list(f.places)}.`,
    (f) => `Name the one you mean as module:Class.method, or by its line: ${f.file}:${f.line ?? 'LINE'}.`,
  ),
  TARGET_KIND: row(
    'refused',
    (f: { name: string; kind: string }) => `${f.name} is a ${f.kind}, which one call does not run from start to end.`,
    () => 'Choose the function that runs it, or one that it calls.',
  ),
  TARGET_UNKNOWN: row(
    'usage',
    (f: { name: string; python: string }) => `No function called ${f.name} was found among the modules of ${f.python}.`,
    () => 'Look for it with: profkit targets, and a part of its name; --service or --python says whose modules.',
  ),
  TARGETS_SEVERAL: row(
    'usage',
    (f: { name: string; places: readonly string[] }) =>
      `${f.name} can be ${f.places.length} functions: ${list(f.places)}.`,
    () => 'Name one of them in full, or the service with --service.',
  ),
  TARGET_LOCAL: row(
    'refused',
    (f: { outer: string; name: string; file: string; line: number }) =>
      `${f.name} is local to ${f.outer} (${f.file}:${f.line}): it is made anew by each call of that.`,
    (f) => `Choose ${f.outer}: what it calls is in its profile.`,
  ),
  TARGET_ASSIGNED: row(
    'refused',
    (f: { name: string; file: string; line: number }) =>
      `${f.name} is bound in line ${f.line} of ${f.file}, by no def of its own.`,
    () => 'Choose the function that this line names or makes it from.',
  ),
  TARGET_BLOCKED: row(
    'refused',
    (f: { name: string; why: string }) => `No line can be put above the def of ${f.name}: ${f.why}.`,
    () => 'Use --mode hook, which edits nothing, or choose the function that calls it.',
  ),
  TARGET_NO_FILE: row(
    'usage',
    (f: { file: string; python: string }) => `There is no source file ${f.file} among the projects of ${f.python}.`,
    () => 'Give its whole path, or name the service that has it with --service.',
  ),
  TARGET_FILES: row(
    'usage',
    (f: { file: string; files: readonly string[] }) => `${f.file} can be ${f.files.length} files: ${list(f.files)}.`,
    () => 'Give more of its path.',
  ),
  TARGET_NOT_IMPORTED: row(
    'usage',
    (f: { file: string; python: string }) => `${f.file} is not what ${f.python} imports under its name.`,
    () => 'Name the service that runs it with --service, or its interpreter with --python.',
  ),
  TARGET_NO_DEF: row(
    'usage',
    (f: { place: string }) => `No function encloses ${f.place}.`,
    () => 'Name a line between a def and the end of its body.',
  ),
  TARGET_BUSY: row(
    'refused',
    (f: { target: string; probe: string }) => `${f.target} has the probe ${f.probe} already.`,
    (f) => `Use that one, or take it out first: profkit revert ${f.probe}.`,
  ),
  // probes
  EDIT_REFUSED: row(
    'refused',
    (f: { file: string; why: string }) => `The edit of ${f.file} did not pass its check: ${f.why}.`,
    () => 'Nothing was changed; please report this with the lines around the def.',
  ),
  NOT_WRITABLE: row(
    'fault',
    (f: { why: string }) => `The source cannot be written: ${f.why}.`,
    () => 'Nothing was changed; run profkit as root or as a user with sudo, or make the file writable.',
  ),
  SOURCE_CHANGED: row(
    'refused',
    (f: { path: string }) => `${f.path} changed while profkit was at work.`,
    () => 'Nothing was changed; run the command again.',
  ),
  REVERT_CONFLICT: row(
    'refused',
    (f: { why: string }) => `It cannot be said which lines are profkit's: ${f.why}.`,
    () => 'The probe is off; take its lines out by hand, then run profkit revert again.',
  ),
  NO_PROBE: row(
    'usage',
    (f: { why: string }) => `${f.why}.`,
    () => 'See what there is with profkit status.',
  ),
  NO_PROBES: row(
    'usage',
    (f: { host: string }) => `There is no probe on ${f.host}.`,
    () => 'Put one in with profkit patch TARGET, or do it all with profkit run TARGET.',
  ),
  PROBE_GONE: row(
    'fault',
    (f: { probe: string; host: string }) => `Somebody else has taken the probe ${f.probe} out of ${f.host} meanwhile.`,
    () => 'Agree on who profiles this host, then run the command again.',
  ),
  NOT_CARRIED: row(
    'refused',
    (f: { services: readonly string[] }) => `No process of ${list(f.services)} carries the probe yet.`,
    (f) => `Restart first: profkit restart ${f.services.join(' ')}.`,
  ),
  ENGINE_OPTION: row(
    'usage',
    (f: { engine: string; option: string; value: string; known: readonly string[]; others: readonly string[] }) =>
      `The engine ${f.engine} knows no --${f.option} ${f.value}${f.known.length > 0 ? `, only ${list(f.known)}` : ''}.`,
    (f) => `Leave --${f.option} out, or choose an engine that knows it with --engine: ${list(f.others)}.`,
  ),
  ENGINE_REFUSED: row(
    'refused',
    (f: { engine: string; why: string; how?: string | undefined; switchable: boolean }) =>
      `--engine ${f.engine} would be of no use: ${f.why}${f.how ? `; ${f.how}` : ''}.`,
    (f) =>
      `Take --engine profkit, which is right for greenlets and for threads${f.engine === 'eventlet' && f.switchable ? '; or let the service start with eventlet as long as the probe is in: --concurrency eventlet' : ''}.`,
  ),
  // the concurrency mode
  CONCURRENCY_REFUSED: row(
    'refused',
    (f: { service: string; asked: string; why: string }) =>
      `${f.service} cannot be made to start with --concurrency ${f.asked}: ${f.why}.`,
    () => 'Leave --concurrency out: the probe is put into the service as it is.',
  ),
  CONCURRENCY_HIDDEN: row(
    'refused',
    (f: { service: string; variable: string }) =>
      `Another drop-in of ${f.service} sets ${f.variable} after ours: it would start as before.`,
    (f) => `See which, and take it out first: systemctl cat ${f.service}. The probe was taken out again.`,
  ),
  CONCURRENCY_OTHER: row(
    'fault',
    (f: { service: string; asked: ConcurrencyMode; mode: ConcurrencyMode }) =>
      `${f.service} was told to start with ${modeWords[f.asked]} and runs with ${modeWords[f.mode]}.`,
    (f) => `See what else tells it, and how it is called: systemctl cat ${f.service}.`,
  ),
  // expressions
  EXPRESSION: row(
    'usage',
    (f: { flag: string; column: number; why: string }) =>
      `--${f.flag} cannot be read, at column ${f.column}: ${f.why}.`,
    (f) =>
      f.flag === 'id'
        ? 'Write a path from an argument, e.g. instance_uuids, spec_obj.instance_uuid or request_specs[0].instance_uuid.'
        : "Write a condition on the arguments, e.g. self.host == 'compute-1' and len(instance_uuids) > 1.",
  ),
  NO_COMMAND: row(
    'usage',
    (f: { command: string; user: string }) => `${f.user} has no command ${f.command}.`,
    () => 'Check the spelling of the trigger, or name another user with --user.',
  ),
  NOTHING_TO_BOOT: row(
    'fault',
    (f: { what: 'image' | 'flavor' | 'larger flavor' }) =>
      `This cloud has no ${f.what === 'image' ? 'active image' : f.what}, and the trigger needs one.`,
    (f) => `Make one (${MAKE[f.what]}), or put a command of your own behind all flags, after --.`,
  ),
  NOT_IN_CLOUD: row(
    'usage',
    (f: { what: string; name: string }) => `This cloud has no ${f.what} ${f.name}.`,
    (f) => `See what there is: openstack ${f.what} list.`,
  ),
  NO_TRIGGER: row(
    'usage',
    (_: object) => 'There is no command that makes the target run.',
    () =>
      'Put it behind all flags, after --: profkit … -- openstack server create …; or as trigger: into profkit.yaml; or say --trigger create.',
  ),
  TARGET_CLASS: row(
    'usage',
    (f: { name: string }) => `${f.name} is a class.`,
    () => 'Name one of its methods, as module:Class.method.',
  ),
  LOCKED: row(
    'refused',
    (f: { host: string; by?: string | undefined; pid?: number | undefined; since?: number | undefined }) =>
      `Another profkit is changing ${f.host}${f.pid === undefined ? '' : `: ${f.by}'s, process ${f.pid}, since ${new Date((f.since ?? 0) * 1000).toLocaleTimeString('sv')}`}.`,
    () => 'Wait for it to end, then run the command again.',
  ),
  // the journal
  NOT_RESTORED: row(
    'fault',
    (f: { why: string }) => `Not everything could be restored: ${f.why}.`,
    () => 'The probe is off and its journal is kept; mend that, then run profkit revert again.',
  ),
  MISSING: row(
    'refused',
    (f: { paths: readonly string[] }) =>
      `${list(f.paths)} ${f.paths.length > 1 ? 'are' : 'is'} not there any more: moved or removed.`,
    () => 'Move it back and run profkit revert again; if it is gone for good, run that with --missing.',
  ),
  JOURNAL_UNREADABLE: row(
    'fault',
    (f: { path: string; why: string }) => `The journal ${f.path} cannot be read: ${f.why}.`,
    () => 'The originals lie beside it: docs/journal.md says how to put them back by hand.',
  ),
  NO_TIMER: row(
    'refused',
    (f: { host: string; why: string }) =>
      `--auto-revert needs a timer of systemd, which ${f.host} cannot give: ${f.why}.`,
    () => 'Leave --auto-revert out: past --for the probe is a plain call all the same.',
  ),
  // services
  SERVICE_NOT_FOUND: row(
    'usage',
    (f: { service: string; tried: readonly string[]; there?: readonly string[] }) =>
      `There is no unit ${f.service} (looked for ${list(f.tried)}).`,
    (f) =>
      f.there?.length
        ? `Here are ${list(f.there, 20)}.`
        : 'OpenStack has no unit here; see what there is: systemctl list-units --type=service.',
  ),
  SERVICE_MASKED: row(
    'refused',
    (f: { service: string }) => `${f.service} is masked: systemd would not start it.`,
    (f) => `Unmask it first: systemctl unmask ${f.service}.`,
  ),
  SERVICE_UNIT: row(
    'refused',
    (f: { service: string; load: string }) => `systemd cannot load ${f.service} (${f.load}), and would not start it.`,
    (f) => `See what is wrong with its file: systemctl status ${f.service}.`,
  ),
  SERVICES_INACTIVE: row(
    'refused',
    (f: { service: string; states: readonly string[] }) => `Nothing of ${f.service} runs: ${list(f.states)}.`,
    () => 'Start what you need, or name it: a unit that is named is started.',
  ),
  SYSTEMD_SILENT: row(
    'fault',
    (f: { command: string; seconds: number }) => `"${f.command}" gave no answer within ${f.seconds} s.`,
    () => 'See whether systemd is well there: systemctl is-system-running, systemctl list-jobs.',
  ),
  NO_SYSTEMD: row(
    'fault',
    (f: { service: string }) => `systemd does not run on this host, so ${f.service} cannot be looked up.`,
    () => 'Describe the service with its start, stop and pids commands under services: in profkit.yaml.',
  ),
  NO_SERVICE_LOADS: row(
    'fault',
    (f: { module: string; looked: number }) =>
      `None of the ${f.looked} running Python services here has loaded ${f.module}.`,
    () => 'Start the service, or name it with --service; looking into the services of others needs root or sudo.',
  ),
  SERVICE_LEFTOVERS: row(
    'fault',
    (f: { service: string; seconds: number; left: readonly string[] }) =>
      `${f.service} was stopped, but ${f.seconds} s later processes of it still lived: ${list(f.left)}.`,
    () => 'It was started again beside them; end them with --kill, or wait longer with --timeout.',
  ),
  SERVICE_STOP_TIMEOUT: row(
    'fault',
    (f: { service: string; seconds: number; state: string }) =>
      `${f.service} did not stop within ${f.seconds} s (it is ${f.state}); it is started again as soon as it has.`,
    () => 'Wait longer with --timeout, or end its processes with --kill.',
  ),
  SERVICE_START_FAILED: row(
    'fault',
    (f: { service: string; state: string }) => `${f.service} did not come back: ${f.state}.`,
    (f) =>
      f.service.endsWith('.service') ? `Look at its journal: journalctl -u ${f.service} -n 50.` : 'Look at its log.',
  ),
  SERVICE_NOT_READY: row(
    'fault',
    (f: { service: string; seconds: number; lacks: string }) =>
      `${f.service} was not ready ${f.seconds} s after its start: ${f.lacks}.`,
    () => 'It was left as it is; wait longer with --ready-timeout, or see what it waits for (database, RabbitMQ).',
  ),
  SERVICE_COMMAND: row(
    'fault',
    (f: { service: string; command: string; code: number | null }) =>
      `"${f.command}" for ${f.service} ended with status ${f.code}.`,
    () => 'Try that command by hand; profkit does it as root, or as a user whom sudo asks for no password.',
  ),
  SERVICE_INACTIVE: row(
    'refused',
    (f: { service: string; state: string }) => `${f.service} does not run (it is ${f.state}).`,
    () => 'Start it first, and see that it stays up.',
  ),
  COMPUTE_ID: row(
    'refused',
    (f: { services: readonly string[]; unwritten: boolean; drivers: readonly string[] }) =>
      `${list(f.services)} would not start again: ${[
        ...(f.unwritten ? ['there is no compute_id in the state_path ("No local node identity found")'] : []),
        ...(f.drivers.length > 0
          ? [`compute_driver in ${list(f.drivers)} has another id in each process ("Duplicate compute node record")`]
          : []),
      ].join(', and ')}.`,
    (f) =>
      `Nothing was stopped; --fix-computes mends that first: it ${[
        ...(f.unwritten ? ['writes compute_id, as Nova knows it'] : []),
        ...(f.drivers.length > 0 ? ['sets fake.FakeDriverWithoutFakeNodes'] : []),
      ].join(', and ')}.`,
  ),
  COMPUTE_ID_UNKNOWN: row(
    'refused',
    (f: { service: string; host: string }) =>
      `Nova knows no hypervisor ${f.host}, so the compute_id of ${f.service} is not known.`,
    () =>
      'Look which one it is (openstack --os-compute-api-version 2.53 hypervisor list), and write its ID into compute_id in the state_path.',
  ),
  SERVICES_DIFFER: row(
    'refused',
    (f: { services: readonly string[]; users: readonly string[] }) =>
      `${list(f.services)} run as different users (${list(f.users)}), and captures belong to one.`,
    () => 'Name one of them with --service.',
  ),
  NO_INTERPRETER: row(
    'fault',
    (f: { service: string; why: string }) => `The Python interpreter of ${f.service} was not found (${f.why}).`,
    () => 'Name it with --python /path/to/python3.',
  ),
  // compute-db
  COMPUTE_DB_NONE: row(
    'usage',
    (f: { host: string }) => `There is no nova-compute on ${f.host}: no unit devstack@n-cpu* or nova-compute*.`,
    () => 'Name its unit with --service.',
  ),
  COMPUTE_DB_SOURCE: row(
    'refused',
    (f: { why: string }) => `What keeps nova-compute from the database was not found (${f.why}).`,
    () => 'Nothing was changed; look into nova/cmd/compute.py of that release for what blocks it.',
  ),
  COMPUTE_DB_CONFIG: row(
    'fault',
    (f: { service: string; why: string }) => `The configuration of ${f.service} cannot be read: ${f.why}.`,
    () => 'Nothing was changed; see which --config-file its ExecStart names.',
  ),
  COMPUTE_DB_CELL: row(
    'fault',
    (f: { service: string; why: string }) =>
      `Which database is that of the cell of ${f.service} was not found: ${f.why}.`,
    () =>
      'Set [database]connection in a configuration file of its own by hand, then enable again with --keep-connection.',
  ),
  COMPUTE_DB_CONFLICT: row(
    'refused',
    (f: { service: string; file: string; cell: string }) =>
      `${f.service} has a [database]connection already, in ${f.file}, and it is not the one of ${f.cell}.`,
    () => 'Nothing was changed; take it out of there, or have it used as it is with --keep-connection.',
  ),
  COMPUTE_DB_OTHERS: row(
    'refused',
    (f: { probe: string; services: readonly string[] }) =>
      `Database access is on already (${f.probe}), but not for ${list(f.services)}.`,
    () => 'Take it back first with profkit compute-db disable, then enable it for all at once.',
  ),
  // trigger and captures
  TRIGGER_FAILED: row(
    'fault',
    (f: { command: string; code: number | null }) => `The trigger "${f.command}" ended with status ${f.code}.`,
    () => 'Try that command by hand; --user names the user that runs it.',
  ),
  TRIGGER_TIMEOUT: row(
    'fault',
    (f: { command: string; seconds: number }) => `The trigger "${f.command}" did not end within ${f.seconds} s.`,
    () => 'Wait longer with --timeout.',
  ),
  SERVER_TIMEOUT: row(
    'fault',
    (f: { server: string; status: string; seconds: number }) =>
      `Server ${f.server} is still ${f.status} after ${f.seconds} s.`,
    () => 'Look whether a compute service is down (openstack compute service list), or wait longer with --timeout.',
  ),
  SERVER_ERROR: row(
    'fault',
    (f: { server: string; fault: string }) => `Server ${f.server} is in ERROR, and the target did not run: ${f.fault}.`,
    (f) => faultRemedy(f.fault),
  ),
  OPENRC: row(
    'usage',
    (f: { file: string; why: string }) => `The openrc ${f.file} is of no use: ${f.why}.`,
    () => 'Name another one of that host with --openrc, or set OS_CLOUD.',
  ),
  NO_CREDENTIALS: row(
    'fault',
    (f: { from: string; why: string }) => `Nothing says who you are to OpenStack: tried ${f.from}, but ${f.why}.`,
    () => 'Set OS_CLOUD to one of clouds.yaml, source an openrc first, or name one of the host with --openrc.',
  ),
  CREDENTIALS_REFUSED: row(
    'fault',
    (f: { from: string }) => `Keystone refuses the credentials (401; ${f.from}): they are wrong, or expired.`,
    () => 'Renew them until this works: openstack token issue; then run the command again.',
  ),
  CLOUD_SILENT: row(
    'fault',
    (f: { from: string; why: string }) => `OpenStack cannot be asked (${f.from}): ${f.why}.`,
    () => 'See whether the services run with profkit doctor, or correct the address in the credentials.',
  ),
  QUOTA: row(
    'fault',
    (f: { why: string }) => `The quota leaves no room for it: ${f.why}.`,
    () => 'Raise it (openstack quota set --instances N PROJECT), or delete servers that are not needed.',
  ),
  PROBE_FULL: row(
    'refused',
    (f: { probe: string; max: number; made: number; needed: number }) =>
      `The probe ${f.probe} takes ${f.max} captures, has made ${f.made}, and ${f.needed} more are asked for.`,
    () => 'Ask for fewer, or put one in that takes more: profkit patch --max.',
  ),
  NO_CAPTURE: row(
    'fault',
    (f: { what: string; seconds: number }) => `The trigger ended, but no capture ${f.what} came within ${f.seconds} s.`,
    () =>
      'The target may not have run, or in a process without the probe: see profkit status, and the service journal for "profkit".',
  ),
  CAPTURE_BROKEN: row(
    'fault',
    (f: { file: string; why: string }) => `${f.file} did not arrive whole: ${f.why}.`,
    () => 'Nothing was removed from the host; run profkit collect again.',
  ),
  NO_SUCH_FILE: row(
    'usage',
    (f: { path: string; why: string }) => `${f.path} cannot be read: ${f.why}.`,
    () => 'Name a .prof file, or a folder that holds some.',
  ),
  NO_PROFILE: row(
    'usage',
    (f: { file: string }) => `${f.file} holds no profile, only stacks or what went wrong.`,
    () => 'Analyze it alone, as a table; several are shown one by one with --each.',
  ),
  BAD_PROFILE: row(
    'fault',
    (f: { path: string; why: string }) => `${f.path} is not a whole profile: ${f.why}.`,
    () => 'Collect it again, or name another file.',
  ),
  NO_TABLE: row(
    'usage',
    (f: { file: string; stacks: readonly string[] }) => `${f.file} has no table of functions that could be exported.`,
    (f) => (f.stacks.length > 0 ? `Open its stacks as they are: ${list(f.stacks)}.` : 'Name a .prof file.'),
  ),
  OUTPUT_EXISTS: row(
    'refused',
    (f: { path: string }) => `${f.path} is there already.`,
    () => 'Name another file with --output, or replace that one with --force.',
  ),
  OUTPUT: row(
    'fault',
    (f: { path: string; why: string }) => `${f.path} cannot be written: ${f.why}.`,
    () => 'Name another file with --output.',
  ),
  BAD_SIDECAR: row(
    'fault',
    (f: { path: string; why: string }) => `The sidecar ${f.path} cannot be read: ${f.why}.`,
    () => 'It is damaged, or another version of profkit wrote it: read it with that one, or name another file.',
  ),
  UNPROFILED: row(
    'fault',
    (f: { target: string; errors: readonly string[] }) =>
      `The call of ${f.target} ran unprofiled: ${f.errors.join('; ') || 'the probe does not say why'}.`,
    (f) =>
      f.errors.some((e) => /^(another profiler is on|no tool of sys\.monitoring is free)/.test(e))
        ? 'Switch off what profiles that process (coverage, an APM agent, a profiler of its own), restart it, then trigger again.'
        : 'Look into the service\'s log for "profkit", then trigger again.',
  ),
  // local.conf
  LOCAL_CONF_EXISTS: row(
    'refused',
    (f: { path: string }) => `${f.path} is there already, and is not overwritten.`,
    (f) => `Add to it with --merge ${f.path}, or write another file with --output.`,
  ),
  LOCAL_CONF_UNREAD: row(
    'usage',
    (f: { path: string; why: string }) => `${f.path} cannot be read: ${f.why}.`,
    () => 'Name a file that is there and that you may read.',
  ),
  LOCAL_CONF_CONFLICT: row(
    'refused',
    (f: { path: string; what: readonly string[] }) =>
      `${f.path} has other values of ${list(f.what)}; nothing was changed.`,
    () =>
      'Keep its values with --conflicts keep, put the wanted ones in with --conflicts replace, or be asked at a terminal.',
  ),
  LOCAL_CONF_CHANGED: row(
    'refused',
    (f: { path: string }) => `${f.path} changed while profkit was at work; it was left as it is now.`,
    () => 'Run the command again.',
  ),
  PASSWORD_SHAPE: row(
    'usage',
    (f: { where: string; why: string }) => `${f.where} ${f.why}.`,
    () => 'Give one password of letters and digits, or lines like ADMIN_PASSWORD=…, which is what devstack takes.',
  ),
  BAD_OPTION: row(
    'usage',
    (f: { what: string }) => `${f.what}.`,
    () => 'See --help.',
  ),
  // profkit.yaml
  BAD_CONFIG: row(
    'usage',
    (f: { place: string; what: string; allowed: string }) => `${f.place}: ${f.what}${f.what.endsWith('?') ? '' : '.'}`,
    (f) => `Allowed there: ${f.allowed}. docs/config.md says what each does.`,
  ),
  CONFIG_UNREAD: row(
    'usage',
    (f: { file: string; why: string }) => `${f.file} cannot be read: ${f.why}.`,
    () => 'Let it be read, or run the command in another folder.',
  ),
  CONFIG_FOREIGN: row(
    'refused',
    (f: { file: string; uid: number }) =>
      `${f.file} belongs to user ${f.uid}, who owns neither this folder nor this command, and could make it run commands.`,
    () => 'Look at it, and make it your own (chown), or run the command in another folder.',
  ),
  CONFIG_EXISTS: row(
    'refused',
    (f: { path: string }) => `${f.path} exists.`,
    () => 'It is left alone: remove it, choose another with --output, or see what would be written with --dry-run.',
  ),
  NO_TARGET: row(
    'usage',
    (_: object) => 'No target is named.',
    () => 'Name one, e.g. scheduler (profkit targets lists more), or put target: into profkit.yaml.',
  ),
  NO_SERVICE: row(
    'usage',
    (_: object) => 'No service is named.',
    () => 'Name it, e.g. n-sch, or put service: into profkit.yaml.',
  ),
  // host
  NO_PYTHON: row(
    'fault',
    (f: { host: string; why: string }) => `profkit needs python3 on ${f.host}: ${f.why}.`,
    () => 'Install Python 3.6 or later there.',
  ),
  HOST_ERROR: row(
    'fault',
    (f: { host: string; message: string }) => `${f.host} says: ${f.message}.`,
    () => 'Nothing was half done; mend that and run the command again.',
  ),
  NEEDS_ROOT: row(
    'fault',
    (f: { why: string }) => `${f.why}.`,
    () => 'Run profkit as root, or as a user whom sudo asks for no password.',
  ),
  HIDDEN_PROBES: row(
    'refused',
    (f: { host: string }) => `There are probes in root's journal on ${f.host}, which you cannot see.`,
    () => 'Run profkit as root, or as a user whom sudo asks for no password.',
  ),
  SERVICE_BUSY: row(
    'refused',
    (f: { service: string; probe: string }) => `Another run, with the probe ${f.probe}, restarts ${f.service}.`,
    (f) => `Wait until it has ended; if it was killed, take its probe out: profkit revert ${f.probe}.`,
  ),
  UNCOLLECTED: row(
    'fault',
    (f: { probe: string; why: string }) => `The captures of ${f.probe} could not be brought here: ${f.why}.`,
    (f) => `They are kept on the host; run profkit revert ${f.probe} again elsewhere, or with --discard.`,
  ),
  FOLDER: row(
    'usage',
    (f: { folder: string; why: string }) => `${f.folder} cannot take captures: ${f.why}.`,
    () => 'Name another folder with --into.',
  ),
  HOST_GONE: row(
    'fault',
    (f: { host: string; why: string }) => `The connection to ${f.host} ended: ${f.why}.`,
    () => 'See what stands there with profkit status; profkit revert --all restores everything.',
  ),
  CUT_OFF: row(
    'fault',
    (f: { host: string; what: string; left: string }) => `${f.what}; ${f.left || 'nothing was changed there'}.`,
    (f) =>
      f.left === ''
        ? 'Run the command again.'
        : `Nothing is lost: profkit revert --all${f.host === 'this host' ? '' : ` --host ${f.host}`} undoes the rest, from any machine.`,
  ),
  COLLECT_CUT: row(
    'fault',
    (f: { what: string; all: number; here: number; folder: string }) =>
      `${f.what}; ${f.here} of ${f.all} captures are in ${f.folder}, whole.`,
    () => 'Run profkit collect again: it goes on from there.',
  ),
  CUT_UNDONE: row(
    'fault',
    (f: { what: string }) => `${f.what}; over a new one all that was changed was undone.`,
    () => 'Run the command again.',
  ),
  HOST_REBOOTED: row(
    'fault',
    (f: { host: string }) => `${f.host} was started anew meanwhile.`,
    () => 'See what stands there with profkit status, then run the command again.',
  ),
  UNDO_FAILED: row(
    'fault',
    (f: { why: string }) => `Not everything could be undone: ${f.why}`,
    () => 'Mend that, then run: profkit revert --all.',
  ),
  INTERRUPTED: row(
    'interrupted',
    (f: { during: string }) => `Interrupted during: ${f.during}.`,
    () => 'What it had changed was undone or finished; profkit status shows what stands here.',
  ),
  // over SSH
  SSH_CONFIG: row(
    'usage',
    (f: { host: string; why: string; file: string | undefined }) => `ssh cannot tell what ${f.host} is: ${f.why}.`,
    (f) => `See for yourself: ssh -G ${f.file === undefined ? '' : `-F ${f.file} `}${f.host}.`,
  ),
  SSH_UNREACHABLE: row(
    'fault',
    (f: { host: string; why: string }) => `${f.host} cannot be reached: ${f.why}.`,
    (f) => `Mend that until this works: ssh ${f.host} true.`,
  ),
  SSH_HANDSHAKE: row(
    'fault',
    (f: { host: string; why: string }) => `No SSH connection to ${f.host} came about: ${f.why}.`,
    (f) => `Mend that until this works: ssh ${f.host} true.`,
  ),
  SSH_KEY_UNKNOWN: row(
    'refused',
    (f: { host: string; name: string; type: string; fingerprint: string; files: readonly string[] }) =>
      `Nothing is known of the host ${f.host} (${f.name} in ${list(f.files)}), which shows the ${f.type} key ${f.fingerprint}.`,
    () => 'Where that is its key, say --accept-new, which writes it down.',
  ),
  SSH_KEY_CHANGED: row(
    'refused',
    (f: { host: string; name: string; file: string; line: number; type: string; fingerprint: string | undefined }) =>
      `${f.host} ${f.fingerprint === undefined ? `has no ${f.type} key` : `shows the key ${f.fingerprint}`}, and not the one that stands in ${f.file}:${f.line}: another host may be in its place.`,
    (f) => `Where it was set up anew, take the old one out: ssh-keygen -f ${f.file} -R '${f.name}'.`,
  ),
  SSH_KEY_REVOKED: row(
    'refused',
    (f: { host: string; file: string; line: number; type: string; fingerprint: string }) =>
      `${f.host} shows the ${f.type} key ${f.fingerprint}, which is revoked in ${f.file}:${f.line}.`,
    () => 'Whoever has that key may pretend to be this host; give the host a new one.',
  ),
  SSH_KEY_TYPE: row(
    'refused',
    (f: { host: string; file: string; line: number; type: string }) =>
      `All that is known of ${f.host} is a key of the type ${f.type} (${f.file}:${f.line}), which profkit cannot check.`,
    () => 'Add one of its other keys there: ssh-ed25519, ecdsa-sha2-nistp256 or ssh-rsa.',
  ),
  SSH_CERT_AUTHORITY: row(
    'refused',
    (f: { host: string; file: string; line: number }) =>
      `${f.host} is known by a @cert-authority only (${f.file}:${f.line}), and profkit cannot check certificates.`,
    () => 'Add the key of the host itself to known_hosts, or say --accept-new, which does.',
  ),
  SSH_KNOWN_HOSTS: row(
    'fault',
    (f: { file: string; why: string }) => `The host's key cannot be written to ${f.file}: ${f.why}.`,
    () => 'Make that file writable, or name another one with UserKnownHostsFile.',
  ),
  SSH_AUTH: row(
    'fault',
    (f: { host: string; user: string; offered: readonly string[]; looked: readonly string[] }) =>
      f.offered.length > 0
        ? `${f.host} takes none of the keys that were offered for ${f.user}: ${list(f.offered)}.`
        : `There is no key to offer ${f.host} for ${f.user}: the ssh agent has none, and none is in ${list(f.looked, 10)}.`,
    (f) => `Mend that until this works: ssh -o BatchMode=yes ${f.host} true.`,
  ),
  SSH_PASSPHRASE: row(
    'fault',
    (f: { host: string; file: string }) =>
      `The key ${f.file}, which ${f.host} takes, has a passphrase, and there is no terminal to ask for it on.`,
    (f) => `Hand it to the ssh agent: ssh-add ${f.file}.`,
  ),
  SSH_SHELL: row(
    'fault',
    (f: { host: string; user: string; why: string }) =>
      `The login shell of ${f.user} on ${f.host} runs no commands: ${f.why}.`,
    (f) => `Mend that until this works: ssh ${f.host} python3 --version.`,
  ),
  SSH_SUDO: row(
    'fault',
    (f: { host: string; user: string; why: string }) => `sudo on ${f.host} does not make ${f.user} root: ${f.why}.`,
    () => 'Leave --ask-sudo out, or name a user with --host who may.',
  ),
  SSH_NEEDS_ROOT: row(
    'fault',
    (f: { host: string; user: string; why: string; refused: string; line: string }) =>
      `${f.why}, and without a password sudo on ${f.host} does not make ${f.user} root: ${f.refused}.`,
    (f) => `Say --ask-sudo, or have this line there (visudo -f /etc/sudoers.d/profkit): ${f.line}`,
  ),
} as const satisfies Record<string, Row<never>>;

export type FailureCode = keyof typeof FAILURES;
export type Facts<C extends FailureCode> = Parameters<(typeof FAILURES)[C]['says']>[0];
