// Certificates made at test time with openssl: a root, an intermediate, and leaves with every fault.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Identity = { readonly cert: string; readonly key: string };

export type CertificateFaults = {
  /** Subject alternative names. Default: 127.0.0.1 and localhost. */
  readonly names?: string;
  /** Validity in openssl's form, e.g. 20200101000000Z. */
  readonly from?: string;
  readonly to?: string;
  readonly organization?: string;
  /** Says where its issuer's certificate can be fetched, as public authorities do. */
  readonly hasIssuerUrl?: boolean;
};

export type Authority = Identity & {
  /** Issues a leaf. */
  leaf(faults?: CertificateFaults): Identity;
  /** Issues an authority below this one. */
  intermediate(name: string): Authority;
};

export type Workshop = {
  authority(name: string): Authority;
  selfSigned(faults?: CertificateFaults): Identity;
  close(): void;
};

/** Opens a directory in which openssl works. */
export function openWorkshop(): Workshop {
  const directory = mkdtempSync(join(tmpdir(), 'msg-certificates-'));
  let serial = 0;
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const newKey = (): string => {
    serial += 1;
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${serial}.key`);
    return `${serial}`;
  };
  const read = (id: string): Identity => ({
    cert: readFileSync(join(directory, `${id}.pem`), 'utf8'),
    key: readFileSync(join(directory, `${id}.key`), 'utf8'),
  });
  const sign = (
    subject: string,
    extensions: string,
    faults: CertificateFaults,
    issuer: string | undefined,
  ): string => {
    const id = newKey();
    writeFileSync(join(directory, `${id}.ext`), `[v]\n${extensions}\n`);
    openssl('req', '-new', '-key', `${id}.key`, '-subj', subject, '-out', `${id}.csr`);
    const by =
      issuer === undefined
        ? ['-signkey', `${id}.key`]
        : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial'];
    // Dates need `openssl ca`; x509 takes them since OpenSSL 3.4 only.
    if (faults.from === undefined) {
      openssl(
        'x509',
        '-req',
        '-in',
        `${id}.csr`,
        ...by,
        '-days',
        '90',
        '-extfile',
        `${id}.ext`,
        '-extensions',
        'v',
        '-out',
        `${id}.pem`,
      );
      return id;
    }
    writeFileSync(
      join(directory, `${id}.cnf`),
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${id}.db\nnew_certs_dir=.\nserial=${id}.srl\ndefault_md=sha256\npolicy=p\n[p]\nCN=optional\nO=optional\n`,
    );
    writeFileSync(join(directory, `${id}.db`), '');
    writeFileSync(join(directory, `${id}.srl`), `${serial + 1000}\n`);
    const issuerFiles =
      issuer === undefined
        ? ['-selfsign', '-keyfile', `${id}.key`]
        : ['-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`];
    openssl(
      'ca',
      '-batch',
      '-config',
      `${id}.cnf`,
      ...issuerFiles,
      '-in',
      `${id}.csr`,
      '-out',
      `${id}.pem`,
      '-startdate',
      faults.from,
      '-enddate',
      faults.to ?? '20500101000000Z',
      '-extfile',
      `${id}.ext`,
      '-extensions',
      'v',
      '-notext',
    );
    return id;
  };
  const leafExtensions = ({
    names = 'IP:127.0.0.1,DNS:localhost',
    hasIssuerUrl,
  }: CertificateFaults): string =>
    `basicConstraints=CA:FALSE\nsubjectAltName=${names}${hasIssuerUrl ? '\nauthorityInfoAccess=caIssuers;URI:http://ca.example/issuer.crt' : ''}`;
  const subjectOf = (name: string, { organization }: CertificateFaults): string =>
    `/CN=${name}${organization === undefined ? '' : `/O=${organization}`}`;
  const authorityFrom = (id: string): Authority => ({
    ...read(id),
    leaf: (faults = {}) => read(sign(subjectOf('leaf.test', faults), leafExtensions(faults), faults, id)),
    intermediate: (name) => authorityFrom(sign(`/CN=${name}`, 'basicConstraints=critical,CA:TRUE', {}, id)),
  });
  return {
    authority: (name) =>
      authorityFrom(sign(`/CN=${name}`, 'basicConstraints=critical,CA:TRUE', {}, undefined)),
    selfSigned: (faults = {}) =>
      read(sign(subjectOf('self.test', faults), leafExtensions(faults), faults, undefined)),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}
