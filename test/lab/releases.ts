// The Novas after 26, on which the labs of `later/` are.

export interface Release {
  nova: 31 | 34;
  /** As doctor calls it. */
  name: string;
  /** Debian's, which has it. */
  suite: string;
  python: string;
  /** The lab's name. */
  lab: string;
}

export const NOVA_31: Release = {
  nova: 31,
  name: 'Nova 31 (2025.1 Epoxy)',
  suite: 'trixie',
  python: '3.13',
  lab: 'trixie',
};
export const NOVA_34: Release = {
  nova: 34,
  name: 'Nova 34 (2026.2 Hibiscus)',
  suite: 'sid',
  python: '3.14',
  lab: 'sid',
};
