import type { HostLook } from './facts.js';
import { type Finding, fail, ok, plural, warn } from './finding.js';

export function judgeSystem(look: HostLook, host: { hostname: string; python: string }): Finding {
  const says = `${host.hostname}: ${look.system}, ${look.kernel}, ${look.machine}; profkit works with its Python ${host.python}`;
  return look.linux ? ok(says) : fail(says, 'profkit knows Linux alone: name another host with --host.');
}

/** @param user whom profkit works as on the host */
export function judgeRoot(host: { uid: number; user: string }): Finding {
  if (host.uid === 0) return ok('profkit works as root here');
  return warn(
    `profkit works as ${host.user}: sudo wants a password, so other users' services cannot be looked into or restarted`,
    'Run profkit as root, as a user whom sudo asks for no password, or over SSH with --ask-sudo.',
  );
}

/** @param version first line of `systemctl --version`; undefined: systemd does not run */
export function judgeSystemd(version: string | undefined, ownServices: number): Finding {
  if (version !== undefined) return ok(version.replace(/\s*\(.*/, ''));
  if (ownServices > 0) return ok(`systemd does not run; ${plural(ownServices, 'service')} in profkit.yaml`);
  return warn('systemd does not run here', 'Tell services by commands in profkit.yaml: docs/services.md.');
}

/**
 * @param offset seconds that the host's clock is ahead of this machine's
 * @param doubt seconds that this may be wrong by
 */
export function judgeClock(offset: number, doubt: number): Finding {
  const off = Math.abs(offset);
  if (off <= 2 + doubt) return ok(off <= 0.5 + doubt ? 'the same as here' : `${off.toFixed(1)} s from the one here`);
  return warn(
    `${off.toFixed(0)} s ${offset > 0 ? 'ahead of' : 'behind'} the one here: times of captures are the host's`,
    'Let both hosts follow one clock (chrony, systemd-timesyncd); tokens of keystone may be refused, too.',
  );
}

const MB = 1e6;
const size = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / MB)} MB` : `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;

/** A capture has some 100 kB, a probe has 20; what must never fail is the journal. */
export function judgeDisk({ path, free, inodes, readonly }: HostLook['disk']): Finding {
  const what = `${size(free)} free in ${path}, where the journal and the captures are`;
  if (readonly)
    return fail(`${path}, where the journal would be, is mounted read-only`, 'Name another folder with PROFKIT_STATE.');
  if (free < 100 * MB) return fail(what, 'Make room: originals are kept there before anything is changed.');
  if (inodes !== null && inodes < 1000)
    return fail(`only ${plural(inodes, 'inode')} free in ${path}`, 'Remove files there.');
  if (free < 1000 * MB) return warn(what, 'Make room, or collect with --clean.');
  return ok(what);
}

/** What a nova-compute takes to start: 100 to 150 MB. */
const EACH = 150 * MB;

/** @param fakes how many fake computes run here */
export function judgeMemory({ total, available }: HostLook['memory'], fakes: number): Finding {
  const computes = fakes > 0 ? `, with ${plural(fakes, 'fake compute')} of 100 to 150 MB each` : '';
  const says = `${size(available)} of ${size(total)} free${computes}`;
  if (available >= 2 * EACH) return ok(says);
  return warn(
    says,
    fakes > 0
      ? 'Run fewer fake computes, or services may be killed as they restart.'
      : 'Services may be killed as they restart.',
  );
}
