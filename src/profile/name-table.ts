import type { Names } from './column-stats.js';
import type { FunctionName } from './stats.js';

/** Gives every distinct function name a number, in the order of first mention. */
export class NameTable implements Names {
  readonly names: FunctionName[] = [];
  private readonly ids = new Map<string, number>();

  get count(): number {
    return this.names.length;
  }

  /** The number of this name, a new one if it was not met before. */
  id(name: FunctionName): number {
    const key = nameKey(name);
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.names.length;
      this.names.push(name);
      this.ids.set(key, id);
    }
    return id;
  }

  name(id: number): FunctionName {
    return this.names[id]!;
  }

  find(name: FunctionName): number {
    return this.ids.get(nameKey(name)) ?? -1;
  }
}

/** One string a name, and never the same for two: the file's length tells where it ends. */
function nameKey({ file, line, name }: FunctionName): string {
  return `${line} ${file.length} ${file}${name}`;
}
