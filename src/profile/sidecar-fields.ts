/** The text is no sidecar of a kind that can be read; the message completes "… cannot be read:". */
export class SidecarError extends Error {
  override readonly name = 'SidecarError';
}

/** Takes checked fields out of a JSON object. Every method throws SidecarError, naming the field, when it is not as asked. */
export class Fields {
  private readonly values: ReadonlyMap<string, unknown>;
  private readonly path: string;

  constructor(values: ReadonlyMap<string, unknown>, path: string) {
    this.values = values;
    this.path = path;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string {
    const value = this.get(name);
    return typeof value === 'string' ? value : this.refuse(name, 'a text');
  }

  isNull(name: string): boolean {
    return this.get(name) === null;
  }

  textOrNull(name: string): string | null {
    return this.isNull(name) ? null : this.text(name);
  }

  texts(name: string): string[] {
    const value = this.get(name);
    const good = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return good ? value : this.refuse(name, 'a list of texts');
  }

  whole(name: string): number {
    const value = this.get(name);
    return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : this.refuse(name, 'a count');
  }

  seconds(name: string): number {
    const value = this.get(name);
    return typeof value === 'number' && value >= 0 ? value : this.refuse(name, 'a number of seconds');
  }

  flag(name: string): boolean {
    const value = this.get(name);
    return typeof value === 'boolean' ? value : this.refuse(name, 'true or false');
  }

  oneOf<const T extends string>(name: string, known: readonly T[]): T {
    const value = this.get(name);
    return known.find((one) => one === value) ?? this.refuse(name, known.map((one) => `"${one}"`).join(' or '));
  }

  inner(name: string): Fields {
    return fieldsOf(this.get(name), `${this.path}${name}`);
  }

  /** All that is there, each a count. */
  allWhole(): Record<string, number> {
    return Object.fromEntries([...this.values.keys()].map((name) => [name, this.whole(name)]));
  }

  private get(name: string): unknown {
    if (!this.values.has(name)) throw new SidecarError(`"${this.path}${name}" is missing`);
    return this.values.get(name);
  }

  private refuse(name: string, wanted: string): never {
    throw new SidecarError(`"${this.path}${name}" should be ${wanted}, and is ${JSON.stringify(this.get(name))}`);
  }
}

/** `path` is where the object stands, for the message; empty for the whole document. */
export function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SidecarError(path === '' ? 'it is not a JSON object' : `"${path}" should be an object`);
  }
  return new Fields(new Map(Object.entries(value)), path === '' ? '' : `${path}.`);
}
