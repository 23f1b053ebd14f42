// Which hosts are this machine itself: one rule for the proxy, the warning about plain http, and the doctor.

/** The host name of a URL without the brackets of IPv6 and the dot that ends a full name. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/**
 * Whether the host name of a URL is this machine: 127/8, ::1, `localhost` and the names under it (RFC 6761).
 * URLs write addresses in one way only, so their text decides.
 */
export const isLoopbackHost = (hostname: string): boolean =>
  /^(([^.]+\.)*localhost|127\.\d+\.\d+\.\d+|::1|::ffff:7f[\da-f]{2}:[\da-f]{1,4})$/.test(bareHost(hostname));
