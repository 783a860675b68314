import { pythonString } from '../python/ask.js';

/** Every line that profkit puts into a source ends with this and the probe's id. */
const MARKER = '# profkit:';

/**
 * The one line of the edit: loads the probe's runtime by path and lets it wrap the function. Whatever fails, a runtime
 * that is gone or broken too, leaves the function as it is: a removed journal can never keep a service from starting.
 * A name with one pair of brackets is all that Python 3.8 and earlier take as a decorator: hence eval.
 */
export function decoratorLine(probe: string, runtime: string): string {
  const load = "with open(p,\\'rb\\')as s:exec(compile(s.read(),p,\\'exec\\'),n)";
  const attempt = `try:\\n ${load}\\n n[\\'probed\\']=n[\\'wrap\\'](f)\\nexcept Exception:pass`;
  const lambda = `lambda f,n={}:exec('${attempt}',{'p':${singleQuoted(runtime)},'n':n,'f':f})or n.get('probed',f)`;
  return `@eval(${pythonString(lambda)})  ${MARKER}${probe}`;
}

function singleQuoted(path: string): string {
  return `'${path.replace(/[\\']/g, (c) => `\\${c}`)}'`;
}
