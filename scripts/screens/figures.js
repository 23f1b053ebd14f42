// What differs from run to run stands in the pictures as it did once: addresses, times, versions of other programs.
// A row is a pattern and what stands in its place, of the same width where something follows on the line.

/** Where the mock listens, or what stands in front of it. */
export const address = '127.0.0.1:18080';

const figures = [
  [/127\.0\.0\.1:\d{5}/g, address],
  [/nginx\/\d+\.\d+\.\d+/g, 'nginx/1.22.1'],
  // The doctor's.
  [/tcp \d+ ms/g, 'tcp 1 ms'],
  [/One token in \d+ ms/g, 'One token in 331 ms'],
  [/one token took \d+ ms/g, 'one token took 331 ms'],
  [/one every \d+ ms/g, 'one every 568 ms'],
  [/burst every \d+ ms/g, 'burst every 568 ms'],
  [/wait \d+ ms on average/g, 'wait 242 ms on average'],
  [/first after \d+ ms/g, 'first after 692 ms'],
  [/held \d+ %/g, 'held 29 %'],
  [/[▁▂▃▄▅▆▇█]{12,}/g, '▁▁▁▁▁▁▆▁▁▁▁▁█▁▁▁▁▁█▃'],
  [/tokens · [\d.]+ s/g, 'tokens · 4.8 s'],
];

export const withFigures = (text) =>
  figures.reduce((rest, [pattern, figure]) => rest.replace(pattern, figure), text);
