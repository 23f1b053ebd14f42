// Files that hold keys, by their names and by how they begin: never part of what a directory brings.
import { withoutSecrets } from '../../messages/key-shapes.ts';

const secretNames: readonly RegExp[] = [
  // Examples of one are there to be read.
  /^\.env(?!\.(?:example|sample|template|dist)$)(?:\..+)?$|\.env$/i,
  /^\.envrc$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/i,
  /\.(?:pem|key|p12|pfx|pkcs12|jks|keystore|kdbx|ppk|ovpn|asc|gpg|age|tfvars|tfstate)$/i,
  /^\.(?:netrc|npmrc|yarnrc|pypirc|pgpass|htpasswd|git-credentials|dockercfg|my\.cnf|vault-token|boto|s3cfg)$/i,
  /^_netrc$/i,
  /^(?:credentials|secrets?|kubeconfig|wallet\.dat|htpasswd)$/i,
  /^(?:.*[._-])?(?:credentials?|secrets?|passwords?|client_secret.*|service[_-]?account.*)\.(?:json|ya?ml|toml|ini|txt|csv|xml|properties)$/i,
];

/** Directories in which everything is a secret. */
const secretDirectories: ReadonlySet<string> = new Set([
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
]);

/** Whether a name says that keys or passwords lie here. */
export const isSecretName = (name: string): boolean => secretNames.some((pattern) => pattern.test(name));

export const isSecretDirectory = (name: string): boolean => secretDirectories.has(name);

/** Whether a text holds a private key, or something that has the shape of a provider's key. */
export const holdsSecret = (text: string): boolean =>
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) || withoutSecrets(text) !== text;
