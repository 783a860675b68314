/** What to do about a server that ended in ERROR, by Nova's fault message. */
export function faultRemedy(fault: string): string {
  if (/no valid host|not enough hosts/i.test(fault))
    return 'See which computes are up and have room: openstack compute service list.';
  if (/timed out|timeout/i.test(fault))
    return 'See whether conductors and computes run: openstack compute service list.';
  return 'See the log of the service that it comes from, by the id of the server.';
}
