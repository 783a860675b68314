/** What a path says about where its module belongs. */
export interface ModulePlace {
  /** `python`: its own library. `package`: installed, or a checkout. `loose`: nothing in the path tells. */
  readonly kind: 'built-in' | 'python' | 'package' | 'loose';
  /** `nova/objects/instance.py`, wherever that is installed; of a loose one the whole path. */
  readonly path: string;
}

/** Where a file's module belongs, whichever Python it is installed for and in whichever folder its checkout is. */
export function modulePlace(file: string): ModulePlace {
  if (file === '~' || file === '') return { kind: 'built-in', path: '' };
  if (file.startsWith('<frozen ')) return { kind: 'python', path: file };
  const parts = file.split('/').filter((part) => part !== '');
  const library = parts.findLastIndex((part) =>
    /^(?:site-packages|dist-packages|(?:python|pypy)\d[\d.]*t?)$/.test(part),
  );
  if (library >= 0 && library < parts.length - 1) {
    const kind = parts[library]!.endsWith('-packages') ? 'package' : 'python';
    return { kind, path: parts.slice(library + 1).join('/') };
  }
  // A checkout is named like the package in it: /opt/stack/nova/nova/objects/host_mapping.py.
  const checkout = parts.findIndex((part, i) => i > 0 && part === parts[i - 1]);
  if (checkout > 0 && checkout < parts.length - 1) return { kind: 'package', path: parts.slice(checkout).join('/') };
  return { kind: 'loose', path: file };
}

/** What a file's time is counted under: `nova`, `python` with its library, `built-in` for C functions; of a loose file its folder. */
export function packageOf(file: string): string {
  const { kind, path } = modulePlace(file);
  if (kind === 'built-in' || kind === 'python') return kind;
  if (file === 'profile') return 'profiler';
  if (path.startsWith('<')) return 'generated';
  const parts = path.split('/').filter((part) => part !== '');
  const name = kind === 'package' ? parts[0] : (parts.at(-2) ?? parts.at(-1));
  return (name ?? '').replace(/\.py$/, '');
}
