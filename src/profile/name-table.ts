import type { Names } from './column-stats.js';
import { FunctionTable } from './function-table.js';
import type { FunctionName } from './stats.js';

/** Gives every distinct function name a number, in the order of first mention. */
export class NameTable implements Names {
  readonly names: FunctionName[] = [];
  private readonly texts = new DistinctTexts();
  private readonly functions = new FunctionTable(this.texts);

  get count(): number {
    return this.names.length;
  }

  /** The number of this name, a new one if it was not met before. */
  id(name: FunctionName): number {
    const id = this.functions.id(this.texts.id(name.file), name.line, this.texts.id(name.name));
    if (id === this.names.length) this.names.push(name);
    return id;
  }

  name(id: number): FunctionName {
    return this.names[id]!;
  }

  find(name: FunctionName): number {
    return this.functions.find(name);
  }
}

/** Texts by number. A text that is asked for again and again is hashed once, which one put together for each name is not. */
class DistinctTexts {
  private readonly texts: string[] = [];
  private readonly ids = new Map<string, number>();

  id(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.ids.set(text, id);
    }
    return id;
  }

  text(id: number): string {
    return this.texts[id]!;
  }

  find(text: string): number | undefined {
    return this.ids.get(text);
  }
}
