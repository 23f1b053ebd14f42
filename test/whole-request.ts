// For servers of the tests that speak raw bytes: when the request of a client is there.

/** Whether a request, as latin1, has arrived to the end of its body. POST with content-length is all that is sent here. */
export function isWholeRequest(received: string): boolean {
  const headEnd = received.indexOf('\r\n\r\n');
  const length = Number(/^content-length: *(\d+)/im.exec(received)?.[1] ?? 0);
  return headEnd >= 0 && received.length >= headEnd + 4 + length;
}
