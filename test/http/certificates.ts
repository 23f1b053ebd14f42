// Certificates made at test time with openssl: a CA, leaves signed by it, and one that nobody signed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Certificate = { readonly cert: string; readonly key: string };

export type Authority = {
  /** PEM of the CA. */
  readonly ca: string;
  /** A certificate for these names (`DNS:localhost`, `IP:127.0.0.1`), valid from 2020 to `lastDay` (yyyymmdd). */
  issue(names: string, lastDay?: string): Certificate;
  /** A certificate that signs itself. */
  selfSigned(names: string): Certificate;
  close(): void;
};

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'msg-ca-'));
  const path = (name: string): string => join(folder, name);
  const openssl = (...options: string[]): void => {
    execFileSync('openssl', options, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  let serial = 0;
  writeFileSync(path('index.txt'), '');
  writeFileSync(
    path('ca.cnf'),
    '[ca]\ndefault_ca=one\n[one]\ndatabase=index.txt\nnew_certs_dir=.\ndefault_md=sha256\nrand_serial=yes\npolicy=any\n[any]\ncommonName=supplied\n',
  );
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '7',
    '-subj',
    '/CN=msg test CA',
  );

  const pair = (name: string): Certificate => ({
    cert: readFileSync(path(`${name}.pem`), 'utf8'),
    key: readFileSync(path(`${name}.key`), 'utf8'),
  });

  return {
    ca: readFileSync(path('ca.pem'), 'utf8'),
    issue(names, lastDay = '20991231') {
      serial += 1;
      const name = `leaf-${serial}`;
      writeFileSync(path(`${name}.ext`), `subjectAltName=${names}\n`);
      openssl(
        'req',
        '-new',
        ...newKey,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
      );
      // `openssl ca`, because `openssl x509` cannot make what has expired.
      openssl(
        'ca',
        '-batch',
        '-config',
        'ca.cnf',
        '-cert',
        'ca.pem',
        '-keyfile',
        'ca.key',
        '-notext',
        '-in',
        `${name}.csr`,
        '-extfile',
        `${name}.ext`,
        '-out',
        `${name}.pem`,
        '-startdate',
        '20200101000000Z',
        '-enddate',
        `${lastDay}000000Z`,
      );
      return pair(name);
    },
    selfSigned(names) {
      openssl(
        'req',
        '-x509',
        ...newKey,
        '-keyout',
        'self.key',
        '-out',
        'self.pem',
        '-days',
        '7',
        '-subj',
        '/CN=self',
        '-addext',
        `subjectAltName=${names}`,
      );
      return pair('self');
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
