import { failure } from '../failure.js';

/** A request to an API of OpenStack, or to any address. */
export interface HttpRequest {
  method: string;
  /** A path of the service, or a whole URL, which is given no token. */
  path: string;
  /** Type of the service in the catalogue. */
  service: string;
  body: string | null;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Reads `[METHOD] [SERVICE:]/path [BODY]`, e.g. `/servers/detail` or `GET placement:/resource_providers`.
 * @throws Failure BAD_OPTION
 */
export function httpRequest(text: string): HttpRequest {
  const [, method = 'GET', where = '', body = ''] = /^(?:([A-Za-z]+)\s+)?(\S+)(?:\s+(.*))?$/s.exec(text.trim()) ?? [];
  const refuse = (why: string) => failure('BAD_OPTION', { what: `--http "${text}" cannot be read: ${why}` });
  if (!METHODS.includes(method.toUpperCase())) throw refuse(`there is no method ${method}`);
  const url = /^https?:\/\//.test(where);
  const [, service = 'compute', path] = (url ? undefined : /^(?:([a-z][a-z0-9-]*):)?(\/\S*)$/.exec(where)) ?? [];
  if (!url && path === undefined) throw refuse('write [METHOD] /path, SERVICE:/path or a URL, and then a body in JSON');
  if (body && !isJson(body)) throw refuse('its body is not JSON');
  return { method: method.toUpperCase(), path: path ?? where, service, body: body || null };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
